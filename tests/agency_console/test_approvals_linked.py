"""Whoever may approve is led to the texts that wait, with their number."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agency_console.casework.models import CaseDraft
from shared.accounts.enums import Role
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.agency_console.conftest import REFUSAL, WORDS, numbers_on, text_of
from tests.support.factories import filed, staff
from tests.support.units import join, unit

LIST = "/cases/approvals/"


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


def submit(console, roads, **changes):
    """A decision of the agent who is signed in that waits from now on."""
    reference = filed(roads, **changes).reference
    words = {**WORDS, **REFUSAL, "version": str(console.case(reference).version), "step": "send"}
    console.post(f"/cases/{reference}/reply/", words)
    return reference


def lead(page):
    """Where the list of the inbox that is called so leads, and its number."""
    found = re.search(r'<li><a id="nav-approval" href="([^"]+)"', text_of(page))
    return (found.group(1) if found else "", numbers_on(page).get("approval"))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_the_inbox_leads_to_the_texts_that_wait(console, agent, roads, needed, role):
    for _ in range(2):
        submit(console, roads)
    console.sign_in_as(role, "approves@roads.example")

    assert lead(console.get("/?view=open")) == (LIST, "2")
    assert lead(console.get("/inbox/rows/?view=open")) == (LIST, "2")


def test_the_number_follows_within_the_next_poll(console, agent, roads, needed, supervisor):
    submit(console, roads)
    console.sign_in(supervisor)
    first = console.get("/inbox/rows/?view=open")
    headers = {"host": "roads.testserver", "if-none-match": first["ETag"]}
    unchanged = console.client.get("/inbox/rows/?view=open", headers=headers).status_code
    with agency_context(roads):
        # As when its author takes it back: nothing is written in the history of the case.
        CaseDraft.objects.update(approval_asked_at=None)

    after = console.client.get("/inbox/rows/?view=open", headers=headers)

    assert (unchanged, after.status_code, lead(after)) == (304, 200, (LIST, "0"))


def test_an_agent_keeps_the_list_of_cases(console, agent, roads, needed):
    submit(console, roads)

    page = console.get("/?view=open")

    assert lead(page) == ("/?view=approval", "1")
    assert LIST not in text_of(page)


def test_nothing_leads_there_where_no_approval_is_asked_for(console, agent, roads, supervisor):
    submit(console, roads)
    console.sign_in(supervisor)

    pages = [console.get("/?view=open"), console.get("/dashboard/")]

    assert [LIST in text_of(page) for page in pages] == [False, False]


def test_texts_of_other_units_are_not_counted(console, agent, roads, needed, supervisor):
    with agency_context(roads):
        north = unit("North", supervisor, places=("North",))
        join(north, staff(roads, Role.AGENT, "north@roads.example"))
    submit(console, roads, place="North")
    submit(console, roads)
    console.sign_in(supervisor)

    assert lead(console.get("/?view=open")) == (LIST, "1")
    assert ("1", "Waiting for approval") in figures(console.get("/dashboard/"))


def figures(page):
    value, label = '<span class="figure-value">', '<span class="figure-label">'
    return re.findall(rf'href="{LIST}">{value}(\d+)</span> {label}([^<]+)<', text_of(page))


def test_the_dashboard_leads_there_too(console, agent, roads, needed, supervisor):
    submit(console, roads)
    console.sign_in(supervisor)

    assert figures(console.get("/dashboard/")) == [("1", "Waiting for approval")]


def test_the_list_leads_back_to_the_inbox(console, roads, needed, supervisor):
    console.sign_in(supervisor)

    assert re.search(r'class="back[^"]*" href="/"', text_of(console.get(LIST)))


@pytest.mark.parametrize("path", ["/?view=open", "/inbox/rows/?view=open", "/dashboard/"])
def test_it_costs_one_query_and_only_where_it_is_shown(console, agent, roads, supervisor, path):
    console.sign_in(supervisor)
    without = queries_of(console, path)
    Agency.objects.filter(pk=roads.pk).update(needs_approval=True)

    with_it = queries_of(console, path)
    console.sign_in(agent)
    assert with_it == without + 1
    # Agents have no dashboard.
    assert path == "/dashboard/" or queries_of(console, path) == without


def queries_of(console, path):
    console.get(path)
    with CaptureQueriesContext(connection) as asked:
        console.get(path)
    return len(asked)
