"""A request that went from administration to administration, as its citizen sees it and acts."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.audit.services import audit_record
from shared.complaints import services
from shared.complaints.enums import CASE_VIEWED, Language, Outcome, Status
from shared.complaints.models import Complaint
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from shared.ui.dates import day_text
from tenants.case_access import gateway
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.mailbox import deliver
from tests.shared.pdf.sheets import words
from tests.support.custody import (
    NOTE,
    REFUSAL,
    competence_asked,
    hand_over,
    offer,
    refuse,
    request_filed,
)
from tests.support.factories import REPLY, officer_actor, staff

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OFFICER = Actor(kind=ActorKind.OFFICER, label="Test Person", user_id=7)


def written(agency, one, body):
    officer = staff(agency, email=f"w{one.reference}@{agency.code}.example")
    with agency_context(agency):
        services.officer_message_add(
            reference=one.reference, body=body, officer=officer, actor=officer_actor(officer)
        )


def seen(visitor, one, path="case/", language="en"):
    visitor.language = language
    visitor.open(one.reference, one.receipt_code)
    return visitor.see(path)


def at_rest(client, one):
    """The case over REST."""
    token = {"authorization": f"Bearer {one.token}"}
    return client.get("/api/v1/tracking/case/", headers=token).json()


@pytest.fixture
def moved(roads, water):
    """Nine days at the roads, which have written, and since then at the water."""
    start = clock.now() - 20 * DAY
    with clock.travel(start):
        one = request_filed(roads, subject="The pipe under twelve")
        written(roads, one, "We examine whose pipe it is.")
    with clock.travel(start + 9 * DAY):
        hand_over(one, water, actor=OFFICER)
    return one


def test_fs10_page_lists_who_has_had_the_request_and_for_how_long(visitor, moved):
    page = seen(visitor, moved)

    space = page.context["space"]
    assert [(one.agency.code, one.step.days) for one in space.holdings] == [
        ("roads", 9),
        ("water", 11),
    ]
    assert space.days_held == space.clock.elapsed
    assert "Who has had your request" in page.text
    assert ("· 9 days<" in page.text, "· 11 days<" in page.text) == (True, True)
    assert "Together 20 days." in page.text
    assert space.custody == "Water. No officer has taken it up yet."


def test_request_that_stayed_where_it_was_filed_has_no_such_section(visitor, roads):
    page = seen(visitor, request_filed(roads))

    assert page.context["space"].holdings == []
    assert 'id="custody"' not in page.text


def test_history_and_messages_name_the_former_administration(visitor, moved, water):
    page = seen(visitor, moved)

    space = page.context["space"]
    by = {one.title: one.by for one in space.timeline}
    assert by["You were sent a message"] == "Roads"
    assert by["Another administration took your request over"] == "Water"
    assert [one.agency.name_en for one in space.conversation] == ["Roads"]
    facts = {one.label: one.text for one in page.context["first"].facts}
    assert facts["Written by"] == "Roads"
    assert page.context["first"].explanations[0] == (
        "Water has taken your request over from Roads. It waits to be taken up."
    )


def test_looks_of_a_former_administration_are_its_own(visitor, roads, water):
    one = request_filed(roads)
    officer = staff(roads)
    with agency_context(roads):
        audit_record(actor=officer_actor(officer), action=CASE_VIEWED, subject=one.reference)
    hand_over(one, water)

    space = seen(visitor, one).context["space"]
    assert [one.who for one in space.accesses] == ["An officer of Roads"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Water was asked to take your request over. Until it answers, Roads keeps it"),
        ("fr", "Jusqu’à sa réponse, Routes la conserve et le délai légal continue de courir."),
        ("ar", "ويستمر الأجل القانوني"),
    ],
)
def test_offered_request_says_who_was_asked_and_who_keeps_it(visitor, roads, water, language, said):
    one = request_filed(roads)
    offer(one, water)

    page = seen(visitor, one, language=language)

    assert said in page.context["first"].explanations[0]
    assert page.context["space"].holdings == []


def test_refused_offer_leaves_no_such_sentence_and_names_no_reason(visitor, roads, water):
    one = request_filed(roads)
    refuse(one, water)

    page = seen(visitor, one)

    assert "was asked to take" not in " ".join(page.context["first"].explanations)
    by = {one.title: one.by for one in page.context["space"].timeline}
    assert by["The other administration did not take it over"] == "The other administration"
    assert [text for text in (NOTE, REFUSAL) if text in page.text] == []


def test_question_of_competence_is_said_in_plain_words(visitor, client, roads, water):
    one = request_filed(roads)
    competence_asked(one, water)

    page = seen(visitor, one)

    assert "Until it decides, Roads keeps your request" in page.context["first"].explanations[0]
    by = {one.title: one.by for one in page.context["space"].timeline}
    asked = "National oversight was asked which administration is competent"
    assert by[asked] == "Automatically, after two offers that were not accepted"
    offered = at_rest(client, one)["offered_to"]
    assert (offered["code"], offered["name"]["fr"]) == ("oversight", "Supervision nationale")


def test_re_opened_request_counts_all_days_and_says_which_the_clock_counts(visitor, moved, water):
    _answered(moved, by="a")
    gateway.case_reopen(token=moved.token, body="It still leaks.")

    page = seen(visitor, moved)

    assert page.context["space"].days_held == 20
    assert "The legal clock counts from the day on which you re-opened it." in page.text


def test_days_end_with_the_last_answer(moved):
    _answered(moved, by="a")
    with clock.travel(clock.now() + 5 * DAY):
        gateway.case_reopen(token=moved.token, body="It still leaks.")
        _answered(moved, by="b")
    with clock.travel(clock.now() + 9 * DAY):
        custody = moved.shown().custody
    assert [one.days for one in custody] == [9, 16]
    assert custody[-1].until == clock.today() + 5 * DAY


def test_stub_says_that_the_request_is_on_its_way(visitor, roads):
    one = request_filed(roads)
    visitor.open(one.reference, one.receipt_code)
    with agency_context(roads):
        Complaint.objects.filter(reference=one.reference).update(
            status=Status.TRANSFERRED, handed_to="water", subject="", body=""
        )
    visitor.language = "en"

    page = visitor.see()

    assert "Your request is on its way to another administration" in page.text
    assert page.context["space"].custody == "It is on its way from Roads to Water."
    assert "download" not in [one.act.value for one in page.context["first"].acts]
    assert {visitor.see(f"case/dossier.{form}").status_code for form in ("pdf", "json")} == {503}


def test_rest_names_every_administration(client, moved):
    case = at_rest(client, moved)

    assert case["holder"]["code"] == "water"
    assert [(one["agency"], one["days"]) for one in case["custody"]] == [
        ("roads", 9),
        ("water", 11),
    ]
    assert sorted(case["custody"][0]) == ["agency", "days", "from", "name", "until"]
    assert case["custody"][0]["name"]["en"] == "Roads"
    assert (case["custody"][0]["until"], case["custody"][1]["until"]) == (
        case["custody"][1]["from"],
        None,
    )
    assert case["offered_to"] is None
    assert [one["agency"] for one in case["messages"]] == ["roads"]
    assert [one["agency"] for one in case["timeline"]][-1] == "water"
    assert case["timeline"][0]["agency"] == "roads"


def test_rest_says_nothing_of_custody_where_one_administration_had_it(client, roads):
    case = at_rest(client, request_filed(roads))

    assert (case["custody"], case["offered_to"]) == ([], None)


def test_dossier_holds_the_chain(visitor, moved):
    pdf = words(seen(visitor, moved, "case/dossier.pdf", "fr").content)
    data = json.loads(seen(visitor, moved, "case/dossier.json", "fr").content)

    assert "Qui a détenu la requête" in pdf
    assert "Routes · Message" in pdf
    assert [(one["agency"]["code"], one["days"]) for one in data["custody"]] == [
        ("roads", 9),
        ("water", 11),
    ]
    assert data["parties"]["agency"]["code"] == "water"
    assert [one["agency"]["name"] for one in data["messages"]] == ["Routes"]


def test_page_of_a_moved_request_costs_one_query_more(visitor, moved, roads, water):
    counts = []
    stayed = request_filed(water)
    written(water, stayed, "We examine it.")
    for one in (stayed, moved):
        seen(visitor, one)
        with CaptureQueriesContext(connection) as asked:
            visitor.see()
        counts.append(len(asked))
    # Who held it, from the national record.
    assert counts[1] == counts[0] + 1


def _answered(one, *, by, outcome=Outcome.UPHELD):
    officer = staff(one.holder, email=f"{by}{one.reference}@{one.holder.code}.example")
    with agency_context(one.holder):
        services.complaint_reply(
            reference=one.reference,
            draft=replace(REPLY, outcome=outcome),
            officer=officer,
            actor=officer_actor(officer),
        )


@pytest.mark.parametrize(
    ("language", "heading", "body"),
    [
        (Language.ENGLISH, "Another administration examines your request now", "Water"),
        (Language.FRENCH, "Une autre administration examine", "Eau"),
        (Language.ARABIC, "إدارة أخرى تدرس طلبك الآن", "الماء"),
    ],
)
def test_letter_says_where_the_request_is_and_its_last_day(roads, water, language, heading, body):
    one = request_filed(roads, language=language)
    deliver(roads)
    hand_over(one, water)

    (message,) = deliver(water)

    last_day = day_text(one.shown().due_on or clock.today(), language=language)
    html = message.alternatives[0].content
    assert message.subject.startswith(f"{one.reference} – {heading}")
    for text in (message.body, html):
        assert [said for said in (heading, body, last_day) if said not in text] == []
        assert [said for said in (NOTE, "Street lamp") if said in text] == []


def test_schema_of_rest_describes_custody(client):
    schema = client.get("/api/v1/schema/", headers={"accept": "application/json"}).json()

    parts = schema["components"]["schemas"]
    assert list(parts["Custody"]["properties"]) == ["agency", "name", "from", "until", "days"]
    assert {"custody", "offered_to"} <= set(parts["Case"]["required"])
    assert "agency" in parts["CaseEvent"]["properties"]
    assert "agency" in parts["CaseMessage"]["properties"]
