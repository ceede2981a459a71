"""An address given with a request gets one kind of letter until its mailbox has answered."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shared.complaints import services
from shared.complaints.enums import Privacy
from shared.complaints.types import PartyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.kernel.references import reference_group
from shared.mail.models import Mail
from tenants.case_access import gateway
from tenants.case_access.services.mail_recipients import is_address_of
from tenants.isolation.schema_switch import agency_context
from tenants.models import EmailChange, LinkToken, Route
from tests.public_portal.tracking.mailbox import deliver, links_in, links_in_page
from tests.public_portal.tracking.visits import EMAIL, Visitor
from tests.support.factories import BODY, REPLY, draft, filed, officer_actor, staff
from tests.support.moments import days_later

pytestmark = pytest.mark.django_db

OTHER = "right.address@example.org"
PERSON = PartyDraft(name="Test Person", email=EMAIL, phone="+212612345678")


def unproved(agency, **changes):
    """A request whose address anybody may have typed."""
    what = draft(agency, **{"party": PERSON, **changes})
    return gateway.complaint_file(draft=what, actor=CITIZEN)


@pytest.fixture(params=[Privacy.NAMED, Privacy.CONFIDENTIAL])
def receipt(request, roads):
    """Both kinds of request that have an address."""
    return unproved(roads, privacy=request.param)


def worked_on(agency, reference):
    """A question, a message of each side and the reply: everything that is written about."""
    officer = staff(agency)
    actor = officer_actor(officer)
    with agency_context(agency):
        services.complaint_assign(reference=reference, officer=officer, actor=actor)
        services.question_ask(
            reference=reference, body="Which lamp exactly?", officer=officer, actor=actor
        )
        services.citizen_message_add(
            reference=reference, body="The one at the school.", actor=CITIZEN, is_by_email=True
        )
        services.officer_message_add(
            reference=reference, body="We come on Monday.", officer=officer, actor=actor
        )
        services.complaint_reply(reference=reference, draft=REPLY, officer=officer, actor=actor)


def bytes_of(message):
    """Everything of a letter as it leaves: headers, text and HTML, decoded."""
    parts = [
        str(part.get_payload(decode=True) or b"", "utf-8") for part in message.message().walk()
    ]
    return "\n".join([message.message().as_string(), str(message.subject), *parts])


def secrets_of(receipt, agency):
    """What a stranger whose address was typed must not learn."""
    return [
        receipt.reference,
        reference_group(receipt.reference),
        receipt.receipt_code,
        reference_group(receipt.receipt_code),
        "Test Person",
        "612345678",
        "Street lamp",
        BODY[:20],
        "Which lamp",
        "at the school",
        "on Monday",
        REPLY.facts,
        REPLY.decision,
        agency.name_fr,
        agency.name_ar,
        agency.code,
    ]


def everything_leaves(agency):
    return [*deliver(agency), *deliver()]


def prove(letter):
    (link,) = links_in(letter)
    return Client(headers={"host": "testserver"}).post(link)


def subjects(letters):
    return [one.subject for one in letters]


# --- what a stranger may learn -------------------------------------------------------------------


def test_nothing_of_the_request_reaches_an_address_that_is_not_proved(receipt, roads, visitor):
    worked_on(roads, receipt.reference)
    visitor.client.post(visitor.url("link/"), {"reference": receipt.reference, "email": EMAIL})
    everything_leaves(roads)
    with clock.travel(days_later(40)), agency_context(roads):
        services.expired_deadlines_apply(actor=CITIZEN)
    everything_leaves(roads)

    told = [
        secret
        for one in mail.outbox
        for secret in secrets_of(receipt, roads)
        if secret in bytes_of(one)
    ]
    assert told == []
    assert {tuple(one.to) for one in mail.outbox} == {(EMAIL,)}
    assert subjects(mail.outbox) == ["Cette adresse e-mail est-elle la vôtre ?"] * 2


def test_the_same_words_would_be_found_in_the_letters_of_a_proved_address(roads):
    receipt = filed(roads, party=PERSON)
    everything_leaves(roads)

    assert receipt.reference in bytes_of(mail.outbox[0])


def test_the_letter_has_one_button_and_its_day(receipt, roads):
    (letter,) = everything_leaves(roads)

    assert links_in(letter) == links_in_page(letter)
    assert len(links_in(letter)) == 1
    assert links_in(letter)[0].startswith("/fr/track/address/")


def test_the_page_of_the_link_says_nothing_of_the_request_either(receipt, roads, visitor):
    (letter,) = everything_leaves(roads)
    (link,) = links_in(letter)

    looked = [visitor.client.get(link).text for _scanner in range(2)]
    done = visitor.client.post(link).text

    for page in (*looked, done):
        assert [one for one in secrets_of(receipt, roads) if one in page] == []
    assert visitor.see()["Location"] == "/fr/track/"


def test_looking_at_the_link_proves_nothing(receipt, roads, visitor):
    (letter,) = everything_leaves(roads)

    visitor.client.get(links_in(letter)[0])
    visitor.client.head(links_in(letter)[0])

    assert Route.objects.get().is_email_proved is False
    assert LinkToken.objects.count() == 1


# --- the proof -----------------------------------------------------------------------------------


def test_after_the_proof_everything_that_was_withheld_arrives(receipt, roads):
    first = everything_leaves(roads)
    worked_on(roads, receipt.reference)
    withheld = everything_leaves(roads)

    page = prove(first[0])
    arrived = everything_leaves(roads)

    assert (page.status_code, withheld) == (200, [])
    assert Route.objects.get().is_email_proved is True
    assert [one.to for one in arrived] == [[EMAIL]] * 5
    assert all(one.subject.startswith(receipt.reference) for one in arrived)
    with agency_context(roads):
        rows = Mail.objects.exclude(letter="case_notice").order_by("queued_at", "id")
        kinds = rows.values_list("letter", flat=True)
        assert list(kinds) == ["received", "question", "added_by_email", "message", "answered"]
        assert not Mail.objects.exclude(failure="").exists()


def test_later_letters_leave_at_once(receipt, roads):
    prove(everything_leaves(roads)[0])
    everything_leaves(roads)

    worked_on(roads, receipt.reference)

    assert len(everything_leaves(roads)) == 4


def test_the_link_works_once_and_for_thirty_days(receipt, roads, visitor):
    (link,) = links_in(everything_leaves(roads)[0])

    with clock.travel(clock.now() + timedelta(days=30, seconds=1)):
        late = visitor.client.post(link)
    pages = [visitor.client.post(link).status_code for _time in range(2)]

    assert late.status_code == 410
    assert pages == [200, 410]


def test_a_link_asked_for_with_reference_and_address_is_that_letter_until_the_proof(
    receipt, roads, visitor
):
    everything_leaves(roads)
    asked = {"reference": receipt.reference, "email": EMAIL}
    visitor.client.post(visitor.url("link/"), asked)
    (before,) = everything_leaves(roads)
    prove(before)
    everything_leaves(roads)
    visitor.client.post(visitor.url("link/"), asked)
    (after,) = everything_leaves(roads)

    assert "/track/address/" in links_in(before)[0]
    assert "/track/open/" in links_in(after)[0]


def test_the_right_pair_with_a_wrong_address_still_sends_nothing(receipt, roads, visitor):
    everything_leaves(roads)
    asked = {"reference": receipt.reference, "email": "someone@example.org"}

    visitor.client.post(visitor.url("link/"), asked)

    assert everything_leaves(roads) == []


def test_a_letter_is_held_under_a_lock_that_the_proof_waits_for(receipt, roads):
    # Or the proof could release the letters that are held an instant before this one is.
    with CaptureQueriesContext(connection) as queries:
        everything_leaves(roads)
    asked = [one["sql"] for one in queries if '"tenants_route"' in one["sql"]]

    assert [sql for sql in asked if sql.endswith("FOR NO KEY UPDATE")] != []


def test_once_it_is_proved_no_such_letter_leaves_any_more(roads, visitor):
    receipt = unproved(roads)
    (first,) = everything_leaves(roads)
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.do("proof/link/")
    prove(first)

    letters = everything_leaves(roads)

    assert [one for one in letters if "/track/address/" in bytes_of(one)] == []
    assert receipt.reference in letters[0].subject


# --- another address -----------------------------------------------------------------------------


def test_a_mistyped_address_is_replaced_without_asking_its_mailbox(receipt, roads):
    everything_leaves(roads)
    worked_on(roads, receipt.reference)
    everything_leaves(roads)
    mail.outbox.clear()
    visitor = Visitor(client=Client(headers={"host": "testserver"}))
    visitor.open(receipt.reference, receipt.receipt_code)

    visitor.do("email/", email=OTHER)
    (asked,) = everything_leaves(roads)
    visitor.client.post(links_in(asked)[0], {"do": "prove"})
    arrived = everything_leaves(roads)

    assert asked.to == [OTHER]
    assert receipt.reference not in bytes_of(asked)
    assert [one.to for one in arrived] == [[OTHER]] * 5
    assert Route.objects.get().is_email_proved is True


def test_a_change_begun_before_the_proof_does_not_replace_a_proved_address(receipt, roads):
    (first,) = everything_leaves(roads)
    visitor = Visitor(client=Client(headers={"host": "testserver"}))
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.do("email/", email=OTHER)
    (asked,) = everything_leaves(roads)

    prove(first)
    late = visitor.client.post(links_in(asked)[0], {"do": "prove"})

    assert late.status_code == 410
    assert EmailChange.objects.count() == 0
    assert is_address_of(Route.objects.get(), EMAIL)


def test_the_page_of_a_new_address_names_nothing_before_it_answers(roads, visitor):
    receipt = filed(roads, party=PERSON)
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.do("email/", email=OTHER)
    letters = {one.to[0]: one for one in deliver()}
    stranger = Visitor(client=Client(headers={"host": "testserver"}))

    looked = stranger.client.get(links_in(letters[OTHER])[0]).text
    refused = stranger.client.post(links_in(letters[OTHER])[0], {"do": "refuse"}).text

    for text in (bytes_of(letters[OTHER]), looked, refused):
        assert [one for one in secrets_of(receipt, roads) if one in text] == []


# --- what the pages say --------------------------------------------------------------------------


def test_where_a_proof_is_wanted_the_page_says_that_the_address_comes_first(roads, visitor):
    receipt = unproved(roads)
    everything_leaves(roads)
    visitor.open(receipt.reference, EMAIL)

    shown = visitor.see("case/proof/").text
    sent = visitor.client.post(visitor.url("case/proof/link/"), follow=True).text
    (letter,) = everything_leaves(roads)

    assert "n’est pas encore confirmée" in shown
    assert "Ouvrez-le et confirmez votre adresse" in sent
    assert "/track/address/" in links_in(letter)[0]


def test_the_tracking_page_says_it_until_the_proof(receipt, roads, visitor):
    visitor.open(receipt.reference, receipt.receipt_code)
    before = visitor.see().text
    prove(everything_leaves(roads)[0])
    after = visitor.see().text

    assert "n’est pas encore confirmée" in before
    assert "proof/link/" in before
    assert "n’est pas encore confirmée" not in after
    assert "l’adresse que vous avez donnée" in after
