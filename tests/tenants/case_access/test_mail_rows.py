"""What an agency's role can write into its letters, and what the worker makes of it."""

import io

import pytest
from django.core.management import call_command

from shared.kernel import clock
from shared.mail.models import Mail
from shared.mail.services import mail_row, mail_send
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.gateway import tracking_open
from tenants.case_access.services.mail_recipients import GIVEN_EMAIL, LINKS, NATIONAL
from tenants.case_access.services.one_time_links import link_ask
from tenants.fleet.services.health.undelivered_mail import agency_letters_failed
from tenants.fleet.services.health.usage import usage_measure
from tenants.isolation.schema_switch import agency_context, as_owner, connection
from tenants.models import LinkToken
from tests.public_portal.tracking.mailbox import deliver
from tests.public_portal.tracking.visits import EMAIL
from tests.support.factories import filed
from tests.support.sampling import in_turn

pytestmark = pytest.mark.django_db

ACCOMPLICE = "accomplice@example.org"
OF_CASES = sorted(set(LINKS) - {*NATIONAL, GIVEN_EMAIL})


def queue(agency, **changes):
    """A letter that the role of an agency has written itself; returns its number."""
    values = {"to": ACCOMPLICE, "letter": "withdrawn", "language": "fr", "context": {}} | changes
    with agency_context(agency):
        row = mail_row(**values)
        row.save(force_insert=True)
    return row.pk


def send(agency, number):
    with agency_context(agency):
        mail_send(mail_id=number)


@pytest.mark.parametrize("letter", OF_CASES)
def test_a_letter_about_another_agencys_case_does_not_leave(roads, water, mailoutbox, letter):
    theirs = filed(water)

    send(roads, queue(roads, letter=letter, reference=theirs.reference))

    assert mailoutbox == []
    assert LinkToken.objects.count() == 0


@pytest.mark.parametrize("letter", OF_CASES)
def test_a_letter_to_an_address_of_the_agencys_choice_holds_no_link(roads, mailoutbox, letter):
    own = filed(roads)

    send(roads, queue(roads, letter=letter, reference=own.reference))

    assert LinkToken.objects.count() == 0
    assert not any(
        f"/track/{page}/" in text
        for message in mailoutbox
        for text in (message.body, message.alternatives[0].content)
        for page in ("open", "rate", "promise", "email")
    )


@pytest.mark.parametrize("letter", sorted(NATIONAL))
def test_a_letter_of_the_national_side_does_not_leave_from_an_agency(roads, mailoutbox, letter):
    own = filed(roads)

    send(roads, queue(roads, letter=letter, reference=own.reference, to=""))

    assert mailoutbox == []
    assert LinkToken.objects.count() == 0


def test_an_address_that_the_agency_wrote_over_gets_no_link(roads, mailoutbox):
    own = filed(roads)
    with agency_context(roads), connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_party SET email = %s", [ACCOMPLICE])

    link_ask(reference=own.reference, email=EMAIL, language="fr")
    link_ask(reference=own.reference, email=ACCOMPLICE, language="fr")
    deliver()
    send(roads, queue(roads, reference=own.reference, to=""))

    assert LinkToken.objects.count() == 0
    assert [message.to for message in mailoutbox if "/track/open/" in message.body] == []


def test_the_words_of_a_row_say_not_where_a_link_leads(roads, mailoutbox):
    own = filed(roads)
    trap = {f"{page}_url": "https://trap.example/" for page, _purpose in LINKS.values()}

    for letter in OF_CASES:
        send(roads, queue(roads, letter=letter, reference=own.reference, context=trap))

    assert len(mailoutbox) == len(OF_CASES)
    assert not any("trap.example" in message.body for message in mailoutbox)
    assert not any("trap.example" in message.alternatives[0].content for message in mailoutbox)


@pytest.mark.parametrize("typed", ["per\u017fon@example.org", "PERSON@Example.ORG"])
def test_a_link_goes_to_the_stored_address_and_not_to_the_typed_one(roads, typed):
    own = filed(roads)

    link_ask(reference=own.reference, email=typed, language="fr")

    is_same = typed.isascii()
    assert [message.to for message in deliver()] == ([[EMAIL]] if is_same else [])


@pytest.mark.parametrize("typed", ["per\u017fon@example.org", "\u212aperson@example.org"])
def test_another_mailbox_that_looks_alike_opens_nothing(roads, typed):
    own = filed(roads)

    with pytest.raises(CaseNotFound):
        tracking_open(reference=own.reference, kind=KeyKind.EMAIL, value=typed)


MOMENTS = ("queued_at", "sent_at", "expires_at", "next_attempt_at", "retry_until", "failed_at")


@pytest.mark.parametrize(
    ("column", "moment"),
    in_turn(MOMENTS, ["infinity", "-infinity", "20000-01-01", "4000-01-01 BC"]),
)
def test_a_moment_that_cannot_be_read_ends_nobody_elses_reading(roads, water, moment, column):
    """As a row may be that was written before there were bounds."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE a_roads.mail_mail DROP CONSTRAINT mail_values")
    queue(roads, reference="")
    theirs = queue(water, reference="")
    for agency in (roads, water):
        with agency_context(agency):
            Mail.objects.update(failed_at=clock.now(), failure="refused")
    with agency_context(roads), connection.cursor() as cursor:
        cursor.execute(f"UPDATE mail_mail SET {column} = %s", [moment])

    usage_measure(agency=roads)
    agency_letters_failed(agency=roads)
    call_command("resend_letters", stdout=io.StringIO())

    with agency_context(water):
        assert Mail.objects.get().pk == theirs
        assert Mail.objects.get().failed_at is None
