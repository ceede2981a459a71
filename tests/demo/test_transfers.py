"""The demonstration has a case in each state of its way from administration to administration."""

import pytest

from demo.moved_cases import CODES, moved_cases_make
from demo.staff import national_staff_ensure
from shared.accounts.enums import Role
from shared.complaints.enums import Status
from shared.complaints.models import Complaint
from shared.mail.models import Mail
from tenants.agencies.selectors import address_book_clear
from tenants.custody.selectors import arbitrations_waiting
from tenants.isolation.schema_switch import agency_context
from tenants.models import Arbitration, CaseSplit, Review, Route, TransferOffer
from tests.support.custody import more_agencies
from tests.support.factories import organisation_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def agencies():
    """The agencies whose cases move, with one supervisor each."""
    found = {one.code: one for one in more_agencies(*CODES)}
    for agency in found.values():
        organisation_of(agency)
        staff(agency, Role.SUPERVISOR)
    address_book_clear()
    national_staff_ensure()
    return found


def statuses(agency):
    with agency_context(agency):
        assert not Mail.objects.filter(sent_at=None).exists()
        return dict(Complaint.objects.values_list("reference", "status"))


def test_fs10_demonstration_shows_every_state_of_a_case_that_moves(agencies):
    references = moved_cases_make(codes=CODES)

    assert moved_cases_make(codes=CODES) == []
    assert len(set(references)) == len(references) == 10
    states = sorted(TransferOffer.objects.values_list("state", flat=True))
    assert states == ["accepted"] * 3 + ["offered"] * 2 + ["refused"] * 3
    at = {code: statuses(agency) for code, agency in agencies.items()}
    vaccine = references[2]
    assert at["education"][vaccine] == at["interior"][vaccine] == Status.TRANSFERRED
    assert at["health"][vaccine] == Status.RECEIVED


def test_demonstration_shows_a_decision_on_competence_a_split_and_reviews(agencies):
    references = moved_cases_make(codes=CODES)

    decided = Arbitration.objects.get()
    assert (arbitrations_waiting(), decided.reference) == ([], references[3])
    assert Route.objects.get(pk=decided.reference).agency == agencies["education"]
    # The parts are in different states.
    parts = list(CaseSplit.objects.values_list("part_reference", "main_reference"))
    ((whole, *_none),) = {(main,) for _part, main in parts}
    found = {Route.objects.get(pk=part).agency.code: part for part, _main in parts}
    interior = statuses(agencies["interior"])
    assert interior[whole] == Status.IN_PROGRESS
    assert interior[found["interior"]] == Status.RECEIVED
    assert statuses(agencies["health"])[found["health"]] == Status.ANSWERED
    # Of the reviews of a refusal one waits, one was upheld and one sent back.
    assert sorted(Review.objects.values_list("decision", flat=True)) == ["", "sent_back", "upheld"]
    assert set(Review.objects.values_list("cause", flat=True)) == {"refused"}


def test_small_demonstration_moves_no_case(roads, water):
    assert moved_cases_make(codes=["health", "interior"]) == []
