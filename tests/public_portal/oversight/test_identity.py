"""The page on which national oversight opens a sealed identity."""

from html import unescape

import pytest
from django.utils.html import escape

from shared.accounts.enums import Role
from shared.complaints.enums import Privacy
from shared.complaints.types import PartyDraft
from tenants.models import IdentityOpening
from tests.public_portal.oversight.reading import hidden_fields, press
from tests.public_portal.oversight.test_workspace import person
from tests.public_portal.tracking.visits import Visitor
from tests.support.factories import filed
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db

WHO = PartyDraft(name="Zoubida Hidden", email="hidden@example.org", phone="+212612345678")
REASON = "A court asks who filed this request <b>(order 12)</b>."
COURT = "Rabat, order 12/2026"
PAGE = "/identity/"


@pytest.fixture
def hidden(roads):
    return filed(roads, privacy=Privacy.CONFIDENTIAL, party=WHO)


def asked(receipt):
    """What an analyst sends who has a court's decision."""
    return {"reference": receipt.reference, "reason": REASON, "court_reference": COURT}


def opened_by_two(analyst, hidden):
    """The page with the identity: asked for, agreed to by a colleague, opened."""
    answers = "/identity/answer/"
    assert analyst.post(PAGE, asked(hidden))["Location"] == PAGE
    colleague = person(Role.ANALYST, "colleague@oversight.example")
    assert REASON in unescape(colleague.get(PAGE).text)
    press(colleague, answers, {"do": "agree"}, read_at=PAGE)
    return press(analyst, answers, {"do": "open"}, read_at=PAGE)


def test_the_identity_is_shown_once_and_kept_by_no_store(analyst, hidden):
    page = opened_by_two(analyst, hidden)

    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert [word for word in (WHO.name, WHO.email, WHO.phone) if word not in page.text] == []
    assert WHO.name not in analyst.get(PAGE).text


@pytest.mark.parametrize("do", ["open", "agree"])
def test_the_asker_alone_opens_nothing(analyst, hidden, do):
    analyst.post(PAGE, asked(hidden))

    answers = "/identity/answer/"
    page = analyst.post(answers, {**hidden_fields(analyst.get(PAGE)), "do": do}, follow=True)

    assert WHO.name not in page.text
    assert IdentityOpening.objects.count() == 0
    assert press(analyst, answers, {"do": "open"}, read_at=PAGE)["Location"] == PAGE


def test_the_citizen_reads_who_looked_and_why(analyst, hidden, client):
    opened_by_two(analyst, hidden)
    visitor = Visitor(client=client)
    visitor.client.defaults["HTTP_HOST"] = "testserver"
    visitor.open(hidden.reference, hidden.receipt_code)

    page = visitor.see()

    entry = page.context["space"].timeline[1]
    assert REASON in entry.text
    assert escape(REASON) in page.text
    assert "<b>(order" not in page.text


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, ["reason", "reference"]),
        ({"reference": "123", "reason": REASON, "court_reference": COURT}, ["reference"]),
        ({"reason": "too short"}, ["reason"]),
        ({"reason": " " * 30}, ["reason"]),
        ({"reason": "x" * 1001}, ["reason"]),
    ],
)
def test_without_a_reference_and_a_reason_nothing_is_opened(analyst, hidden, data, fields):
    given = {"reference": hidden.reference, **data} if data else {}

    page = analyst.post(PAGE, given)

    assert is_refused(page)
    assert sorted(page.context["form"].errors) == fields
    assert IdentityOpening.objects.count() == 0


def test_without_a_review_the_page_asks_for_the_courts_reference(analyst, hidden):
    page = analyst.post(PAGE, {"reference": hidden.reference, "reason": REASON})

    assert is_refused(page)
    assert list(page.context["form"].errors) == ["court_reference"]
    assert WHO.name not in page.text
    assert IdentityOpening.objects.count() == 0


def test_a_named_request_has_nothing_to_open(analyst, roads):
    named = filed(roads, party=WHO)

    page = analyst.post(
        PAGE, {"reference": named.reference, "reason": REASON, "court_reference": COURT}
    )

    assert is_refused(page)
    assert WHO.name not in page.text


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR, Role.OPERATOR])
def test_nobody_but_an_analyst_opens_an_identity(signed_in, hidden, role):
    page = signed_in(role).post(
        PAGE, {"reference": hidden.reference, "reason": REASON, "court_reference": COURT}
    )

    assert page.status_code == 403
    assert IdentityOpening.objects.count() == 0


def test_looking_at_the_page_opens_nothing(analyst, hidden):
    page = analyst.get(
        PAGE, {"reference": hidden.reference, "reason": REASON, "court_reference": COURT}
    )

    assert page.status_code == 200
    assert IdentityOpening.objects.count() == 0


@pytest.mark.parametrize("host", ["testserver", "roads.testserver"])
def test_the_page_is_on_oversights_host_alone(client, hidden, host):
    assert client.get(PAGE, headers={"host": host}).status_code == 404
