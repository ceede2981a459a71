"""National oversight's list of reviews, and the page on which one is decided."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.utils.html import escape

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import Outcome
from shared.complaints.selectors import complaint_get
from shared.complaints.services import complaint_reply
from shared.complaints.types import UploadedContent
from shared.kernel import clock
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.reviews import review_ask, review_decide
from tenants.fleet.services.health.usage import usage_measure
from tenants.isolation.schema_switch import agency_context
from tenants.models import Review
from tenants.models.enums import ReviewDecision
from tests.support.factories import REPLY, filed_at_counter, officer_actor
from tests.support.moments import days_later
from tests.support.refused_forms import is_refused
from tests.support.reviewed import ANALYST, REASON, TEXT, answer, refused_twice, request_filed
from tests.support.samples import PDF
from tests.support.sampling import each_once

pytestmark = pytest.mark.django_db

LIST = "/reviews/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def waiting(roads, water):
    """A review that waits; another request, refused twice without one, stands beside it."""
    one = refused_twice(roads, subject="The lamp <b>at twelve</b>")
    review_ask(token=one.token, reason=REASON)
    refused_twice(water, subject="Somebody else's water")
    return one


def page_of(one):
    return f"/reviews/{one.reference}/"


def kept(one):
    return Review.objects.get(reference=one.reference)


def test_without_reviews_the_list_says_so(analyst):
    page = analyst.get(LIST, headers=ENGLISH)

    assert "No review waits" in page.text
    assert 'aria-current="page">Reviews' in page.text


def test_the_list_shows_what_waits_the_first_due_first(analyst, waiting, water):
    with clock.travel(days_later(2)):
        late = request_filed(water)
    with clock.travel(days_later(70)):
        review_ask(token=late.token, reason=REASON)

        page = analyst.get(LIST, headers=ENGLISH)

    assert [row.reference for row in page.context["page"]] == [waiting.reference, late.reference]
    assert (page.context["total"], page.context["late"]) == (2, 1)
    assert "No reply within the legal deadline" in page.text


def test_it_is_said_where_the_same_officer_decided_again(analyst, waiting, water):
    alone = request_filed(water)
    answer(alone)
    gateway.case_reopen(token=alone.token, body="That is not so.")
    with agency_context(water):
        only = User.objects.get(pk=complaint_get(reference=alone.reference).answered_by_id or 0)
        User.objects.exclude(pk=only.pk).update(is_active=False)
        complaint_reply(
            reference=alone.reference,
            draft=replace(REPLY, outcome=Outcome.NOT_UPHELD),
            officer=only,
            actor=officer_actor(only),
        )
    usage_measure(agency=water)
    review_ask(token=alone.token, reason=REASON)

    pages = [analyst.get(page_of(one), headers=ENGLISH).text for one in (alone, waiting)]
    space = gateway.case_show(token=alone.token)
    workspace = analyst.get(f"/agencies/{water.code}/workspace/", headers=ENGLISH).text

    said = "The same officer decided on this request more than once"
    history = "Decided by the same officer as before"
    assert [(said in page, history in page) for page in pages] == [(True, True), (False, False)]
    assert [entry.kind for entry in space.timeline if entry.same_officer] == ["answered"]
    assert "who had decided on the request before</dt><dd>1</dd>" in workspace


def test_the_file_stands_beside_the_reason(analyst, waiting):
    page = analyst.get(page_of(waiting), headers=ENGLISH)

    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert REASON in page.text
    assert escape("The lamp <b>at twelve</b>") in page.text
    assert "<b>at twelve" not in page.text
    assert "That is not so." in page.text
    assert "person@example.org" not in page.text


def test_a_decision_is_checked_before_it_is_made(analyst, waiting):
    given = {"decision": "sent_back", "text": TEXT}

    check = analyst.post(page_of(waiting), given, headers=ENGLISH)
    before = kept(waiting).decision
    change = analyst.post(page_of(waiting), {**given, "step": "change"}, headers=ENGLISH)
    send = analyst.post(page_of(waiting), {**given, "step": "send"}, headers=ENGLISH)

    assert (check.status_code, "Make the decision" in check.text, before) == (200, True, "")
    assert (change.status_code, TEXT in change.text) == (200, True)
    assert send["Location"] == LIST
    row = kept(waiting)
    assert (row.decision, row.text, row.label) == ("sent_back", TEXT, "Test Person")
    assert gateway.case_show(token=waiting.token).status == "reopened"


@pytest.mark.parametrize(
    ("data", "fields", "step"),
    each_once(
        [
            ({}, ["decision", "text"]),
            ({"decision": "lapsed", "text": TEXT}, ["decision"]),
            ({"decision": "upheld", "text": "No."}, ["text"]),
            ({"decision": "upheld", "text": " " * 40}, ["text"]),
            ({"decision": "upheld", "text": "x" * 5_001}, ["text"]),
        ],
        ["", "send"],
    ),
)
def test_half_a_decision_is_explained_and_nothing_is_lost(analyst, waiting, data, fields, step):
    page = analyst.post(page_of(waiting), {**data, "step": step})

    assert (is_refused(page), sorted(page.context["form"].errors)) == (True, fields)
    assert data.get("text", "").strip() in page.text
    assert kept(waiting).decision == ""


def test_without_a_reply_nothing_can_stand(analyst, roads):
    one = request_filed(roads)
    with clock.travel(days_later(61)):
        review_ask(token=one.token, reason=REASON)

        seen = analyst.get(page_of(one))
        page = analyst.post(page_of(one), {"decision": "upheld", "text": TEXT, "step": "send"})

    assert ('value="sent_back"' in seen.text, 'value="upheld"' in seen.text) == (True, False)
    assert (is_refused(page), list(page.context["form"].errors)) == (True, ["decision"])


def test_what_a_colleague_has_decided_meanwhile_stays(analyst, waiting):
    review_decide(
        reference=waiting.reference, decision=ReviewDecision.UPHELD, text=TEXT, actor=ANALYST
    )

    page = analyst.post(
        page_of(waiting),
        {"decision": "sent_back", "text": "Quite another opinion.", "step": "send"},
        headers=ENGLISH,
    )

    assert (page.status_code, "decided already" in page.text) == (400, True)
    assert kept(waiting).decision == "upheld"


def test_a_decided_review_leaves_the_list_and_can_still_be_read(analyst, waiting):
    review_decide(
        reference=waiting.reference, decision=ReviewDecision.UPHELD, text=TEXT, actor=ANALYST
    )

    assert waiting.reference not in analyst.get(LIST).text
    page = analyst.get(page_of(waiting), headers=ENGLISH)
    assert (TEXT in page.text, "Check the decision" in page.text) == (True, False)


def test_a_file_of_the_request_is_a_download(analyst, waiting):
    upload = UploadedContent(name="preuve.pdf", content=PDF)
    gateway.attachment_add(token=waiting.token, upload=upload)
    file = gateway.case_show(token=waiting.token).attachments[0]

    found = analyst.get(f"{page_of(waiting)}files/{file.id}/")

    assert found.status_code == 200
    assert found["Content-Disposition"] == 'attachment; filename="preuve.pdf"'
    assert found["X-Content-Type-Options"] == "nosniff"


def test_a_request_for_which_nobody_asked_stays_closed(analyst, waiting, water):
    other = refused_twice(water, subject="A third one")

    assert [
        analyst.get(path).status_code
        for path in (
            page_of(other),
            "/reviews/nonsense/",
            f"{page_of(other)}files/{UUID(int=1)}/",
            f"{page_of(waiting)}files/{UUID(int=1)}/",
        )
    ] == [404] * 4


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.OPERATOR])
def test_nobody_but_an_analyst_reads_or_decides(signed_in, waiting, role):
    person = signed_in(role)
    given = {"decision": "upheld", "text": TEXT, "step": "send"}

    assert [
        person.get(LIST).status_code,
        person.get(page_of(waiting)).status_code,
        person.post(page_of(waiting), given).status_code,
    ] == [403] * 3
    assert kept(waiting).decision == ""


def test_a_stranger_signs_in_first(anybody, waiting):
    assert anybody.get(LIST)["Location"] == "/accounts/login/?next=/reviews/"


@pytest.mark.parametrize("host", ["testserver", "roads.testserver"])
def test_the_pages_are_on_oversights_host_alone(client, waiting, host):
    assert [
        client.get(path, headers={"host": host}).status_code for path in (LIST, page_of(waiting))
    ] == [404, 404]


def test_it_is_said_what_was_done_with_a_code_that_an_officer_had_printed(analyst, roads):
    receipt = filed_at_counter(roads, email="")
    with clock.travel(days_later(70)):
        token = gateway.tracking_open(
            reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
        ).token
        review_ask(token=token, reason=REASON)

        page = analyst.get(f"/reviews/{receipt.reference}/", headers=ENGLISH)

    assert "Done with the receipt code that an officer had printed" in page.text
    assert "National oversight was asked for a review" in page.text
