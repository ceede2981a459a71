"""Two officers merge the same two cases at the same moment, and undo and answer them."""

from functools import partial

import pytest

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import EventKind, Status
from shared.complaints.errors import CaseMerged, HasMergedCases, StaleCase
from shared.complaints.selectors import case_events, complaint_get
from shared.kernel.actors import CITIZEN
from shared.kernel.errors import DomainError
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import REPLY, filed_and_proved, officer_actor, staff
from tests.tenants.isolation.committed import at_once, committed_canaries, in_thread

pytestmark = pytest.mark.django_db

ROUNDS = range(8)


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker):
    """Two officers of a committed agency: every thread sees it; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(_office)


def _office():
    agency = Agency.objects.get(code="dunes")
    names = ("one", "two")
    return agency, [staff(agency, Role.AGENT, f"{name}.merges@dunes.example") for name in names]


def tried(agency, act, **arguments):
    """Do it in a transaction of its own; returns the refusal, or nothing."""
    with agency_context(agency):
        try:
            act(**arguments)
        except DomainError as refusal:
            return type(refusal)
    return None


def pair_of(agency):
    return in_thread(lambda: [filed_and_proved(agency).reference for _case in range(2)])


def state_of(agency, *references):
    def read():
        with agency_context(agency):
            return [
                (case.is_merged, case.status, [event.kind for event in case_events(case)])
                for case in [complaint_get(reference=one) for one in references]
            ]

    return in_thread(read)


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_opposite_merges_one_wins_and_the_other_is_refused(office, _round):
    agency, officers = office
    first, second = pair_of(agency)
    merge = partial(tried, agency, services.case_merge)

    answers = at_once(
        partial(merge, reference=first, into=second, actor=officer_actor(officers[0])),
        partial(merge, reference=second, into=first, actor=officer_actor(officers[1])),
    )

    assert sorted(answers, key=str) in ([CaseMerged, None], [HasMergedCases, None])
    states = state_of(agency, first, second)
    assert sorted(one for one, _status, _kinds in states) == [False, True]
    assert sum(EventKind.MERGED in kinds for _one, _status, kinds in states) == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_reply_and_undoing_at_once_leave_no_case_between_them(office, _round):
    agency, officers = office
    main, later = pair_of(agency)
    actor = officer_actor(officers[0])
    in_thread(partial(tried, agency, services.case_merge, reference=later, into=main, actor=actor))

    at_once(
        partial(
            tried, agency, services.complaint_reply, reference=main, draft=REPLY,
            officer=officers[0], actor=actor,
        ),
        partial(tried, agency, services.case_unmerge, reference=later, actor=actor),
        partial(
            tried, agency, services.citizen_message_add, reference=later, body="?", actor=CITIZEN
        ),
    )  # fmt: skip

    (_no, answered, _kinds), (is_merged, status, kinds) = state_of(agency, main, later)
    assert answered == Status.ANSWERED
    assert not is_merged
    # Answered with the main case, or by itself again before: never both.
    assert (status == Status.ANSWERED) == (EventKind.UNMERGED not in kinds)


def test_merge_that_is_pressed_twice_happens_once(office):
    agency, officers = office
    main, later = pair_of(agency)
    twice = partial(
        tried, agency, services.case_merge,
        reference=later, into=main, actor=officer_actor(officers[0]), version=1,
    )  # fmt: skip

    answers = at_once(twice, twice)

    assert sorted(answers, key=str) == [StaleCase, None]
