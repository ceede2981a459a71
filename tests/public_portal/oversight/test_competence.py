"""National oversight's list of questions of competence, and the page on which one is decided."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from shared.accounts.enums import Role
from shared.complaints.types import UploadedContent
from shared.directory.models import Alias, Organisation
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.kernel.references import reference_make
from shared.kernel.text import search_key, sound_key
from tenants.case_access import gateway
from tenants.custody.services.arbitration import arbitration_decide
from tenants.models import Agency, Arbitration
from tenants.models.enums import AgencyState, ArbitrationCause
from tests.support.custody import (
    DECISION,
    NOTE,
    OVERSEER,
    REFUSAL,
    competence_asked,
    refuse,
    request_filed,
)
from tests.support.factories import organisation_of
from tests.support.moments import days_later
from tests.support.refused_forms import is_refused
from tests.support.samples import PDF
from tests.support.sampling import each_once

pytestmark = pytest.mark.django_db

LIST = "/competence/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def waiting(roads, water):
    """A question that waits; a case that was refused once stands beside it."""
    one = request_filed(roads, subject="The pipe <b>under twelve</b>", place="Zellige street")
    competence_asked(one, water)
    refuse(request_filed(roads, subject="Somebody else's pipe"), water)
    return one


def page_of(one):
    return f"{LIST}{one.reference}/"


def decision(agency, **changes):
    return {"organisation_code": organisation_of(agency).code, "text": DECISION, **changes}


def kept(one):
    return Arbitration.objects.get(reference=one.reference)


def test_without_questions_the_list_says_so(analyst):
    page = analyst.get(LIST, headers=ENGLISH)

    assert "No question of competence waits" in page.text
    assert "Latest decisions" not in page.text
    assert 'aria-current="page">Competence' in page.text


def test_fs10_the_list_shows_what_waits_with_its_cause_and_day(analyst, waiting):
    with clock.travel(days_later(11)):
        page = analyst.get(LIST, headers=ENGLISH)

    (row,) = page.context["rows"]
    assert (row.summary.reference, row.summary.is_late) == (waiting.reference, True)
    assert (page.context["total"], page.context["late"]) == (1, 1)
    said = ("Two offers were not accepted", "Roads", "Zellige street", row.body, row.category)
    assert [text for text in said if text not in page.text] == []


def test_a_question_shows_who_was_asked_and_what_each_said(analyst, waiting):
    page = analyst.get(page_of(waiting), headers=ENGLISH)

    assert (page.status_code, page["Cache-Control"]) == (200, "private, no-store")
    assert (page.text.count(NOTE), page.text.count(REFUSAL)) == (2, 2)
    assert escape("The pipe <b>under twelve</b>") in page.text
    assert "person@example.org" not in page.text
    assert "Test Person" not in page.text.partition("<main")[2]


def test_the_look_is_noted_and_the_citizen_reads_why(analyst, waiting, client):
    analyst.get(page_of(waiting))

    client.post(
        "/en/track/",
        {"reference": waiting.reference, "secret": waiting.receipt_code},
        headers={"host": "testserver"},
    )
    page = client.get("/en/track/case/", headers={"host": "testserver"})
    assert [one.who for one in page.context["space"].accesses] == [
        "National oversight, which decides which administration is competent"
    ]


def test_bodies_of_holder_and_asked_agencies_are_offered_first(analyst, waiting, roads, water):
    form = analyst.get(page_of(waiting)).context["form"]

    codes = [one.code for one in form.bodies.choices]
    assert codes == [organisation_of(roads).code, organisation_of(water).code]


@pytest.fixture
def ports():
    """A body for which no administration answers on the portal."""
    body = Organisation.objects.create(
        code="ports", kind="institution", name_ar="الموانئ", name_fr="Ports", name_en="Ports"
    )
    Alias.objects.create(
        organisation=body, kind="name", text="ports", key=search_key("ports"),
        sound=sound_key("ports"),
    )  # fmt: skip
    return body


def test_body_for_which_nobody_answers_is_not_competent_here(analyst, waiting, ports):
    given = {"organisation_code": ports.code, "text": DECISION, "step": "send"}

    page = analyst.post(page_of(waiting), given, headers=ENGLISH)

    assert (is_refused(page), list(page.context["form"].errors)) == (True, ["organisation_code"])
    assert "No administration answers for this body on the portal" in page.text


def test_another_body_is_found_by_words_and_nothing_is_lost(analyst, waiting, ports):
    found = {"words": "ports", "text": DECISION, "step": "search"}
    page = analyst.post(page_of(waiting), found, headers=ENGLISH)
    nothing = analyst.post(page_of(waiting), {**found, "words": "xqzzkw"}, headers=ENGLISH)

    assert (page.status_code, page.context["form"].errors) == (200, {})
    assert (DECISION in page.text, 'value="ports"' in page.text) == (True, True)
    assert (is_refused(nothing), list(nothing.context["form"].errors)) == (True, ["words"])
    assert kept(waiting).decided_at is None


def test_fs10_decision_is_checked_and_moves_the_case(analyst, waiting, water):
    check = analyst.post(page_of(waiting), decision(water), headers=ENGLISH)
    before = kept(waiting).decided_at
    change = analyst.post(page_of(waiting), decision(water, step="change"), headers=ENGLISH)
    made = analyst.post(page_of(waiting), decision(water, step="send"), headers=ENGLISH)
    listed = analyst.get(LIST, headers=ENGLISH)

    assert (check.status_code, "Make the decision" in check.text, before) == (200, True, None)
    assert (change.status_code, DECISION in change.text) == (200, True)
    assert made["Location"] == LIST
    assert "The case has moved to Water" in listed.text
    assert "Latest decisions" in listed.text
    assert waiting.holder == water
    assert (kept(waiting).text, kept(waiting).to_schema) == (DECISION, water.schema_name)


def test_fs10_decision_for_the_holder_leaves_the_case(analyst, waiting, roads):
    analyst.post(page_of(waiting), decision(roads, step="send"), headers=ENGLISH)
    listed = analyst.get(LIST, headers=ENGLISH)

    assert "The case stays with Roads" in listed.text
    assert waiting.holder == roads
    assert waiting.shown().offered_to == ""
    page = analyst.get(page_of(waiting), headers=ENGLISH)
    assert (DECISION in page.text, "Check the decision" in page.text) == (True, False)


@pytest.mark.parametrize(
    ("changes", "fields", "step"),
    each_once(
        [
            ({"organisation_code": "", "text": ""}, ["organisation_code", "text"]),
            ({"organisation_code": "nobody"}, ["organisation_code"]),
            ({"text": "No."}, ["text"]),
            ({"text": " " * 40}, ["text"]),
            ({"text": "x" * 5_001}, ["text"]),
        ],
        ["", "send"],
    ),
)
def test_half_a_decision_is_explained(analyst, waiting, water, changes, fields, step):
    page = analyst.post(page_of(waiting), decision(water, step=step, **changes))

    assert (is_refused(page), sorted(page.context["form"].errors)) == (True, fields)
    assert kept(waiting).decided_at is None


def test_what_a_colleague_has_decided_meanwhile_stays(analyst, waiting, roads, water):
    arbitration_decide(
        reference=waiting.reference,
        organisation_code=organisation_of(roads).code,
        text=DECISION,
        actor=OVERSEER,
    )
    page = analyst.post(page_of(waiting), decision(water, step="send"), headers=ENGLISH)

    assert (page.status_code, "decided already" in page.text) == (400, True)
    assert waiting.holder == roads


def test_agency_that_is_closed_cannot_be_made_competent(analyst, waiting, roads, water):
    Agency.objects.filter(pk=water.pk).update(state=AgencyState.SUSPENDED)

    page = analyst.post(page_of(waiting), decision(water, step="send"), headers=ENGLISH)

    assert (is_refused(page), list(page.context["form"].errors)) == (True, ["organisation_code"])
    assert "cannot take cases over at present" in page.text
    assert waiting.holder == roads


def test_case_withdrawn_meanwhile_is_not_decided(analyst, waiting, water):
    gateway.case_withdraw(token=waiting.token)

    page = analyst.post(page_of(waiting), decision(water, step="send"), headers=ENGLISH)

    assert page.status_code == 400
    assert "None: the case ended before the decision" in page.text
    assert "None: the case ended before the decision" in analyst.get(LIST, headers=ENGLISH).text


def test_a_file_of_the_case_is_a_download(analyst, waiting):
    upload = UploadedContent(name="preuve.pdf", content=PDF)
    gateway.attachment_add(token=waiting.token, upload=upload)
    file = gateway.case_show(token=waiting.token).attachments[0]

    found = analyst.get(f"{page_of(waiting)}files/{file.id}/")

    assert found.status_code == 200
    assert found["Content-Disposition"] == 'attachment; filename="preuve.pdf"'
    assert found["X-Content-Type-Options"] == "nosniff"


def test_a_case_of_which_nobody_asked_stays_closed(analyst, waiting, water):
    other = request_filed(water)

    assert [
        analyst.get(path).status_code
        for path in (
            page_of(other),
            f"{LIST}nonsense/",
            f"{page_of(other)}files/{UUID(int=1)}/",
            f"{page_of(waiting)}files/{UUID(int=1)}/",
        )
    ] == [404] * 4


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.OPERATOR])
def test_nobody_but_an_analyst_reads_or_decides_competence(signed_in, waiting, water, role):
    person = signed_in(role)

    assert [
        person.get(LIST).status_code,
        person.get(page_of(waiting)).status_code,
        person.post(page_of(waiting), decision(water, step="send")).status_code,
    ] == [403] * 3
    assert kept(waiting).decided_at is None


@pytest.mark.parametrize("host", ["testserver", "roads.testserver"])
def test_competence_is_on_oversights_host_alone(client, waiting, host):
    assert [
        client.get(path, headers={"host": host}).status_code for path in (LIST, page_of(waiting))
    ] == [404, 404]


def test_fifty_questions_cost_as_many_queries_as_one(analyst, waiting, roads):
    analyst.get(LIST)
    with CaptureQueriesContext(connection) as one:
        analyst.get(LIST)
    row = kept(waiting)
    for _number in range(49):
        row.pk, row.reference, row.cause = uuid7(), reference_make(), ArbitrationCause.RETURNED
        row.save(force_insert=True)

    with CaptureQueriesContext(connection) as fifty:
        page = analyst.get(LIST)

    assert len(page.context["rows"]) == 50
    assert len(fifty) == len(one)


def test_reasons_of_agencies_reach_no_citizen(analyst, waiting, water, client):
    analyst.post(page_of(waiting), decision(water, step="send"))
    host = {"host": "testserver"}
    data = {"reference": waiting.reference, "secret": waiting.receipt_code}
    client.post("/en/track/", data, headers=host)
    token = client.post(
        "/api/v1/tracking/",
        {"reference": waiting.reference, "receipt_code": waiting.receipt_code},
        content_type="application/json",
        headers=host,
    ).json()["token"]
    pages = [
        client.get(f"/en/track/{path}", headers=host)
        for path in ("case/", "case/days/", "case/dossier.json")
    ]
    rest = client.get(
        "/api/v1/tracking/case/", headers={**host, "authorization": f"Bearer {token}"}
    )

    said = "".join(one.content.decode() for one in (*pages, rest))
    assert [one.status_code for one in (*pages, rest)] == [200] * 4
    assert [text for text in (NOTE, REFUSAL, DECISION) if text in said] == []
