"""Four eyes: an agent's decision is sent after a supervisor has approved it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agency_console.casework.models import CaseDraft
from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.complaints.enums import Status
from shared.complaints.selectors import case_events, public_case
from shared.complaints.selectors.workload import cases_awaiting_approval
from shared.complaints.services import citizen_message_add, complaint_withdraw
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.units.models import Unit, UnitMember
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.agency_console.conftest import (
    REFUSAL,
    WORDS,
    references_on,
    sent,
    ten_seconds_later,
    text_of,
    typed_in,
)
from tests.support import samples
from tests.support.factories import filed, staff


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


@pytest.fixture
def needed(roads):
    """The agency wants four eyes."""
    Agency.objects.filter(pk=roads.pk).update(needs_approval=True)
    roads.needs_approval = True


@pytest.fixture
def supervisor(roads):
    return staff(roads, Role.SUPERVISOR, "supervisor@roads.example")


def press(console, reference, name="reply"):
    version = str(console.case(reference).version)
    words = {**WORDS, **REFUSAL, "body": "Which lamp?", "version": version, "step": "send"}
    return console.post(f"/cases/{reference}/{name}/", words)


def kinds(console, reference):
    with agency_context(console.agency):
        return [event.kind for event in case_events(console.case(reference))]


def the_draft(console):
    with agency_context(console.agency):
        return CaseDraft.objects.get()


def decide(console, draft, how="approve", **changes):
    """What the page of the approval sends."""
    page = text_of(console.get(f"/cases/approvals/{draft.pk}/"))
    given = dict(re.findall(r'name="(version|asked_at|digest)" value="([^"]*)"', page))
    return console.post(f"/cases/approvals/{draft.pk}/{how}/", {**given, **changes})


@pytest.mark.parametrize("name", ["reply", "refuse"])
def test_an_agents_decision_waits_instead_of_leaving(console, mine, needed, name):
    press(console, mine, name)

    assert ten_seconds_later(console) == []
    assert (sent(console, mine), kinds(console, mine)[-1]) == ([], "approval_asked")
    page = text_of(console.get(f"/cases/{mine}/"))
    assert "This text waits for the approval of a supervisor." in page


@pytest.mark.parametrize("name", ["question", "message"])
def test_what_is_no_decision_does_not_wait(console, mine, needed, name):
    press(console, mine, name)

    assert ten_seconds_later(console) == [True]


def test_a_supervisors_decision_does_not_wait(console, reference, needed, supervisor):
    console.sign_in(supervisor)

    press(console, reference)

    assert ten_seconds_later(console) == [True]


def test_a_supervisor_reads_the_files_of_what_waits(console, mine, needed, supervisor, water):
    file = SimpleUploadedFile("letter.pdf", samples.PDF, content_type="application/pdf")
    words = {**WORDS, "version": "2", "step": "attach", "uploads": [file]}
    console.post(f"/cases/{mine}/reply/", words)
    press(console, mine)
    console.sign_in(supervisor)
    page = text_of(console.get(f"/cases/approvals/{the_draft(console).pk}/"))

    (address,) = re.findall(rf'href="(/cases/{mine}/files/[^"]+)"', page)

    assert console.get(address).status_code == 200
    assert console.received == samples.PDF
    console.agency = water
    console.sign_in(staff(water, Role.SUPERVISOR))
    assert console.get(address).status_code == 404


def test_a_supervisor_approves_and_it_leaves_as_its_authors(
    console, mine, needed, agent, supervisor
):
    press(console, mine)
    console.sign_in(supervisor)
    listed = text_of(console.get("/cases/approvals/"))
    draft = the_draft(console)
    read = text_of(console.get(f"/cases/approvals/{draft.pk}/"))

    decide(console, draft)
    ten_seconds_later(console)

    case = console.case(mine)
    with agency_context(console.agency):
        events = case_events(case)
    assert (f"/cases/approvals/{draft.pk}/" in listed, agent.name in listed) == (True, True)
    assert WORDS["rule"] in read
    assert (case.status, case.answered_by_id) == (Status.ANSWERED, agent.pk)
    assert [(event.kind, event.actor_label) for event in events[-3:]] == [
        ("approval_asked", agent.name),
        ("approved", supervisor.name),
        ("answered", agent.name),
    ]


def test_the_citizen_learns_nothing_of_the_approval(console, mine, needed, supervisor, roads):
    press(console, mine)
    console.sign_in(supervisor)
    decide(console, the_draft(console))
    ten_seconds_later(console)

    with agency_context(roads):
        shown = repr(public_case(reference=mine))
    assert "approv" in str(kinds(console, mine))
    assert "approv" not in shown


def test_a_supervisor_returns_it_and_its_author_reads_why(console, mine, needed, agent, supervisor):
    press(console, mine)
    console.sign_in(supervisor)
    decide(console, the_draft(console), "return", reason="Name the article of the law.")
    console.sign_in(agent)

    page = console.get(f"/cases/{mine}/?write=reply")

    assert (sent(console, mine), kinds(console, mine)[-1]) == ([], "approval_returned")
    assert "Name the article of the law." in text_of(page)
    assert typed_in(page, "rule") == WORDS["rule"]
    assert "Returned by a supervisor: Reply" in text_of(console.get("/?view=open"))
    press(console, mine)
    assert the_draft(console).approval_asked_at is not None
    assert the_draft(console).returned_because == ""


def test_a_text_is_not_returned_without_a_reason(console, mine, needed, supervisor):
    press(console, mine)
    console.sign_in(supervisor)

    page = decide(console, the_draft(console), "return", reason="  ")

    assert "This field is required." in text_of(page)
    assert the_draft(console).approval_asked_at is not None


def test_nobody_approves_their_own_text(console, mine, needed, agent, roads):
    press(console, mine)
    draft = the_draft(console)
    with agency_context(roads):
        agent.role = Role.SUPERVISOR
        agent.save(update_fields=["role"])

    decide(console, draft, version="3", asked_at=draft.approval_asked_at.isoformat())

    assert (the_draft(console).pressed_at, sent(console, mine)) == (None, [])


@pytest.mark.parametrize("path", ["", "{}/", "{}/approve/", "{}/return/"])
def test_agents_approve_nothing(console, mine, needed, colleague, path):
    press(console, mine)
    console.sign_in(colleague)
    address = f"/cases/approvals/{path.format(the_draft(console).pk)}"
    ask = console.post if path.endswith(("approve/", "return/")) else console.get

    assert ask(address).status_code == 403
    assert the_draft(console).pressed_at is None


def test_what_was_taken_back_is_not_approved(console, mine, needed, agent, supervisor):
    press(console, mine)
    draft = the_draft(console)
    console.post(f"/cases/drafts/{draft.pk}/take-back/")
    console.sign_in(supervisor)

    console.post(
        f"/cases/approvals/{draft.pk}/approve/",
        {"version": "3", "asked_at": draft.approval_asked_at.isoformat()},
    )

    assert (the_draft(console).approval_asked_at, the_draft(console).pressed_at) == (None, None)


def test_another_text_than_the_one_read_is_not_approved(console, mine, needed, agent, supervisor):
    press(console, mine)
    read = the_draft(console)
    console.post(f"/cases/drafts/{read.pk}/take-back/")
    press(console, mine)
    console.sign_in(supervisor)

    page = decide(console, read, asked_at=read.approval_asked_at.isoformat())

    assert "does not wait for approval any more" in text_of(console.get(page.url))
    assert the_draft(console).pressed_at is None


def test_an_approval_is_made_from_the_case_as_it_is(console, mine, needed, supervisor, roads):
    press(console, mine)
    with agency_context(roads):
        citizen_message_add(reference=mine, body="It burns again.", actor=CITIZEN)
    console.sign_in(supervisor)
    draft = the_draft(console)

    stale = decide(console, draft, version="3")
    told = text_of(console.get(stale.url))
    decide(console, draft)

    assert "The case has changed since this text was submitted." in told
    assert ten_seconds_later(console) == [True]
    assert console.case(mine).status == Status.ANSWERED


def test_who_approved_takes_it_back_to_those_that_wait(console, mine, needed, supervisor):
    press(console, mine)
    console.sign_in(supervisor)
    decide(console, the_draft(console))

    console.post(f"/cases/drafts/{the_draft(console).pk}/take-back/")

    draft = the_draft(console)
    assert (draft.pressed_at, draft.approved_by) == (None, None)
    assert draft.approval_asked_at is not None
    assert kinds(console, mine)[-1] == "approval_asked"


def waiting_in_lists(console):
    with agency_context(console.agency):
        counted = sum(load.number for load in cases_awaiting_approval(today=clock.today()))
    return len(references_on(console.get("/", {"view": "approval"}))), counted


def test_what_its_author_takes_back_waits_in_no_list(console, mine, needed, agent):
    press(console, mine)
    before = waiting_in_lists(console)

    console.post(f"/cases/drafts/{the_draft(console).pk}/take-back/")

    assert (before, waiting_in_lists(console)) == ((1, 1), (0, 0))
    assert kinds(console, mine)[-1] == "approval_withdrawn"
    page = text_of(console.get(f"/cases/{mine}/?write=reply"))
    assert "You wrote this text before the latest change of the case" not in page


def test_what_its_author_takes_back_after_the_approval_waits_in_no_list(
    console, mine, needed, agent, supervisor
):
    press(console, mine)
    console.sign_in(supervisor)
    decide(console, the_draft(console))
    console.sign_in(agent)

    console.post(f"/cases/drafts/{the_draft(console).pk}/take-back/")

    assert waiting_in_lists(console) == (0, 0)
    assert "approved" not in kinds(console, mine)


def test_an_approved_text_that_cannot_be_sent_waits_in_no_list(
    console, mine, needed, agent, supervisor
):
    press(console, mine)
    console.sign_in(supervisor)
    decide(console, the_draft(console))
    with agency_context(console.agency):
        complaint_withdraw(reference=mine, actor=CITIZEN)

    ten_seconds_later(console)

    draft = the_draft(console)
    assert (draft.failure != "", draft.approval_asked_at, draft.pressed_at) == (True, None, None)
    assert waiting_in_lists(console) == (0, 0)


def test_the_list_has_no_text_of_a_case_that_one_may_not_see(
    console, mine, needed, supervisor, roads
):
    press(console, mine)
    with agency_context(roads):
        unit = Unit.objects.create(name_ar="وحدة", name_fr="Unité", name_en="Unit")
        UnitMember.objects.create(unit=unit, user=supervisor)
    console.sign_in(supervisor)
    hidden = text_of(console.get("/cases/approvals/"))
    console.sign_in_as(Role.SUPERVISOR, "whole@roads.example")

    shown = text_of(console.get("/cases/approvals/"))

    draft = the_draft(console)
    assert (str(draft.pk) in hidden, str(draft.pk) in shown) == (False, True)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    console, roads, agent, needed, supervisor, number, statement_count
):
    for _ in range(number):
        press(console, filed(roads).reference)
    console.sign_in(supervisor)
    console.get("/cases/approvals/")

    with statement_count("console: replies to approve"):
        page = text_of(console.get("/cases/approvals/"))

    assert len(re.findall(r'href="/cases/approvals/[^"]+"', page)) == number


@pytest.mark.parametrize(
    ("needed_now", "action"), [("yes", "agency.approval_on"), ("no", "agency.approval_off")]
)
def test_an_administrator_says_whether_decisions_wait(console, roads, needed_now, action):
    console.sign_in_as(Role.ADMINISTRATOR)

    console.post("/setup/approval/", {"needed": needed_now})

    roads.refresh_from_db()
    assert roads.needs_approval == (needed_now == "yes")
    with agency_context(roads):
        assert AuditEntry.objects.filter(action=action).count() == 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_nobody_else_says_so(console, roads, role):
    console.sign_in_as(role)

    page = console.post("/setup/approval/", {"needed": "yes"})

    roads.refresh_from_db()
    assert (page.status_code, roads.needs_approval) == (403, False)
