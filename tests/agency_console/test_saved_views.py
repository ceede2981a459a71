"""Lists that officers save under a name: whose they are, what they count, who opens with them."""

import re

import pytest

from agency_console.inbox import services
from agency_console.inbox.models import SavedView
from shared.accounts.enums import Role
from shared.complaints.enums import Kind
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import numbers_on, references_on, rows_address, text_of
from tests.support.factories import filed, staff
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db

PROPOSALS = "?view=open&kind=proposal"


def saved(console, name="Proposals", query=PROPOSALS, **more) -> int:
    """The number of a view that whoever is signed in has just saved."""
    console.post("/inbox/views/save/", {"name": name, "query": query, **more})
    with agency_context(console.agency):
        return SavedView.objects.order_by("-pk").values_list("pk", flat=True)[0]


def names_on(page) -> list[str]:
    """The names of the saved views beside the list."""
    return re.findall(r'id="nav-saved-\d+"[^>]*><bdi>(.*?)</bdi>', text_of(page))


@pytest.fixture
def supervisor(console):
    """A supervisor, signed in."""
    return console.sign_in_as(Role.SUPERVISOR)


def test_a_list_is_saved_with_its_number_and_opens_again(console, agent, roads):
    wanted = filed(roads, kind=Kind.PROPOSAL).reference
    filed(roads)

    answer = console.post(
        "/inbox/views/save/",
        {"name": "Proposals", "query": f"{PROPOSALS}&after=~~3&at=~~4&evil=1"},
    )
    page = console.get(answer.url)

    assert answer.url == f"/{PROPOSALS}"
    assert references_on(page) == [wanted]
    assert names_on(page) == ["Proposals"]
    (key,) = [name for name in numbers_on(page) if name.startswith("saved-")]
    assert numbers_on(page)[key] == "1"
    # It is the list that is shown; the list of open cases is not marked as well.
    current = re.findall(r'id="nav-([\w-]+)"[^>]*aria-current="page"', text_of(page))
    assert current == [key]
    assert "<h1><bdi>Proposals</bdi></h1>" in text_of(page)


def test_a_view_is_the_officers_own(console, agent, colleague):
    number = saved(console)
    console.sign_in(colleague)

    page = console.get("/")
    answers = [
        console.post(f"/inbox/views/{number}/", {"name": "Mine now"}).status_code,
        console.post(f"/inbox/views/{number}/remove/").status_code,
    ]

    assert names_on(page) == []
    assert answers == [404, 404]
    with agency_context(console.agency):
        assert SavedView.objects.get(pk=number).name == "Proposals"


def test_supervisors_share_views_and_agents_only_use_them(console, supervisor, roads, colleague):
    number = saved(console, is_shared="on")
    console.sign_in(colleague)

    page, form = console.get("/"), console.get("/inbox/views/save/")
    shared = console.post("/inbox/views/save/", {"name": "X", "query": "", "is_shared": "on"})
    console.post(f"/inbox/views/{number}/", {"name": "Mine now"})
    console.post(f"/inbox/views/{number}/remove/")

    assert names_on(page) == ["Proposals"]
    assert is_refused(shared)
    assert 'name="is_shared"' not in text_of(form)
    with agency_context(roads):
        assert list(SavedView.objects.filter(owner=None).values_list("name", flat=True)) == [
            "Proposals"
        ]
        assert SavedView.objects.count() == 1


def test_a_view_is_renamed_and_a_taken_name_refused(console, agent):
    number = saved(console)
    saved(console, name="Late ones", query="?view=overdue")

    renamed = console.post(f"/inbox/views/{number}/", {"name": "Ideas"})
    taken = console.post(f"/inbox/views/{number}/", {"name": "Late ones"})
    again = console.post("/inbox/views/save/", {"name": "Ideas", "query": ""})

    assert (renamed.status_code, is_refused(taken), is_refused(again)) == (302, True, True)
    assert names_on(console.get("/")) == ["Ideas", "Late ones"]


def test_a_deleted_view_can_be_put_back(console, supervisor):
    number = saved(console, is_shared="on")
    console.post(f"/inbox/views/{number}/", {"name": "Ideas", "default_for": "agent"})

    answer = console.post(f"/inbox/views/{number}/remove/")
    gone = names_on(console.get("/?view=open"))
    offered = text_of(console.get(answer.url))
    console.post("/inbox/views/restore/")
    console.post("/inbox/views/restore/")

    assert gone == []
    assert 'action="/inbox/views/restore/"' in offered
    assert names_on(console.get("/?view=open")) == ["Ideas"]
    with agency_context(console.agency):
        view = SavedView.objects.get()
    assert (view.query, view.owner_id, view.default_for) == (PROPOSALS, None, "agent")


def test_the_console_of_a_role_opens_with_its_view(console, supervisor, roads, colleague):
    proposal = filed(roads, kind=Kind.PROPOSAL).reference
    complaint = filed(roads).reference
    number = saved(console, is_shared="on")
    console.post(f"/inbox/views/{number}/", {"name": "Ideas", "default_for": "agent"})

    for_supervisor = references_on(console.get("/"))
    console.sign_in(colleague)
    for_agent = console.get("/")

    assert set(for_supervisor) == {proposal, complaint}
    assert references_on(for_agent) == [proposal]
    # The address of the page is bare: what the page asks for again is not.
    assert rows_address(for_agent) == f"/inbox/rows/{PROPOSALS}"
    assert set(references_on(console.get("/?view=open"))) == {proposal, complaint}


def test_a_role_has_one_default(console, supervisor):
    first, second = saved(console, is_shared="on"), saved(console, name="B", is_shared="on")
    for number in (first, second):
        console.post(f"/inbox/views/{number}/", {"name": f"v{number}", "default_for": "agent"})

    with agency_context(console.agency):
        found = dict(SavedView.objects.values_list("pk", "default_for"))
    assert found == {first: "", second: "agent"}


def test_an_own_view_is_no_default(console, supervisor):
    number = saved(console)

    console.post(f"/inbox/views/{number}/", {"name": "Ideas", "default_for": "agent"})

    with agency_context(console.agency):
        assert SavedView.objects.get().default_for == ""


def test_a_view_that_searches_for_words_has_no_number(console, agent, roads):
    filed(roads)

    saved(console, query="?view=all&q=lamp")

    page = console.get("/")
    assert names_on(page) == ["Proposals"]
    assert not [name for name in numbers_on(page) if name.startswith("saved-")]


def test_no_more_views_are_saved_than_fit_beside_a_list(console, agent, monkeypatch):
    monkeypatch.setattr(services, "MAX_SAVED_VIEWS", 1)
    saved(console)

    page = console.post("/inbox/views/save/", {"name": "B", "query": ""})

    assert is_refused(page)
    assert names_on(console.get("/")) == ["Proposals"]


@pytest.mark.parametrize("sent", [{}, {"name": ""}, {"name": "x" * 61}, {"name": "a\x00b"}])
def test_a_name_that_makes_no_sense_is_refused(console, agent, sent):
    page = console.post("/inbox/views/save/", {"query": PROPOSALS, **sent})

    assert is_refused(page)
    assert names_on(console.get("/")) == []


@pytest.mark.parametrize("number", [0, 3])
def test_the_number_of_queries_does_not_follow_the_number_of_views(
    console, agent, roads, number, statement_count
):
    for name in range(number + 1):
        saved(console, name=f"view {name}", query=f"?view=open&place=x{name}")
    console.get("/")

    with statement_count("console: my cases, with saved views"):
        console.get("/")


def test_views_of_another_agency_are_not_there(console, supervisor, water):
    with agency_context(water):
        SavedView.objects.create(name="Theirs", query=PROPOSALS)
    staff(water)

    assert names_on(console.get("/")) == []
