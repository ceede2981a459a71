"""Where nobody else could decide, the citizen reads that the same officer decided again."""

import html
import json
from dataclasses import replace

import pytest
from django.test import Client

from shared.accounts.models import User
from shared.complaints.enums import Outcome
from shared.complaints.selectors import complaint_get
from shared.complaints.services import complaint_assign, complaint_reply
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.reviews import review_ask, review_case, review_decide
from tenants.isolation.schema_switch import agency_context
from tenants.models.enums import ReviewDecision
from tests.public_portal.tracking.mailbox import deliver
from tests.public_portal.tracking.visits import answer
from tests.shared.pdf.sheets import words
from tests.support.factories import REPLY, officer_actor, staff
from tests.support.reviewed import ANALYST, REASON, TEXT

pytestmark = pytest.mark.django_db

SAID = {
    "fr": "Décision prise par le même agent que la première fois",
    "ar": "اتخذ القرارَ المكلفُ بالملف نفسُه الذي سبق أن بتّ في الطلب",
    "en": "Decided by the same officer as before, because nobody else in the administration",
}


@pytest.fixture
def inside(visitor, receipt, roads):
    """A citizen whose request was answered and re-opened."""
    answer(roads, receipt.reference)
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.reference, visitor.receipt_code = receipt.reference, receipt.receipt_code
    visitor.do("reopen/", reason="not_done", body="Nothing was done.")
    return visitor


def assign_again(agency, reference):
    """Give the case to who decided on it, the only officer left; returns that officer."""
    with agency_context(agency):
        first = User.objects.get(pk=complaint_get(reference=reference).answered_by_id or 0)
        User.objects.exclude(pk=first.pk).update(is_active=False)
        complaint_assign(reference=reference, officer=first, actor=officer_actor(first))
    return first


def decide_again(agency, reference, outcome=Outcome.UPHELD):
    first = assign_again(agency, reference)
    draft = replace(REPLY, outcome=outcome)
    with agency_context(agency):
        actor = officer_actor(first)
        complaint_reply(reference=reference, draft=draft, officer=first, actor=actor)


def happened(visitor):
    """What the page says of the state of the request."""
    return visitor.see().context["space"].state_text.happened


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_history_says_so_in_each_language(inside, roads, language):
    decide_again(roads, inside.reference)
    inside.language = language

    page = html.unescape(inside.see().content.decode())

    assert page.count(SAID[language]) == 1


def test_programs_and_the_dossier_are_told_as_well(inside, roads):
    decide_again(roads, inside.reference)
    token = gateway.tracking_open(
        reference=inside.reference, kind=KeyKind.RECEIPT, value=inside.receipt_code
    ).token

    case = Client(headers={"host": "testserver", "authorization": f"Bearer {token}"}).get(
        "/api/v1/tracking/case/"
    )
    dossier = json.loads(inside.see("case/dossier.json").content)
    paper = words(inside.see("case/dossier.pdf").content)

    expected = ["received", "answered", "reopened", "assigned*", "answered*"]
    found = [f"{one['kind']}{'*' * one['same_officer']}" for one in case.json()["timeline"]]
    written = [f"{one['kind']['code']}{'*' * one['same_officer']}" for one in dossier["timeline"]]
    # Answering a case that nobody had taken takes it first.
    assert [one for one in found if one != "assigned"] == expected
    assert [one for one in written if one != "assigned"] == expected
    assert SAID["fr"] in paper


def test_no_other_officer_is_promised_before_one_is_assigned(inside):
    inside.language = "en"

    assert happened(inside) == "You have re-opened your request. Roads examines it again."


def test_no_letter_promises_another_officer_where_there_may_be_none(inside, roads):
    letter = deliver(roads)[-1]

    assert "Elle est examinée de nouveau, par un autre agent s’il y en a un." in letter.body


def test_the_state_says_that_the_same_officer_examines_it_again(inside, roads):
    assign_again(roads, inside.reference)
    inside.language = "en"

    assert happened(inside) == (
        "You have re-opened your request. Roads examines it again. The request is with an officer "
        "who decided on it before, because nobody else in the administration can examine it."
    )


def test_the_state_says_nothing_of_an_officer_who_held_it_in_a_round_before(inside, roads):
    decide_again(roads, inside.reference, Outcome.NOT_UPHELD)
    token = gateway.tracking_open(
        reference=inside.reference, kind=KeyKind.RECEIPT, value=inside.receipt_code
    ).token
    review_ask(token=token, reason=REASON)
    review_case(reference=inside.reference, actor=ANALYST)
    review_decide(
        reference=inside.reference, decision=ReviewDecision.SENT_BACK, text=TEXT, actor=ANALYST
    )
    inside.language = "en"

    assert happened(inside) == (
        "National oversight has sent your request back. Roads examines it again."
    )


def test_nothing_is_said_of_another_officer_who_holds_it(inside, roads):
    other = staff(roads, email="other@roads.example")
    with agency_context(roads):
        complaint_assign(reference=inside.reference, officer=other, actor=officer_actor(other))
    inside.language = "en"

    assert happened(inside) == "You have re-opened your request. Roads examines it again."


def test_nothing_is_said_where_somebody_else_decided(inside, roads):
    other = staff(roads, email="other@roads.example")
    with agency_context(roads):
        complaint_reply(
            reference=inside.reference, draft=REPLY, officer=other, actor=officer_actor(other)
        )

    page = html.unescape(inside.see().content.decode())

    assert SAID["fr"] not in page
