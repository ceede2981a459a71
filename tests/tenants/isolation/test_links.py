"""What opens one case opens no other: halves of a receipt, tokens, signed links, keys."""

import json

import pytest
from django.core.signing import Signer, TimestampSigner

from public_portal.intake.selectors.summary import receipt_token
from shared.complaints.models import Message
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound, TokenNotFound
from tenants.isolation.schema_switch import agency_context
from tests.tenants.isolation.browsers import Browser
from tests.tenants.isolation.canaries import at_home

pytestmark = pytest.mark.django_db

TRACKING = "/api/v1/tracking/"
CASE = "/api/v1/tracking/case/"


def pairs(mine, theirs):
    """Every mixture of two receipts that must open neither."""
    return [
        (mine.reference, KeyKind.EMAIL, theirs.email),
        (mine.reference, KeyKind.RECEIPT, theirs.receipt_code),
        (mine.reference, KeyKind.EMAIL, mine.receipt_code),
        (mine.reference, KeyKind.RECEIPT, mine.email),
        (mine.reference, KeyKind.EMAIL, ""),
        (mine.reference, KeyKind.RECEIPT, ""),
        (mine.reference, KeyKind.EMAIL, f"{mine.email}.example"),
        (theirs.reference, KeyKind.RECEIPT, mine.receipt_code),
        ("", KeyKind.EMAIL, mine.email),
    ]


@pytest.mark.parametrize("number", range(9))
def test_the_halves_of_two_receipts_open_neither(mine, theirs, number):
    reference, kind, value = pairs(mine, theirs)[number]

    with pytest.raises(CaseNotFound):
        gateway.tracking_open(reference=reference, kind=kind, value=value)


@pytest.mark.parametrize("kind", [KeyKind.EMAIL, KeyKind.RECEIPT])
def test_the_halves_of_one_receipt_open_its_case_alone(canaries, kind):
    for canary in canaries.values():
        value = canary.email if kind == KeyKind.EMAIL else canary.receipt_code
        issued = gateway.tracking_open(reference=canary.reference, kind=kind, value=value)

        assert at_home(gateway.case_show(token=issued.token), canary.code)


def test_a_miss_says_the_same_at_every_agency_and_nothing_of_a_case(citizen, mine, theirs):
    halves = [
        {"reference": mine.reference, "email": theirs.email},
        {"reference": theirs.reference, "email": mine.email},
        {"reference": mine.reference, "receipt_code": theirs.receipt_code},
    ]

    answers = [citizen.send(TRACKING, half) for half in halves]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert not any(mine.betrayed_by(one) | theirs.betrayed_by(one) for one in answers)


def test_a_token_shows_its_case_and_no_other(citizen, canaries):
    for canary in canaries.values():
        answer = citizen.get(CASE, authorization=f"Bearer {canary.token}")

        assert answer.json()["reference"] == canary.reference
        assert at_home(answer, canary.code)


@pytest.mark.parametrize("change", ["", "x", "{token}x", "{token} ", "{other}{token}", "%", "\x00"])
def test_what_is_not_exactly_a_token_opens_nothing(mine, theirs, change):
    token = change.format(token=mine.token, other=theirs.token)

    with pytest.raises(TokenNotFound):
        gateway.case_show(token=token)


def test_what_is_said_with_a_token_is_said_in_its_own_case(dunes, oases, mine):
    gateway.message_add(token=mine.token, body="said once")

    with agency_context(dunes):
        [message] = Message.objects.filter(body="said once").select_related("complaint")
        assert message.complaint.reference == mine.reference
    with agency_context(oases):
        assert not Message.objects.filter(body="said once").exists()


def test_a_visit_moves_to_the_case_that_was_opened_last(citizen, mine, theirs):
    for canary in (theirs, mine):
        citizen.post("/fr/track/", {"reference": canary.reference, "secret": canary.receipt_code})

    assert at_home(citizen.get("/fr/track/case/"), mine.code)


def test_a_receipts_link_shows_its_receipt_and_no_other(citizen, mine, theirs):
    link = f"/fr/submit/receipt/{receipt_token(mine.reference)}/"

    page = citizen.get(link)

    assert page.status_code == 200
    # The subject that the citizen wrote stands on it, with the word of the canary.
    assert mine.betrayed_by(page, asked=link) == {mine.receipt_code, mine.word}
    assert theirs.betrayed_by(page) == set()


def test_a_receipts_link_with_another_reference_in_it_shows_nothing(citizen, mine, theirs):
    signature = receipt_token(mine.reference).partition(".")[2]
    link = f"/fr/submit/receipt/{theirs.reference}.{signature}/"

    page = citizen.get(link)

    assert page.status_code == 404
    assert theirs.betrayed_by(page, asked=link) == set()


@pytest.mark.parametrize(
    "signer",
    [
        Signer(sep="."),
        Signer(sep=".", salt="public.intake.draft"),
        Signer(sep=".", salt="a_dunes"),
        TimestampSigner(sep="."),
        TimestampSigner(sep=".", salt="public.intake.receipt"),
    ],
    ids=lambda signer: f"{type(signer).__name__}-{signer.salt}",
)
def test_what_was_signed_for_another_purpose_is_no_receipt(citizen, mine, signer):
    link = f"/fr/submit/receipt/{signer.sign(mine.reference)}/"

    page = citizen.get(link)

    assert page.status_code == 404
    assert mine.betrayed_by(page, asked=link) == set()


@pytest.mark.parametrize("host", ["dunes.testserver", "oases.testserver", "oversight.testserver"])
def test_citizens_links_lead_nowhere_on_a_console(mine, host):
    browser = Browser(host=host)
    links = [
        f"/fr/submit/receipt/{receipt_token(mine.reference)}/",
        f"/fr/track/?reference={mine.reference}",
        f"/outbox/{mine.reference}/",
    ]

    answers = [browser.get(link) for link in links]
    answers.append(browser.get(CASE, authorization=f"Bearer {mine.token}"))

    assert {answer.status_code for answer in answers} == {404}
    assert not any(mine.betrayed_by(answer, asked=" ".join(links)) for answer in answers)


def test_the_link_of_a_letter_asks_for_the_other_half(citizen, dunes, mine, mailoutbox):
    with agency_context(dunes):
        for letter in Mail.objects.filter(reference=mine.reference):
            mail_send(mail_id=letter.pk)
    link = f"/fr/track/?reference={mine.reference}"

    page = citizen.get(link)

    assert mailoutbox
    assert all(link in letter.body for letter in mailoutbox)
    assert page.status_code == 200
    assert mine.betrayed_by(page, asked=link) == set()


def filing(agency_code):
    return {
        "organisation": agency_code,
        "kind": "complaint",
        "language": "fr",
        "privacy": "named",
        "subject": "Dark street",
        "body": "The lamp has been out for a month.",
        "party": {"name": "Test Person", "email": "person@example.org"},
    }


def test_a_key_that_somebody_used_for_one_agency_brings_nothing_of_theirs(citizen):
    first = citizen.send("/api/v1/complaints/", filing("oases"), idempotency_key="same")

    second = citizen.send("/api/v1/complaints/", filing("dunes"), idempotency_key="same")

    assert (first.status_code, second.status_code) == (201, 409)
    assert not any(value in second.content.decode() for value in first.json().values() if value)


def test_the_addresses_in_an_answer_follow_the_host_and_no_forwarded_one(citizen):
    answer = citizen.send(
        "/api/v1/complaints/", filing("dunes"), x_forwarded_host="oases.testserver"
    )

    assert answer.status_code == 201
    assert "oases" not in json.dumps(answer.json())
