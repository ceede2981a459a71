"""What two people agreed to, or oversight decided, is changed by nobody under the national role."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from tenants.isolation.national_rights import DECIDED
from tenants.models import (
    ApprovalRequest,
    Arbitration,
    CaseHolding,
    DestroyOrder,
    Review,
    TakeOver,
    TransferOffer,
)
from tenants.models.enums import (
    ApprovalKind,
    ArbitrationCause,
    HoldingCause,
    OfferState,
    ReviewCause,
    ReviewDecision,
    TransferReason,
)

pytestmark = pytest.mark.django_db

REFUSED = "permission denied|never changes|is not asked for"
REFERENCE = "1234567890123482"


def asked(**changes):
    at = clock.now()
    return {
        "id": uuid7(),
        "reason": "A reason.",
        "asked_by_id": 1,
        "asked_by": "First",
        "asked_at": at,
        "expires_at": at + timedelta(days=7),
        **changes,
    }


def approval():
    return ApprovalRequest.objects.create(
        kind=ApprovalKind.HOST_ADD, subject="roads", arguments={"host": "a.example"}, **asked()
    )


def agreed():
    """A request to which a second person agreed."""
    row = approval()
    row.confirmed_by_id, row.confirmed_by, row.confirmed_at = 2, "Second", clock.now()
    row.save(update_fields=["confirmed_by_id", "confirmed_by", "confirmed_at"])
    return row


def used():
    row = agreed()
    row.used_at, row.arguments = clock.now(), {}
    row.save(update_fields=["used_at", "arguments"])
    return row


def destroy_order():
    row = DestroyOrder.objects.create(agency_code="roads", **asked())
    row.confirmed_by_id, row.confirmed_by, row.confirmed_at = 2, "Second", clock.now()
    row.save(update_fields=["confirmed_by_id", "confirmed_by", "confirmed_at"])
    return row


def review():
    return Review.objects.create(
        id=uuid7(),
        reference=REFERENCE,
        schema_name="a_roads",
        cause=ReviewCause.REFUSED,
        reason="Why.",
        asked_at=clock.now(),
        due_on=clock.today(),
    )


def review_decided():
    row = review()
    row.decision, row.text, row.decided_at = ReviewDecision.UPHELD, "It stands.", clock.now()
    row.user_id, row.label = 1, "An analyst"
    row.save(update_fields=["decision", "text", "decided_at", "user_id", "label"])
    return row


def offered_facts():
    return {
        "id": uuid7(),
        "reference": REFERENCE,
        "from_schema": "a_roads",
        "kind": "complaint",
        "concerns_code": "roads",
        "language": "fr",
        "received_at": clock.now(),
    }


def arbitration():
    return Arbitration.objects.create(
        cause=ArbitrationCause.RETURNED,
        asked_at=clock.now(),
        due_on_decision=clock.today(),
        **offered_facts(),
    )


def arbitration_decided():
    row = arbitration()
    row.to_schema, row.text, row.decided_at = "a_water", "By law.", clock.now()
    row.user_id, row.label = 1, "An analyst"
    row.save(update_fields=["to_schema", "text", "decided_at", "user_id", "label"])
    return row


def offer_answered():
    row = TransferOffer.objects.create(
        to_schema="a_water",
        organisation_code="water",
        reason=TransferReason.PLACE,
        note="It is theirs.",
        offered_at=clock.now(),
        offered_by="An officer",
        answer_by=clock.today(),
        **offered_facts(),
    )
    row.state, row.answer, row.answered_at = OfferState.REFUSED, "No.", clock.now()
    row.save(update_fields=["state", "answer", "answered_at"])
    return row


def take_over_ended(agency):
    return TakeOver.objects.create(
        id=uuid7(),
        agency=agency,
        reason="A reason.",
        user_id=1,
        label="First + Second",
        started_at=clock.now(),
        ended_at=clock.now(),
        closed_users=[],
        caretakers=[7],
    )


def holding_ended():
    """Of a case that another agency holds now."""
    return CaseHolding.objects.create(
        reference=REFERENCE,
        number=1,
        schema_name="a_roads",
        cause=HoldingCause.FILED,
        since=clock.now(),
        until=clock.now(),
    )


CHANGES = [
    *[
        (make, change)
        for make in (approval, agreed, used)
        for change in (
            "kind = 'export'",
            "subject = 'water'",
            "reason = 'another'",
            'arguments = \'{"host": "b.example"}\'',
            "asked_by_id = 9",
            "expires_at = expires_at + interval '1 day'",
        )
    ],
    (agreed, "confirmed_by_id = NULL, confirmed_by = '', confirmed_at = NULL"),
    (agreed, "confirmed_by_id = 3"),
    (agreed, "confirmed_by = 'Another'"),
    (agreed, "confirmed_at = confirmed_at + interval '1 day'"),
    (used, "used_at = NULL"),
    (destroy_order, "agency_code = 'water'"),
    (destroy_order, "is_waived = true"),
    (destroy_order, "confirmed_by = 'Another'"),
    (review, "reason = 'another'"),
    (review, "schema_name = 'a_water'"),
    (review_decided, "decision = 'sent_back'"),
    (review_decided, "text = 'another'"),
    (review_decided, "decision = '', decided_at = NULL"),
    (review_decided, "label = 'Another'"),
    (arbitration, "from_schema = 'a_water'"),
    (arbitration_decided, "to_schema = 'a_ports'"),
    (arbitration_decided, "text = 'another'"),
    (arbitration_decided, "decided_at = NULL"),
    (offer_answered, "state = 'accepted'"),
    (offer_answered, "answer = 'Gladly.'"),
    (offer_answered, "to_schema = 'a_ports'"),
    (offer_answered, "state = 'offered', answered_at = NULL"),
    *[
        (holding_ended, change)
        for change in (
            "reference = '9'",
            "number = 2",
            "schema_name = 'a_water'",
            "organisation_code = 'water'",
            "since = since - interval '1 day'",
            "first_position = 7",
        )
    ],
]


def ask(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0].endswith("_public")
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    ("make", "change"), CHANGES, ids=[f"{make.__name__}: {change}" for make, change in CHANGES]
)
def test_what_was_asked_or_decided_is_not_changed(make, change):
    table = make()._meta.db_table

    with pytest.raises(Error, match=REFUSED):
        ask(f"UPDATE {table} SET {change}")


@pytest.mark.parametrize(
    "make",
    [
        approval,
        used,
        destroy_order,
        review_decided,
        arbitration_decided,
        offer_answered,
        holding_ended,
    ],
)
def test_no_row_of_a_decision_is_deleted(make):
    row = make()

    with pytest.raises(Error, match="permission denied"):
        ask(f"DELETE FROM {row._meta.db_table}")
    assert type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("change", ["caretakers = '[1]'", "ended_at = NULL", "label = 'Another'"])
def test_a_take_over_that_has_ended_is_not_changed(roads, change):
    take_over_ended(roads)

    with pytest.raises(Error, match=REFUSED):
        ask(f"UPDATE tenants_takeover SET {change}")
    with pytest.raises(Error, match="permission denied"):
        ask("DELETE FROM tenants_takeover")


@pytest.mark.parametrize(
    "answered",
    [
        {"confirmed_by_id": 2, "confirmed_by": "Second", "confirmed_at": clock.now()},
        {"used_at": clock.now()},
    ],
    ids=["agreed", "used"],
)
def test_nothing_is_asked_for_that_is_agreed_to_already(answered):
    """Deleted and written anew with another kind, a row would be agreed to by nobody."""
    with pytest.raises(Error, match="is not asked for"):
        ApprovalRequest.objects.create(
            kind=ApprovalKind.EXPORT, subject="roads", **asked(**answered)
        )


# Moments by which a row says that somebody decided, or that something has ended.
MOMENTS = ("decided_at", "confirmed_at", "answered_at", "used_at", "ended_at", "until")
# National tables with such a moment that stay changeable, and why.
CHANGEABLE = {
    "register_registercase": "read from events, and projected anew",
    "signup_workspacerequest": "what follows from it is a job, which the log names",
}


def test_every_national_table_of_decisions_is_kept():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = ANY(%s)",
            [list(MOMENTS)],
        )
        found = {name for (name,) in cursor.fetchall()}

    assert found - CHANGEABLE.keys() == set(DECIDED)
