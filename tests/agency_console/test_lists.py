"""The lists of the inbox among very many cases: an index for each, no number beyond a thousand."""

import json
from datetime import date

import pytest
from django.db import connection

from agency_console.inbox.selectors import pages
from shared.complaints.enums import OPEN, Status
from shared.complaints.models import Complaint
from shared.complaints.selectors import (
    OPEN_VIEWS,
    CaseFilter,
    inbox,
    inbox_counts,
    list_counts,
    lists,
)
from shared.complaints.types import (
    InboxPosition,
)
from shared.complaints.types.lists import CaseCount
from shared.kernel import clock
from shared.units.types import UnitScope
from tenants.isolation.schema_switch import agency_context, as_owner
from tests.agency_console.conftest import asked_by, numbers_on
from tests.support.factories import filed

CASES = "complaints_complaint"
UNITS = UnitScope(unit_ids=frozenset({1, 2}))
OPEN_INDEX = "complaint_open_by_risk"
# The few cases that lists of open ones leave out: they are worked on through another one.
MERGED_INDEX = "complaint_merged"
INDEXES = {
    **dict.fromkeys(OPEN_VIEWS, OPEN_INDEX),
    "new": "complaint_with_citizen_news",
    "answered": "complaint_answered_by_arrival",
    "all": "complaint_by_arrival",
}
# A handful of rows is rightly sorted; what must be possible is to read them in order.
ONLY_IN_ORDER = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off"


def nodes(plan):
    """A plan's nodes, from the top."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


@pytest.mark.parametrize("after", [None, InboxPosition(case_id=7, day=date(2026, 12, 1))])
@pytest.mark.parametrize("view", INDEXES)
def test_every_list_is_read_in_the_order_of_its_index(in_roads, view, after):
    rows = inbox(view=view, after=after, **asked_by())
    with connection.cursor() as cursor:
        cursor.execute(ONLY_IN_ORDER)

    (found,) = json.loads(rows[:51].explain(format="json"))

    plan = list(nodes(found["Plan"]))
    scan = next(node for node in plan if node.get("Relation Name") == "complaints_complaint")
    # Among no rows all of them cost the same: another list's index is as good where its rows are.
    assert scan["Index Name"] in INDEXES.values()
    assert not [node for node in plan if "Sort" in node["Node Type"]]
    # Where the page begins is a place in the index, and not a condition on each of its rows.
    assert after is None or "ROW(" in scan["Index Cond"]


def only_index(name, *without):
    """Leave one index of the cases, and some ways of reading out, until the test ends."""
    others = {index.name for index in Complaint._meta.indexes} - {name, MERGED_INDEX}
    with as_owner(), connection.cursor() as cursor:
        # Of a table without rows, any index is as good.
        cursor.execute(f"DROP INDEX {', '.join(sorted(others))}")
        for way in without:
            cursor.execute(f"SET LOCAL {way} = off")


@pytest.mark.parametrize("view", INDEXES.keys() - {"approval", "new"})
@pytest.mark.parametrize(
    "only",
    [
        CaseFilter(),
        CaseFilter(kind="complaint", language="ar", channel="portal", category_code="delay"),
        CaseFilter(officer_id=7, label_id=3, place="rabat", unit_id=-1, organisation_code="x"),
        CaseFilter(received_from=date(2026, 1, 1), received_to=date(2026, 2, 1)),
    ],
)
def test_cases_are_found_without_reading_their_rows(in_roads, view, only, monkeypatch):
    """Else a filter of a list of half a million cases would read half a million rows."""
    # As where too many cases have the words of the place to find them by these.
    monkeypatch.setattr(lists, "MAX_SORTED", -1)
    rows = inbox(view=view, only=only, **asked_by(user_id=7, scope=UNITS))
    only_index(INDEXES[view], "enable_seqscan", "enable_bitmapscan")

    (found,) = json.loads(rows.values("pk")[:51].explain(format="json"))

    scans = [one for one in nodes(found["Plan"]) if one.get("Relation Name") == CASES]
    first, *left_out = [(one["Node Type"], one["Index Name"]) for one in scans]
    assert first == ("Index Only Scan", INDEXES[view])
    # What lists of work leave out; of a table without rows, either index is as good.
    assert len(left_out) == (view in OPEN_VIEWS)
    assert {name for _scan, name in left_out} <= {MERGED_INDEX, INDEXES[view]}


@pytest.mark.parametrize("view", ["all", "answered"])
def test_a_place_among_all_cases_is_found_by_its_words(in_roads, view):
    """Or every case would be looked at for a place that none of them has."""
    only = CaseFilter(place="nowhere at all")
    rows = inbox(view=view, only=only, **asked_by(user_id=7, scope=UNITS))
    only_index("complaint_by_words", "enable_seqscan")

    (found,) = json.loads(rows[:51].explain(format="json"))

    indexes = {one["Index Name"] for one in nodes(found["Plan"]) if one.get("Index Name")}
    assert "complaint_by_words" in indexes


def test_every_list_has_its_index():
    assert set(INDEXES.values()) <= {index.name for index in Complaint._meta.indexes}


def test_numbers_beside_the_lists_end_at_a_thousand(console, agent, roads, monkeypatch):
    monkeypatch.setattr(pages, "MAX_COUNTED", 2)
    for _ in range(2):
        filed(roads)
    two = numbers_on(console.get("/?view=open"))
    filed(roads)

    three = numbers_on(console.get("/?view=open"))

    assert (two["open"], three["open"]) == ("2", "2+")
    assert (two["all"], three["all"]) == ("2", "2+")


def test_not_more_is_counted_than_was_asked(roads):
    for _ in range(3):
        filed(roads)

    with agency_context(roads):
        few = inbox_counts(**asked_by(), views=["all", "mine", "open"], at_most=2)
        whole = inbox_counts(**asked_by(), views=["all", "open"], at_most=3)

    more = CaseCount(2, is_more=True)
    assert few == {"all": more, "mine": CaseCount(0), "open": more}
    assert whole == {"all": CaseCount(3), "open": CaseCount(3)}


@pytest.mark.parametrize("only", [CaseFilter(), CaseFilter(kind="complaint")])
def test_where_not_all_cases_are_read_the_number_is_said_to_be_a_part(roads, monkeypatch, only):
    monkeypatch.setattr(list_counts, "MAX_OPEN_READ", 2)
    monkeypatch.setattr(list_counts, "MAX_LATEST_READ", 2)
    list_counts._counts_sql.cache_clear()
    for _ in range(3):
        filed(roads)

    with agency_context(roads):
        counts = inbox_counts(**asked_by(), views=["all", "open"], at_most=50, only=only)

    list_counts._counts_sql.cache_clear()
    assert counts["open"] == CaseCount(2, is_more=True)
    # Without a filter all cases are one list, and counted as far as anybody reads a number.
    assert counts["all"] == (CaseCount(2, is_more=True) if only else CaseCount(3))


def test_each_list_counts_its_states(roads, agent):
    states = {one: filed(roads).reference for one in Status}
    taken = filed(roads).reference

    with agency_context(roads):
        for status, reference in states.items():
            until = clock.today() if status == Status.AWAITING_CITIZEN else None
            rows = Complaint.objects.filter(reference=reference)
            rows.update(status=status, answered_at=clock.now(), awaiting_until=until)
        Complaint.objects.filter(reference=taken).update(assignee=agent, due_on=date(2020, 1, 1))
        found = inbox_counts(**asked_by(agent), at_most=50)

    numbers = {view: number for view, (number, _more) in found.items() if number}
    assert numbers == {
        "mine": 1, "unassigned": 4, "overdue": 1, "awaiting": 1, "open": len(OPEN) + 1,
        "answered": 2, "all": len(states) + 1,
    }  # fmt: skip


def test_the_folded_words_are_not_fetched_with_a_case(in_roads):
    assert "search" in Complaint.objects.all().query.deferred_loading[0]
