"""What a reference opens that an agency knows whose case it is not, or that somebody guesses at."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from shared.complaints.types.custody import PartDraft
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.limits.models import TriedAddress
from shared.limits.services.tried_addresses import address_tried, tried_addresses_prune
from tenants.agencies.selectors import NATIONAL_SCHEMA
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound, TokenNotFound
from tenants.case_access.services.case_parts import part_open, parts_of
from tenants.custody.errors import ReferenceInNote
from tenants.custody.selectors import offer_get, offers_answered, offers_waiting
from tenants.custody.services.arbitration import arbitration_decide
from tenants.custody.services.known_references import (
    followed_references_mark,
    older_offers_complete,
    restored_references_mark,
)
from tenants.custody.services.offers import (
    offer_accept,
    offer_make,
    offer_refuse,
    offer_withdraw,
    offers_lapse,
)
from tenants.custody.services.splits import case_split
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models import Route, RouteOpening, TrackingToken, TransferOffer
from tenants.models.enums import TransferReason
from tests.support.custody import (
    DECISION,
    NOTE,
    OVERSEER,
    REFUSAL,
    competence_asked,
    hand_over,
    more_agencies,
    offer,
    request_filed,
    schemas_by_text,
)
from tests.support.factories import organisation_of
from tests.support.moments import days_later
from tests.support.sampling import one_in, repeats

pytestmark = pytest.mark.django_db

EMAIL = "person@example.org"


@pytest.fixture
def one(roads, water):
    organisation_of(roads)
    organisation_of(water)
    return request_filed(roads)


def by_email(reference):
    return gateway.tracking_open(reference=reference, kind=KeyKind.EMAIL, value=EMAIL)


def draft_to(agency, note=NOTE):
    code = organisation_of(agency).code
    return OfferDraft(organisation_code=code, reason=TransferReason.PLACE, note=note)


def split(one, to, note=NOTE):
    part, _offered = case_split(
        agency=one.holder,
        reference=one.reference,
        part=PartDraft(subject="Brown water", body="The water has been brown since May."),
        offer=draft_to(to, note),
        actor=SYSTEM,
    )
    return part


def refused(made, roads, water):
    offer_refuse(agency=water, offer_id=made.pk, reason=REFUSAL, actor=SYSTEM)


def lapsed(made, roads, water):
    with clock.travel(days_later(12)):
        assert offers_lapse() == 1


def withdrawn(made, roads, water):
    offer_withdraw(agency=roads, offer_id=made.pk, actor=SYSTEM)


def waiting(made, roads, water):
    """Nobody has answered."""


@pytest.mark.parametrize("end", repeats([waiting, refused, lapsed, withdrawn]))
def test_agency_that_is_asked_learns_a_number_and_no_reference(one, roads, water, end):
    made = offer(one, water)
    end(made, roads, water)

    shown = [*offers_waiting(agency=water), *offers_answered(agency=water)]
    assert [(each.number, each.reference) for each in shown] == [(made.number, "")]
    assert one.reference not in repr(offer_get(offer_id=made.pk, agency=water))
    assert offer_get(offer_id=made.pk, agency=roads).reference == one.reference
    said = schemas_by_text([one.reference, made.number])
    assert said[one.reference] == {"a_roads", "public"}
    assert said[made.number] <= {"a_water", "public"}


def test_agency_that_has_taken_over_reads_the_reference(one, water):
    hand_over(one, water)

    (shown,) = offers_answered(agency=water)
    assert shown.reference == one.reference


def test_number_of_an_offer_opens_nothing(one, water):
    made = offer(one, water)

    with pytest.raises(CaseNotFound):
        by_email(made.number)


def test_note_with_the_reference_is_refused(one, roads, water):
    arabic = one.reference.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for written in (one.reference, f"{arabic[:4]}-{arabic[4:]}"):
        note = f"{NOTE} See {written}."
        with pytest.raises(ReferenceInNote):
            offer_make(
                agency=roads, reference=one.reference, draft=draft_to(water, note), actor=SYSTEM
            )
        with pytest.raises(ReferenceInNote):
            split(one, water, note)
    assert TransferOffer.objects.count() == 0


def decided(one, roads, water):
    competence_asked(one, water)
    arbitration_decide(
        reference=one.reference, organisation_code="water", text=DECISION, actor=OVERSEER
    )


def accepted(one, roads, water):
    hand_over(one, water)


@pytest.mark.parametrize("move", repeats([accepted, decided], keep=1))
def test_former_holder_does_not_open_the_case_with_what_it_knows(one, roads, water, move):
    token = by_email(one.reference).token
    move(one, roads, water)

    with pytest.raises(CaseNotFound):
        by_email(one.reference)
    with pytest.raises(TokenNotFound):
        gateway.case_show(token=token)
    assert one.shown().reference == one.reference


def test_visit_that_older_code_began_ends_with_the_move_too(one, water):
    token = by_email(one.reference).token
    TrackingToken.objects.update(opened_by="")
    hand_over(one, water)

    with pytest.raises(TokenNotFound):
        gateway.case_show(token=token)


@pytest.mark.parametrize("end", repeats([waiting, refused, lapsed, withdrawn]))
def test_for_who_was_only_offered_elsewhere_nothing_changes(one, roads, water, end):
    end(offer(one, water), roads, water)

    assert gateway.case_show(token=by_email(one.reference).token).reference == one.reference


@pytest.mark.slow
def test_case_that_came_back_stays_known_to_who_had_it_between(one, roads, water):
    hand_over(one, water)
    offer(one, roads)
    arbitration_decide(
        reference=one.reference, organisation_code="roads", text=DECISION, actor=OVERSEER
    )

    assert one.holder == roads
    with pytest.raises(CaseNotFound):
        by_email(one.reference)


def test_who_kept_the_whole_does_not_open_the_part_that_it_gave_away(one, water):
    part = split(one, water)
    assert gateway.case_show(token=by_email(part).token).reference == part
    made = TransferOffer.objects.get(reference=part)
    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    token = by_email(one.reference).token

    with pytest.raises(CaseNotFound):
        by_email(part)
    with pytest.raises(CaseNotFound):
        part_open(token=token, reference=part)
    seen = parts_of(token=token)
    assert [item.summary.reference for item in seen.parts] == [one.reference]
    assert (seen.hidden, seen.total, seen.is_answered) == (1, 2, False)
    assert len(parts_of(token=one.token).parts) == 2


@pytest.mark.slow
def test_who_kept_a_part_does_not_open_the_whole_that_it_gave_away(one, roads, water):
    part = split(one, water)
    (made,) = TransferOffer.objects.filter(reference=part)
    offer_withdraw(agency=roads, offer_id=made.pk, actor=SYSTEM)
    hand_over(one, water)
    token = by_email(part).token

    with pytest.raises(CaseNotFound):
        part_open(token=token, reference=one.reference)


def test_earlier_request_that_one_with_another_agency_names_is_known_there(one, roads, water):
    request_filed(roads, follows=one.reference)
    assert by_email(one.reference)

    request_filed(water, follows=one.reference)

    with pytest.raises(CaseNotFound):
        by_email(one.reference)


def test_command_marks_what_earlier_requests_named(one, roads, water):
    other = request_filed(roads)
    request_filed(water, follows=one.reference)
    request_filed(roads, follows=other.reference)
    Route.objects.update(is_known_elsewhere=False)

    assert (followed_references_mark(), followed_references_mark()) == (1, 0)
    assert list(Route.objects.filter(is_known_elsewhere=True)) == [Route(pk=one.reference)]


def test_maintenance_completes_what_code_of_the_former_release_did(one, roads, water):
    shown, moved = one, request_filed(roads)
    made = offer(shown, water)
    hand_over(moved, water)
    TransferOffer.objects.filter(pk=made.pk).update(number="")
    Route.objects.update(is_known_elsewhere=False)

    assert (older_offers_complete(), older_offers_complete()) == (1, 0)
    assert TransferOffer.objects.get(pk=made.pk).number.startswith("T")
    for each in (shown, moved):
        with pytest.raises(CaseNotFound):
            by_email(each.reference)


def test_migration_marks_what_was_offered_or_decided_before(one, roads, water):
    untouched, moved = request_filed(roads), request_filed(roads)
    offer(one, water)
    decided(moved, roads, water)
    with as_owner():
        TransferOffer.objects.filter(reference=moved.reference).delete()
    Route.objects.update(is_known_elsewhere=False)

    migration = import_module("tenants.migrations.0014_known_references")
    with connection.cursor() as cursor:
        cursor.execute(migration.MARK)

    marked = Route.objects.filter(is_known_elsewhere=True).values_list("pk", flat=True)
    assert set(marked) == {one.reference, moved.reference}
    assert by_email(untouched.reference)


def test_restored_agency_brings_no_case_back_unmarked(one, roads, water):
    hand_over(one, water)
    own = request_filed(water)
    Route.objects.update(is_known_elsewhere=False)

    restored_references_mark(agency=water)

    assert by_email(own.reference)
    with pytest.raises(CaseNotFound):
        by_email(one.reference)


STATEMENTS = [
    "SELECT reference FROM tenants_transferoffer",
    "SELECT reference FROM tenants_arbitration",
    "SELECT route_id FROM tenants_routeopening",
    "DELETE FROM tenants_routeopening",
    "SELECT digest FROM limits_triedaddress",
    "DELETE FROM limits_triedaddress",
    "UPDATE tenants_route SET is_known_elsewhere = false",
    "SELECT opened_by FROM tenants_trackingtoken",
]


@pytest.mark.parametrize("statement", one_in(2, STATEMENTS))
def test_no_agencys_own_role_reads_or_changes_what_keeps_a_reference(one, roads, water, statement):
    hand_over(one, water)
    one.shown()
    for agency in (roads, water):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with agency_context(agency), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert RouteOpening.objects.exists()
    assert connection.schema_name == NATIONAL_SCHEMA


def test_role_of_a_former_holder_or_of_who_was_asked_finds_no_route(one, roads, water):
    (ports,) = more_agencies("ports")
    hand_over(one, water)
    offer(one, ports)

    for agency in (roads, ports):
        with agency_context(agency):
            assert not Route.objects.filter(reference=one.reference).exists()


def test_tried_addresses_are_forgotten_by_the_upkeep(one):
    address_tried(reference=one.reference, address=EMAIL)
    assert tried_addresses_prune() == 0
    with clock.travel(clock.now() + timedelta(hours=25)):
        assert tried_addresses_prune() == 1
    assert not TriedAddress.objects.exists()
