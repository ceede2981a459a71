"""A sender that writes what it likes into its own schema forges nothing of others.

Everything is written with the agency's own database role, as whoever holds its password could.
"""

from datetime import timedelta

import pytest
from django.db import connection

from shared.complaints import services
from shared.complaints.enums import Author, EventKind, Status
from shared.complaints.models import Complaint, ComplaintEvent, Message, Note, Party
from shared.complaints.types.custody import HeldEvent, Holding
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.identifiers import uuid7
from shared.mail.enums import MailFailure
from shared.mail.models import Mail
from shared.mail.permissions.mail_kinds import STAFF_LETTERS
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.agency_export.services.moved_cases import _handed_over
from tenants.case_access import gateway
from tenants.custody.selectors import arbitrations_waiting
from tenants.custody.services.arbitration import arbitration_decide
from tenants.isolation.schema_switch import agency_context
from tests.support.custody import (
    DECISION,
    OVERSEER,
    hand_over,
    more_agencies,
    offer,
    request_filed,
)
from tests.support.factories import officer_actor, organisation_of, staff
from tests.support.moments import days_later
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

OUTSIDER = "outsider@example.net"
FORGED = "The administration promises to pay you 9,000 dirhams."
LONG_AGO = timedelta(days=2_525)


@pytest.fixture
def one(roads, water):
    """A request that the forging agency holds."""
    organisation_of(water)
    return request_filed(roads)


def by_role(agency):
    """The agency's schema, entered under the agency's own role and no other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        ((role,),) = cursor.fetchall()
    assert role.endswith(f"_{agency.schema_name}")


def case_in(agency, one):
    by_role(agency)
    return Complaint.objects.get(reference=one.reference)


def message_forged(agency, one, *, code, writer=None, author=Author.AGENCY, at=None, body=FORGED):
    with agency_context(agency):
        return Message.objects.create(
            id=uuid7(),
            complaint=case_in(agency, one),
            kind="message",
            author=author,
            body=body,
            agency_code=code,
            writer_number=writer,
            at=at or clock.now(),
        )


def event_forged(agency, one, kind, **columns):
    with agency_context(agency):
        case = case_in(agency, one)
        case.version += 1
        case.save(update_fields=["version"])
        ComplaintEvent.objects.bulk_create(
            [
                ComplaintEvent(
                    **{
                        "id": uuid7(),
                        "complaint": case,
                        "position": case.version,
                        "kind": kind,
                        "status": case.status,
                        "actor_kind": "officer",
                        "actor_label": "Forged",
                        "at": clock.now(),
                        **columns,
                    }
                )
            ]
        )


def chain_forged(agency, one, code):
    """A taking-over by which another agency had the case for seven years."""
    since, until = clock.now() - LONG_AGO, clock.now()
    held = HeldEvent(
        kind=EventKind.MESSAGE_BY_AGENCY,
        status=Status.IN_PROGRESS,
        outcome="",
        resolved=None,
        handling=None,
        same_officer=False,
        actor_kind="officer",
        at=since,
    )
    chain = Holding(agency_code=code, since=since, until=until, events=(held,), accesses=(since,))
    event_forged(agency, one, EventKind.TRANSFER_ACCEPTED, chain=[chain.to_json()])


def shown(one):
    """The administrations that the citizen is shown, and those that anything is ascribed to."""
    case = one.shown()
    steps = [(step.agency_code, step.days) for step in case.custody]
    names = {
        *(entry.agency_code for entry in case.timeline),
        *(message.agency_code for message in case.messages),
        *(access.agency_code for access in case.former_accesses),
    }
    return steps, names - {""}


def letters(agency, one):
    with agency_context(agency):
        rows = Mail.objects.filter(reference=one.reference).exclude(letter__in=STAFF_LETTERS)
        return sorted(rows.values_list("letter", "to", "failure"))


def in_water(water, one, model=Message, body=FORGED):
    with agency_context(water):
        return model.objects.select_related("officer").get(
            complaint__reference=one.reference, body=body
        )


@pytest.mark.parametrize("code", repeats(["water", "health", "unknown-body"], keep=1))
def test_sender_writes_nothing_in_the_name_of_another_agency(one, roads, water, code):
    more_agencies("health")
    officer = staff(water)
    message_forged(roads, one, code=code, writer=officer.pk)
    with agency_context(roads):
        Note.objects.create(
            complaint=case_in(roads, one),
            body=FORGED,
            agency_code=code,
            writer_number=officer.pk,
            at=clock.now(),
        )

    hand_over(one, water)

    for model in (Message, Note):
        row = in_water(water, one, model)
        assert (row.officer, row.agency_code, row.is_unproved) == (None, "roads", True)
    (said,) = one.shown().messages
    assert (said.agency_code, said.is_unproved) == ("roads", True)


@pytest.mark.parametrize("is_moved", [False, True])
def test_present_holder_puts_no_word_into_the_mouth_of_another(one, roads, water, is_moved):
    holder = roads
    if is_moved:
        officer, holder = staff(roads), water
        with agency_context(roads):
            services.officer_message_add(
                reference=one.reference, body="We come.", officer=officer, actor=SYSTEM
            )
        gateway.message_add(token=one.token, body="Thank you.")
        hand_over(one, water)
        with agency_context(water):
            Message.objects.filter(complaint=case_in(water, one)).update(body=FORGED)
    message_forged(holder, one, code="roads" if is_moved else "water")

    said = one.shown().messages
    assert {(row.agency_code, row.is_unproved) for row in said} == {("", True)}


@pytest.mark.slow
def test_what_an_agency_really_wrote_is_its_own_again_and_marked_nowhere(one, roads, water):
    said = {}
    for number, agency in enumerate((roads, water)):
        officer = staff(agency)
        with agency_context(agency):
            common = {"reference": one.reference, "actor": officer_actor(officer)}
            services.officer_message_add(body=f"Said {number}", officer=officer, **common)
            services.note_add(body=f"Noted {number}", officer=officer, **common)
        gateway.message_add(token=one.token, body=f"Asked {number}")
        said[agency.code] = officer
        if agency == roads:
            hand_over(one, water)
    returned(one, roads)

    with agency_context(roads):
        for model, body in ((Message, "Said 0"), (Note, "Noted 0")):
            row = model.objects.get(complaint__reference=one.reference, body=body)
            assert (row.officer, row.agency_code) == (said["roads"], "")
    assert [(row.body, row.agency_code) for row in one.shown().messages] == [
        ("Said 0", ""),
        ("Asked 0", ""),
        ("Said 1", "water"),
        ("Asked 1", ""),
    ]
    assert not any(row.is_unproved for row in one.shown().messages)


def returned(one, to):
    """Back to who held it before: national oversight decides."""
    assert offer(one, to) is None
    assert [row.reference for row in arbitrations_waiting()] == [one.reference]
    arbitration_decide(
        reference=one.reference, organisation_code=to.code, text=DECISION, actor=OVERSEER
    )


def test_later_holder_changes_no_word_of_a_former_one_or_of_its_citizen(one, roads, water):
    officer = staff(roads)
    with agency_context(roads):
        services.officer_message_add(
            reference=one.reference, body="We come on Monday.", officer=officer, actor=SYSTEM
        )
    gateway.message_add(token=one.token, body="Thank you.")
    hand_over(one, water)
    with agency_context(water):
        rows = Message.objects.filter(complaint=case_in(water, one))
        rows.filter(author=Author.AGENCY).update(body=FORGED)
        rows.filter(author=Author.CITIZEN).update(body="I agree to pay.")
    returned(one, roads)

    with agency_context(roads):
        ours, theirs = Message.objects.filter(complaint__reference=one.reference).order_by("at")
    assert (ours.body, ours.officer, ours.agency_code) == (FORGED, None, "water")
    assert (ours.is_unproved, theirs.is_unproved) == (True, True)


@pytest.mark.slow
def test_mark_of_an_unproved_writer_is_not_wiped_by_the_next_holder(one, roads, water):
    (health,) = more_agencies("health")
    message_forged(roads, one, code="water")
    hand_over(one, water)
    with agency_context(water):
        Message.objects.filter(complaint=case_in(water, one)).update(
            is_unproved=False, agency_code="roads"
        )
    hand_over(one, health)

    (said,) = one.shown().messages
    assert (said.agency_code, said.is_unproved) == ("water", True)


@pytest.mark.parametrize("is_handed_over", repeats([False, True], keep=1))
def test_invented_holder_of_2525_days_is_shown_nowhere(one, roads, water, is_handed_over):
    more_agencies("education")
    chain_forged(roads, one, "education")
    if is_handed_over:
        hand_over(one, water)

    steps, names = shown(one)
    assert steps == ([("roads", 0), ("", 0)] if is_handed_over else [])
    assert names == ({"roads"} if is_handed_over else set())
    assert len(one.shown().ledger) == 1
    while register_project(is_last=True):
        pass
    rows = RegisterCase.objects.filter(reference=one.reference)
    assert not rows.filter(agency_code="education").exists()
    assert {row.waited or 0 for row in rows} == {0}


def test_former_holders_days_are_not_rewritten_by_the_present_one(one, roads, water):
    more_agencies("education")
    with clock.travel(days_later(3)):
        hand_over(one, water)
    with clock.travel(days_later(5)):
        before = shown(one)
        chain_forged(water, one, "education")
        event_forged(water, one, EventKind.TRANSFERRED, status=Status.TRANSFERRED)

        assert shown(one) == before == ([("roads", 3), ("", 2)], {"roads"})


def test_holder_that_hides_the_taking_over_hides_no_former_holder(one, roads, water):
    hand_over(one, water)
    event_forged(water, one, EventKind.TRANSFER_ACCEPTED, chain=[])

    assert shown(one)[0] == [("roads", 0), ("", 0)]


@pytest.mark.parametrize("days", [-400, 400])
@pytest.mark.parametrize("kind", repeats([EventKind.ANSWERED, EventKind.REVIEW_DECIDED], keep=1))
def test_event_of_another_time_or_of_nobody_does_not_go_along(one, roads, water, days, kind):
    event_forged(roads, one, kind, at=clock.now() + timedelta(days=days))
    if kind == EventKind.REVIEW_DECIDED:
        event_forged(roads, one, kind, actor_kind="oversight")

    hand_over(one, water)

    assert kind not in {entry.kind for entry in one.shown().timeline}


def test_day_of_filing_is_the_one_of_the_public_record(one, roads, water):
    before = one.shown().received_at
    with agency_context(roads):
        case_in(roads, one)
        Complaint.objects.filter(reference=one.reference).update(received_at=clock.now() - LONG_AGO)

    hand_over(one, water)

    assert abs(one.shown().received_at - before) < timedelta(minutes=1)


def test_letters_of_a_sender_leave_from_nobody_else(one, roads, water):
    with agency_context(roads):
        case = case_in(roads, one)
        for letter, to in (("answered", OUTSIDER), ("identity", ""), ("code", OUTSIDER)):
            Mail.objects.create(
                id=uuid7(),
                to=to,
                letter=letter,
                language="fr",
                reference=one.reference,
                context={"organisation": "nobody"},
                queued_at=clock.now(),
            )
        assert case.status == Status.RECEIVED

    hand_over(one, water)

    address = "person@example.org"
    assert letters(water, one) == [("received", address, ""), ("transferred", address, "")]
    assert {(to, failure) for _letter, to, failure in letters(roads, one)} == {("", "moved")}


def test_address_that_a_sender_puts_into_a_case_gets_no_letter_of_the_receiver(one, roads, water):
    with agency_context(roads):
        Party.objects.filter(complaint=case_in(roads, one)).update(email=OUTSIDER)

    hand_over(one, water)

    assert letters(water, one) == []
    with agency_context(water):
        assert not Party.objects.filter(email=OUTSIDER).exists()


def test_letters_that_had_not_left_are_written_anew(one, roads, water):
    officer = staff(roads)
    with agency_context(roads):
        services.complaint_assign(
            reference=one.reference, officer=officer, actor=officer_actor(officer)
        )
        for number in range(2):
            services.officer_message_add(
                reference=one.reference, body=f"News {number}", officer=officer, actor=SYSTEM
            )
        services.question_ask(
            reference=one.reference, body="Since when?", officer=officer, actor=SYSTEM
        )
        Mail.objects.filter(letter="received").update(
            failed_at=clock.now(), failure=MailFailure.REFUSED
        )

    hand_over(one, water)

    found = [(letter, failure) for letter, _to, failure in letters(water, one)]
    assert found == [
        ("message", ""),
        ("message", ""),
        ("received", "refused"),
        ("transferred", ""),
    ]


def test_restore_asks_the_record_and_no_chain(one, roads, water):
    (health,) = more_agencies("health")
    hand_over(one, water)
    chain_forged(water, one, "health")

    assert _handed_over([one.reference], "a_health") == []
    (left,) = _handed_over([one.reference], "a_roads")
    assert (left.to_code, [held.agency_code for held in left.chain]) == ("water", ["roads"])
    assert health.code == "health"
