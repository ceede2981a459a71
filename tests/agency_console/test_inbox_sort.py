"""In which order the inbox shows its cases, from any place in it."""

import re
from datetime import UTC, datetime

import pytest

from shared.complaints.enums import Kind
from shared.complaints.models import Complaint
from shared.complaints.selectors import (
    ListSort,
    inbox,
    inbox_neighbours,
    list_sort,
    position_of,
)
from shared.complaints.services import complaint_reply
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import asked_by, filed_on, references_on, text_of
from tests.support.factories import REPLY, officer_actor
from tests.support.sampling import each_once


def test_the_case_nearest_to_being_late_comes_first(console, agent, roads):
    """A proposal has a promised day, though no legal one: it is not last for ever."""
    proposal = filed_on(roads, 1, kind=Kind.PROPOSAL)
    late = filed_on(roads, 20)
    early = filed_on(roads, 2)
    same_day = filed_on(roads, 2)

    page = console.get("/?view=open")

    assert references_on(page) == [proposal, early, same_day, late]


def test_of_two_cases_due_on_one_day_the_longer_wait_comes_first(console, agent, roads):
    first, second, unasked = (filed_on(roads, 2) for _ in range(3))
    with agency_context(roads):
        rows = Complaint.objects.filter(reference=first)
        rows.update(waiting_since=datetime(2026, 11, 9, tzinfo=UTC))
        Complaint.objects.filter(reference=unasked).update(waiting_since=None)

    assert references_on(console.get("/?view=open")) == [second, first, unasked]


@pytest.mark.parametrize(("view", "sort"), each_once(["open", "all"], list(ListSort)))
def test_after_any_case_come_exactly_those_that_follow_it(roads, view, sort):
    for day, kind in [
        (2, Kind.COMPLAINT),
        (2, Kind.COMPLAINT),
        (3, Kind.OBSERVATION),
        (1, Kind.COMPLAINT),
        (4, Kind.PROPOSAL),
    ]:
        filed_on(roads, day, kind=kind)
    asked = {"view": view, "sort": sort, **asked_by()}
    used = list_sort(view, sort)

    with agency_context(roads):
        Complaint.objects.filter(kind=Kind.PROPOSAL).update(waiting_since=None)
        rows = list(inbox(**asked))
        rest = {cut: list(inbox(**asked, after=position_of(cut, used))) for cut in rows}
        around = {cut: inbox_neighbours(**asked, at=position_of(cut, used)) for cut in rows}

    assert len(rows) == 5
    assert rest == {cut: rows[index + 1 :] for index, cut in enumerate(rows)}
    references = [row.reference for row in rows]
    assert [one.previous and one.previous.reference for one in around.values()] == [
        None,
        *references[:-1],
    ]
    # After the last, from the top again.
    assert [one.following.reference for one in around.values()] == [
        *references[1:],
        references[0],
    ]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("risk", "acdb"),
        ("legal", "cdba"),
        ("newest", "bdca"),
        ("oldest", "acdb"),
        ("waiting", "dacb"),
        ("nonsense", "acdb"),
    ],
)
def test_a_list_is_sorted_as_its_address_says(console, agent, roads, sort, order):
    cases = {
        "a": filed_on(roads, 1, kind=Kind.PROPOSAL),
        "c": filed_on(roads, 2),
        "d": filed_on(roads, 3),
        "b": filed_on(roads, 4),
    }
    with agency_context(roads):
        longest = Complaint.objects.filter(reference=cases["d"])
        longest.update(waiting_since=datetime(2026, 10, 1, tzinfo=UTC))
        Complaint.objects.filter(reference=cases["b"]).update(waiting_since=None)

    page = console.get(f"/?view=open&sort={sort}")

    assert references_on(page) == [cases[one] for one in order]


@pytest.mark.parametrize("view", ["all", "answered"])
def test_a_list_of_all_cases_is_sorted_by_date_alone(console, agent, roads, view):
    early, late = filed_on(roads, 1), filed_on(roads, 2)
    with agency_context(roads):
        for reference in (early, late):
            complaint_reply(
                reference=reference, draft=REPLY, officer=agent, actor=officer_actor(agent)
            )

    pages = [console.get(f"/?view={view}{sort}") for sort in ("", "&sort=risk", "&sort=oldest")]

    assert [references_on(page) for page in pages] == [[late, early], [late, early], [early, late]]


@pytest.mark.parametrize(
    ("query", "offered", "current"),
    [
        ("?view=open", ["risk", "newest", "oldest", "legal", "waiting"], "risk"),
        ("?view=open&sort=waiting", ["risk", "newest", "oldest", "legal", "waiting"], "waiting"),
        ("?view=all&sort=waiting", ["newest", "oldest"], "newest"),
    ],
)
def test_list_offers_its_orders_and_keeps_words_and_filter(
    console, agent, roads, query, offered, current
):
    page = text_of(console.get(f"/{query}&q=lamp+%26&kind=proposal"))

    form = re.search(r'<form class="[\w-]+ inbox-sorts".*?</form>', page, re.DOTALL).group()
    assert re.findall(r'name="sort" value="(\w+)"', form) == offered
    assert re.findall(r'value="(\w+)" aria-current="true"', form) == [current]
    assert re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form) == [
        ("view", query[6:].split("&")[0]), ("q", "lamp &amp;"), ("kind", "proposal"),
    ]  # fmt: skip
