"""The lists of the inbox: their cases in order, what follows, and how many there are."""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from shared.complaints.enums import (
    ANSWERS,
    OPEN,
    Status,
)
from shared.complaints.models import Complaint
from shared.complaints.models.complaint import NO_TERM, TERM
from shared.complaints.models.searching import search_query
from shared.complaints.types import InboxCase, InboxPosition
from shared.kernel.references import LENGTH
from shared.rows.questions import written_once

# To find and sort more cases than these takes longer than to read a list until a page is full.
MOST_SORTED = 12_000
# Stand in a statement for the officer and the day: no row has such a number, no day is so early.
ANY_USER, ANY_DAY = -1, date.min
# One for each choice of lists that some page counts.
MAX_STATEMENTS = 16
Lines = QuerySet[Complaint, tuple[Any, ...]]
INBOX_VIEWS = ("mine", "unassigned", "overdue", "awaiting", "open", "answered", "all")


def inbox(
    *, view: str, user_id: int, today: date, text: str = "", after: InboxPosition | None = None
) -> QuerySet[Complaint]:
    """The cases of one of ``INBOX_VIEWS``, the nearest term first, those without a term last.

    With ``text``, those whose reference begins so or whose subject and body have all its words;
    that costs a second, short query. With ``after``, only those that follow that position.
    """
    rows = Complaint.objects.select_related("assignee").filter(_view(view, user_id, today))
    # A list shows no long text; a page of the longest ones would be a megabyte.
    rows = rows.defer("body", "remedy")
    order: OrderBy | Coalesce = TERM
    if text:
        rows = rows.filter(_found(text))
        if _guessed_number(rows) <= MOST_SORTED:
            # The same order, but no index has it: few are found and sorted. By an index of the
            # list, all others would be read before those of a word that only the latest have.
            order = F("due_on").asc(nulls_last=True)
    if after is not None:
        rows = rows.filter(_following(after))
    return rows.order_by(order, "id")


def inbox_cases(
    *,
    view: str,
    user_id: int,
    today: date,
    at_most: int,
    text: str = "",
    after: InboxPosition | None = None,
) -> list[InboxCase]:
    """What the lines of a list say: of the first ``at_most`` of ``inbox``, in as many queries."""
    if text:
        # How these are read depends on what is looked for.
        found = inbox(view=view, user_id=user_id, today=today, text=text, after=after)
        rows = list(_lines(found)[:at_most])
    elif after is None:
        rows = _first_lines(view=view, at_most=at_most, user_id=user_id, today=today)
    else:
        rows = _following_lines(
            view=view,
            at_most=at_most,
            user_id=user_id,
            today=today,
            due_on=after.due_on or NO_TERM,
            case_id=after.case_id,
        )
    return list(map(InboxCase._make, rows))


def inbox_position(complaint: Complaint) -> InboxPosition:
    """Where a case stands in any inbox."""
    return InboxPosition(due_on=complaint.due_on, case_id=complaint.pk)


def inbox_next(*, view: str, user_id: int, today: date, after: Complaint) -> str:
    """The reference that follows a case in a view, from the top again after the last; "" if none.

    The case itself may have left the view. A second query where the list ended.
    """
    due_on = after.due_on or NO_TERM
    found = _followers(view=view, user_id=user_id, today=today, case_id=after.pk, due_on=due_on)
    if not found:
        found = _others(view=view, user_id=user_id, today=today, case_id=after.pk)
    return found[0] if found else ""


@written_once(by=("view",))
def _followers(
    *, view: str, user_id: int, today: date, case_id: int, due_on: date
) -> QuerySet[Complaint, str]:
    position = InboxPosition(due_on=due_on, case_id=case_id)
    rows = inbox(view=view, user_id=user_id, today=today, after=position)
    # Excluded by its number too: its term may have changed since it was read.
    return rows.exclude(pk=case_id).values_list("reference", flat=True)[:1]


@written_once(by=("view",))
def _others(*, view: str, user_id: int, today: date, case_id: int) -> QuerySet[Complaint, str]:
    rows = inbox(view=view, user_id=user_id, today=today)
    return rows.exclude(pk=case_id).values_list("reference", flat=True)[:1]


def inbox_counts(
    *,
    user_id: int,
    today: date,
    views: Sequence[str] = INBOX_VIEWS,
    at_most: int | None = None,
) -> dict[str, int]:
    """How many cases each of these views holds; one query.

    Nothing is counted beyond ``at_most``: without it, the cost grows with the cases.
    """
    sql, params = _counts_sql(tuple(views), at_most)
    given: dict[int | str | date, int | date] = {ANY_USER: user_id, ANY_DAY: today}
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(one, one) for one in params])
        return dict(zip(views, cursor.fetchone(), strict=True))


@lru_cache(maxsize=MAX_STATEMENTS)
def _counts_sql(
    views: tuple[str, ...], at_most: int | None
) -> tuple[str, tuple[int | str | date, ...]]:
    """The statement with ``ANY_USER`` and ``ANY_DAY`` among its parameters.

    Written once: to build it anew for each page takes longer than PostgreSQL needs to answer it.
    """
    asked = [
        Complaint.objects.filter(_view(view, ANY_USER, ANY_DAY)).values("pk")[:at_most].query
        for view in views
    ]
    parts = [query.sql_with_params() for query in asked]
    counted = ", ".join(f"(SELECT count(*) FROM ({sql}) AS held)" for sql, _params in parts)  # noqa: S608
    return f"SELECT {counted}", tuple(one for _sql, params in parts for one in params)


@written_once(by=("view", "at_most"))
def _first_lines(*, view: str, at_most: int, user_id: int, today: date) -> Lines:
    return _lines(inbox(view=view, user_id=user_id, today=today))[:at_most]


@written_once(by=("view", "at_most"))
def _following_lines(
    *, view: str, at_most: int, user_id: int, today: date, due_on: date, case_id: int
) -> Lines:
    after = InboxPosition(due_on=due_on, case_id=case_id)
    return _lines(inbox(view=view, user_id=user_id, today=today, after=after))[:at_most]


def _lines(rows: QuerySet[Complaint]) -> Lines:
    """The columns of ``InboxCase``, in its order."""
    *own, _officer = InboxCase._fields
    own[own.index("case_id")] = "id"
    return rows.values_list(*own, Coalesce("assignee__name", Value("")))


def _view(view: str, user_id: int, today: date) -> Q:
    is_open = Q(status__in=OPEN)
    return {
        "mine": is_open & Q(assignee_id=user_id),
        "unassigned": is_open & Q(assignee_id=None),
        "overdue": is_open & Q(LessThan(TERM, today)),
        "awaiting": Q(status=Status.AWAITING_CITIZEN),
        "open": is_open,
        "answered": Q(status__in=ANSWERS),
        "all": Q(),
    }[view]


def _found(text: str) -> Q:
    query = search_query(text)
    by_words = Q(pk__in=[]) if query is None else Q(search=query)
    if not text.isdecimal():
        return by_words
    # From the first to the last that begins so: LIKE has an index in some collations only.
    return by_words | Q(reference__range=(text.ljust(LENGTH, "0"), text.ljust(LENGTH, "9")))


def _guessed_number(rows: QuerySet[Complaint]) -> int:
    """How many these are, as PostgreSQL's planner guesses from its statistics."""
    plan = rows.explain(format="json")
    # Django makes no plan of a question that has no answer, as of a search for no word.
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0


def _following(position: InboxPosition) -> TupleGreaterThan:
    # One comparison of both columns: an index begins to read there. Taken apart into "later, or
    # the same day and...", it is read from its first row.
    return TupleGreaterThan((TERM, F("id")), (position.due_on or NO_TERM, position.case_id))
