"""Oversight's desk of requests: who may open it, what it shows, and what it decides."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.directory.models import Organisation
from shared.directory.selectors.organisations import organisation_get
from shared.jobs.models import Job
from shared.jobs.services.job_runner import job_request
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.billing.models import Plan
from tests.public_portal.workspace_requests.applicant import (
    EMAIL,
    PROPOSAL,
    body,
    errors,
    letters_to,
)
from tests.support.refused_forms import is_refused
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

LIST = "/workspaces/"
NAMES = {"name_ar": "وكالة الواحات", "name_fr": "Agence des oasis", "name_en": "Oases agency"}
STEPS = ["schema", "role", "tables", "reference", "host", "invited", "checked", "ready"]
QUESTION = "Which unit will answer, and from when on?"
REASON = "The ministry above you answers in your place. Ask it for access."


@pytest.fixture
def path(sent):
    """The page of the request that waits."""
    return f"/workspaces/{sent.row().pk}/"


@pytest.fixture
def proposed(applicant):
    """A request of an institution that the directory does not hold."""
    applicant.do("institution/propose/", **PROPOSAL)
    for step in ("email", "code", "person", "needs", "terms"):
        applicant.answer(step)
    applicant.send()
    return f"/workspaces/{applicant.row().pk}/"


@pytest.fixture
def anybody():
    """A browser at oversight's host where nobody has signed in."""
    return Client(headers={"host": "oversight.testserver"})


def version(desk, path):
    return desk.get(path).context["request_detail"].version


def approve(desk, path, **changes):
    given = {"version": version(desk, path), "code": "oases", **NAMES}
    return desk.post(f"{path}approve/", {**given, **changes})


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OPERATOR])
def test_analysts_and_operators_see_the_queue_the_oldest_first(at_desk, sent, stranger, role):
    with clock.travel(clock.now() - timedelta(days=3)):
        stranger.ask()

    page = at_desk(role).get(LIST)

    assert [request_detail.name("en") for request_detail, _tone in page.context["lines"]] == [
        "Lagoons",
        "Oases agency",
    ]
    assert "3 days ago" in page.text
    assert "E-mail domain not known" in page.text


@pytest.mark.parametrize("address", ["", "decided/", "code/?code=new", "one/"])
def test_nobody_else_opens_the_desk(anybody, at_desk, path, address):
    target = path if address == "one/" else f"{LIST}{address}"

    assert anybody.get(target)["Location"].startswith("/accounts/login/")
    assert at_desk(Role.AGENT).get(target).status_code == 403


@pytest.mark.parametrize("act", ["ask", "approve", "refuse"])
def test_nobody_else_decides(anybody, path, sent, act):
    assert anybody.post(f"{path}{act}/", {"version": "waiting.0"}).status_code == 302
    assert sent.row().state == "waiting"


def test_the_desk_is_not_on_the_citizens_site(client, path):
    assert client.get(LIST).status_code == 404
    assert client.get(path).status_code == 404


def test_answers_that_were_not_sent_are_nowhere(analyst, applicant):
    applicant.answer_all()

    assert "No request waits" in analyst.get(LIST).text
    assert analyst.get(f"/workspaces/{applicant.row().pk}/").status_code == 404


def test_one_request_shows_everything_beside_the_directory(analyst, path, roads):
    Organisation.objects.filter(code="oases").update(parent=Organisation.objects.get(code="roads"))

    page = analyst.get(path)

    assert page["Cache-Control"] == "private, no-store"
    for words in (
        EMAIL,
        "أمينة بنعلي",
        "+212537123456",
        "We begin in January.",
        "Agence des oasis",
    ):
        assert words in page.text
    assert "Its requests are handled at present by <bdi>Roads</bdi>" in page.text
    assert 'value="oases"' in page.text


def test_approving_asks_for_the_work_and_leads_to_it(analyst, path, sent):
    page = approve(analyst, path)

    job = Job.objects.get()
    assert page["Location"] == f"/jobs/{job.pk}/"
    assert (job.kind, job.subject, job.steps) == ("provision", "oases", STEPS)
    assert job.arguments == {
        "info": {"code": "oases", **NAMES},
        "organisation": "oases",
        "admin": {"email": EMAIL, "name": "أمينة بنعلي", "language": "en"},
        "plan": "",
    }
    row = sent.row()
    assert (row.state, row.agency_code, row.job_id) == ("approved", "oases", job.pk)
    assert (row.decided_by, row.decided_at) == ("analyst of oversight", clock.now())
    assert letters_to()[-1] == "workspace_approved"
    actions = AuditEntry.objects.filter(subject=f"workspace_request {row.pk}").order_by("pk")
    assert [one.action for one in actions] == ["workspace.requested", "workspace.approved"]
    assert "analyst of oversight" not in sent.see().text
    assert "the workspace is being made" in sent.see().text


def test_who_approves_is_warned_of_a_plan_for_fewer_people_than_are_expected(analyst, path, sent):
    names = {"name_ar": "صغرى", "name_fr": "Petite", "name_en": "Small"}
    Plan.objects.update_or_create(code="small", defaults={"kind": "free", "seats": 3, **names})

    page = analyst.get(path).text

    assert "12 people are expected: “Small” is for 3 at most." in page


def test_a_proposed_institution_enters_the_directory_with_its_approval(
    analyst, proposed, applicant
):
    body("finance", kind="ministry", name_fr="Ministère des finances")
    names = {"name_ar": "وكالة المنارات", "name_fr": "Agence des phares", "name_en": "Lighthouses"}
    before = analyst.get(proposed)

    approve(analyst, proposed, code="phares", kind="institution", parent="finance", **names)

    entry = organisation_get(code="phares")
    assert "Not in the directory" in before.text
    assert 'value="agence-phares"' in before.text
    assert (entry.parent_code, entry.names.en, entry.kind) == (
        "finance",
        "Lighthouses",
        "institution",
    )
    assert Job.objects.get().arguments["organisation"] == "phares"
    row = applicant.row()
    assert (row.organisation_code, row.proposed_fr, row.state) == ("phares", "", "approved")


def test_a_refused_approval_leaves_no_entry_behind(analyst, proposed):
    body("taken", name_ar="وكالة أخرى", name_fr="Autre agence", name_en="Another")
    kind = {"kind": "institution", "parent": ""}
    kind |= {"name_ar": "وكالة المنارات", "name_fr": "Agence des phares", "name_en": "Lights"}

    page = approve(analyst, proposed, code="taken", **kind)

    assert is_refused(page)
    assert errors(page) == ["Another organisation has this code already."]
    assert Organisation.objects.filter(is_added=True).count() == 0
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("code", "said"),
    repeats(
        [
            ("roads", "An administration with this code exists already."),
            ("oversight", "This code is kept for the portal itself. Choose another one."),
            ("Not a code", "Write small Latin letters and digits, with single dashes between them"),
            ("-a", "Write small Latin letters and digits, with single dashes between them"),
            ("", "Enter the code of the workspace."),
        ],
        keep=3,
    ),
)
def test_a_code_that_cannot_be_had_is_told_and_nothing_is_lost(
    analyst, path, roads, sent, code, said
):
    page = approve(analyst, path, code=code, name_en="Oases of the south")

    assert is_refused(page)
    assert errors(page)[0].startswith(said)
    assert 'value="Oases of the south"' in page.text
    assert sent.row().state == "waiting"
    assert Job.objects.count() == 0


def test_a_code_of_a_workspace_that_is_being_made_is_taken(analyst, path):
    job_request(kind="provision", subject="oases", steps=STEPS, actor=SYSTEM)

    page = approve(analyst, path)

    assert errors(page) == ["An administration with this code exists already."]


def test_the_code_is_checked_while_it_is_typed(analyst, roads):
    free = analyst.get("/workspaces/code/", {"code": "oases"})
    taken = analyst.get("/workspaces/code/", {"code": "roads"})

    assert "http://oases.testserver:8000/" in free.text
    assert "exists already" in taken.text
    assert "testserver" not in taken.text


def test_a_question_goes_to_the_institution_and_its_answer_comes_back(analyst, path, sent):
    page = analyst.post(f"{path}ask/", {"version": version(analyst, path), "text": QUESTION})

    assert page["Location"] == LIST
    assert (sent.row().state, letters_to()[-1]) == ("asked", "workspace_question")
    sent.do("answer", text="The complaints unit.")
    assert "The complaints unit." in analyst.get(path).text
    assert "Waiting for national oversight" in analyst.get(LIST).text


def test_a_refusal_needs_its_reason(analyst, path, sent):
    asked = {"version": version(analyst, path)}

    empty = analyst.post(f"{path}refuse/", {**asked, "reason": "No."})
    done = analyst.post(f"{path}refuse/", {**asked, "reason": REASON})

    assert (is_refused(empty), done.status_code) == (True, 302)
    row = sent.row()
    assert (row.state, row.reason, letters_to()[-1]) == ("refused", REASON, "workspace_refused")
    decided = analyst.get("/workspaces/decided/")
    assert [request_detail.name("en") for request_detail, _tone in decided.context["lines"]] == [
        "Oases agency"
    ]
    assert REASON in analyst.get(path).text


@pytest.mark.parametrize("act", ["ask", "approve", "refuse"])
def test_the_second_of_two_reviewers_is_told_and_loses_nothing(at_desk, path, sent, act):
    first, second = at_desk(Role.ANALYST), at_desk(Role.OPERATOR)
    seen = version(second, path)
    approve(first, path)
    written = {
        "text": QUESTION,
        "reason": REASON,
        "code": "second",
        **NAMES,
        "name_fr": "Le second",
    }

    page = second.post(f"{path}{act}/", {"version": seen, **written})

    assert is_refused(page)
    assert errors(page) == ["This request has been decided or withdrawn meanwhile."]
    assert {"ask": QUESTION, "approve": "Le second", "refuse": REASON}[act] in page.text
    assert Job.objects.get().subject == "oases"
    assert sent.row().state == "approved"


def test_a_question_of_a_colleague_is_read_before_one_decides(at_desk, path, sent):
    first, second = at_desk(Role.ANALYST), at_desk(Role.OPERATOR)
    seen = version(second, path)
    first.post(f"{path}ask/", {"version": seen, "text": QUESTION})

    page = second.post(f"{path}refuse/", {"version": seen, "reason": REASON})

    assert is_refused(page)
    assert "Read it, then decide" in errors(page)[0]
    assert QUESTION in page.text
    assert REASON in page.text
    again = page.context["decisions"]["refuse"]["version"].value()
    assert second.post(f"{path}refuse/", {"version": again, "reason": REASON}).status_code == 302
    assert sent.row().state == "refused"


def test_what_was_withdrawn_cannot_be_approved(analyst, path, sent):
    seen = version(analyst, path)
    sent.do("withdraw")

    page = approve(analyst, path, version=seen)

    assert is_refused(page)
    assert Job.objects.count() == 0


def test_the_domain_of_an_approved_request_is_known_from_then_on(analyst, path, sent, stranger):
    approve(analyst, path)
    Job.objects.update(state="cancelled")
    Organisation.objects.filter(code="lagoons").update(
        parent=Organisation.objects.get(code="oases")
    )
    stranger.answers["email"] = {"email": "omar@oases.gov.ma"}

    stranger.ask()

    assert stranger.row().is_domain_known
    assert not sent.row().is_domain_known
    page = analyst.get(f"/workspaces/{stranger.row().pk}/")
    assert "came from the same domain" in page.text
    assert "E-mail domain not known" not in page.text


def test_a_body_whose_workspace_came_to_nothing_can_ask_again(analyst, path, sent, applicant):
    approve(analyst, path)
    during = applicant.answer("institution")
    Job.objects.update(state="cancelled")

    after = applicant.answer("institution")

    assert (is_refused(during), after.status_code) == (True, 302)


def test_a_made_up_number_is_a_missing_page(analyst, sent):
    other = "01890000-0000-7000-8000-000000000000"

    assert analyst.get(f"/workspaces/{other}/").status_code == 404
    assert analyst.post(f"/workspaces/{other}/approve/").status_code == 404


def test_a_list_of_two_costs_no_more_questions_than_one_of_one(analyst, sent, stranger):
    with CaptureQueriesContext(connection) as one:
        analyst.get(LIST)
    stranger.ask()
    with CaptureQueriesContext(connection) as two:
        analyst.get(LIST)

    assert len(two) == len(one)


@pytest.mark.parametrize("act", ["ask", "approve", "refuse"])
def test_address_of_a_decision_leads_back_to_the_request(analyst, path, act):
    answer = analyst.get(f"{path}{act}/")

    assert (answer.status_code, answer["Location"]) == (302, path)
