"""The lists of the inbox among very many cases: an index for each, no number beyond a thousand."""

import json
import re
from datetime import date

import pytest
from django.db import connection

from agency_console.inbox import selectors, views
from shared.complaints.enums import OPEN, Status
from shared.complaints.models import Complaint
from shared.complaints.selectors import INBOX_VIEWS, inbox, inbox_counts, list_counts
from shared.complaints.types import InboxPosition
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import filed

INDEXES = {
    "mine": "complaint_held_by_term",
    "unassigned": "complaint_unheld_by_term",
    "overdue": "complaint_open_by_term",
    "awaiting": "complaint_awaiting_by_term",
    "open": "complaint_open_by_term",
    "answered": "complaint_answered_by_term",
    "all": "complaint_by_term",
}
# A handful of rows is rightly sorted; what must be possible is to read them in order.
ONLY_IN_ORDER = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off"


def nodes(plan):
    """A plan's nodes, from the top."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


@pytest.mark.parametrize("after", [None, InboxPosition(due_on=None, case_id=7)])
@pytest.mark.parametrize("view", INBOX_VIEWS)
def test_every_list_is_read_in_the_order_of_its_index(in_roads, view, after):
    rows = inbox(view=view, user_id=1, today=clock.today(), after=after)
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


def test_every_list_has_its_index():
    assert set(INDEXES.values()) <= {index.name for index in Complaint._meta.indexes}


def test_numbers_beside_the_lists_end_at_a_thousand(console, agent, roads, monkeypatch):
    monkeypatch.setattr(selectors, "MAX_COUNTED", 2)
    monkeypatch.setattr(views, "MAX_COUNTED", 2)
    for _ in range(2):
        filed(roads)
    two = numbers_on(console.get("/?view=open"))
    filed(roads)

    three = numbers_on(console.get("/?view=open"))

    assert (two[4], three[4]) == ("2", "2+")


def numbers_on(page) -> list[str]:
    """The numbers beside the lists, in order."""
    return re.findall(r"side-count[^>]*>([^<]+)<", page.content.decode())


def test_not_more_is_counted_than_was_asked(roads):
    for _ in range(3):
        filed(roads)

    with agency_context(roads):
        few = inbox_counts(user_id=0, today=clock.today(), views=["all", "mine"], at_most=2)
        whole = inbox_counts(user_id=0, today=clock.today(), views=["all"])

    assert (few, whole) == ({"all": 2, "mine": 0}, {"all": 3})


@pytest.mark.parametrize("few", [1, 5, 300])
def test_few_open_cases_and_many_are_counted_alike(roads, agent, monkeypatch, few):
    monkeypatch.setattr(list_counts, "FEW_OPEN", few)
    states = {one: filed(roads).reference for one in Status}
    taken = filed(roads).reference

    with agency_context(roads):
        for status, reference in states.items():
            until = clock.today() if status == Status.AWAITING_CITIZEN else None
            rows = Complaint.objects.filter(reference=reference)
            rows.update(status=status, answered_at=clock.now(), awaiting_until=until)
        Complaint.objects.filter(reference=taken).update(assignee=agent, due_on=date(2020, 1, 1))
        asked = {"user_id": agent.pk, "today": clock.today()}
        whole = inbox_counts(**asked)
        found = {limit: inbox_counts(**asked, at_most=limit) for limit in (2, 5, 6, 50)}

    parts = ("mine", "unassigned", "overdue", "awaiting", "open", "answered", "all")
    assert [whole[part] for part in parts] == [1, 4, 1, 1, len(OPEN) + 1, 2, len(states) + 1]
    for limit, counts in found.items():
        # Where more are open than are read, one of the few that a list has may be among the others.
        assert counts == {view: min(number, limit) for view, number in whole.items()}


def test_the_folded_words_are_not_fetched_with_a_case(in_roads):
    assert "search" in Complaint.objects.all().query.deferred_loading[0]
