"""The lists of the inbox: their cases in order, what follows, and how many there are."""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet, Value
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
from shared.complaints.models.full_text_search import search_query
from shared.complaints.types import InboxCase, InboxPosition
from shared.kernel.references import LENGTH
from shared.rows.compiled_queries import compiled_query

# To find and sort more cases than these takes longer than to read a list until a page is full.
MAX_SORTED = 12_000
# Stand in a statement for the officer and the day: no row has such a number, no day is so early.
ANY_USER, ANY_DAY = -1, date.min
# One for each choice of lists that some page counts.
MAX_STATEMENTS = 16
# So many open cases are read in the time that it takes to plan the counts of all lists.
FEW_OPEN = 300
Lines = QuerySet[Complaint, tuple[Any, ...]]
# A text with its parameters, and what to put in the place of some of them.
Statement = tuple[str, tuple[int | str | date, ...]]
Values = dict[int | str | date, int | date]
OPEN_VIEWS = ("mine", "unassigned", "overdue", "awaiting", "open")
INBOX_VIEWS = (*OPEN_VIEWS, "answered", "all")


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
        if _guessed_number(rows) <= MAX_SORTED:
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
        rows = list(
            _lines(inbox(view=view, user_id=user_id, today=today, text=text, after=after))[:at_most]
        )
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


def inbox_next(*, view: str, user_id: int, today: date, after: Complaint) -> str:
    """The reference that follows a case in a view, from the top again after the last; "" if none.

    The case itself may have left the view. A second query where the list ended.
    """
    found = _followers(
        view=view, user_id=user_id, today=today, case_id=after.pk, due_on=after.due_on or NO_TERM
    )
    if not found:
        found = _others(view=view, user_id=user_id, today=today, case_id=after.pk)
    return found[0] if found else ""


@compiled_query(by=("view",))
def _followers(
    *, view: str, user_id: int, today: date, case_id: int, due_on: date
) -> QuerySet[Complaint, str]:
    # Excluded by its number too: its term may have changed since it was read.
    return (
        inbox(
            view=view,
            user_id=user_id,
            today=today,
            after=InboxPosition(due_on=due_on, case_id=case_id),
        )
        .exclude(pk=case_id)
        .values_list("reference", flat=True)[:1]
    )


@compiled_query(by=("view",))
def _others(*, view: str, user_id: int, today: date, case_id: int) -> QuerySet[Complaint, str]:
    return (
        inbox(view=view, user_id=user_id, today=today)
        .exclude(pk=case_id)
        .values_list("reference", flat=True)[:1]
    )


def inbox_counts(
    *,
    user_id: int,
    today: date,
    views: Sequence[str] = INBOX_VIEWS,
    at_most: int | None = None,
) -> dict[str, int]:
    """How many cases each of these views holds; one query, two where many cases are open.

    Nothing is counted beyond ``at_most``: without it, the cost grows with the cases.
    """
    values: Values = {ANY_USER: user_id, ANY_DAY: today}
    if at_most is not None:
        few = min(at_most, FEW_OPEN)
        read, *counts = _answer(_counts_of_few_sql(tuple(views), at_most, few), values)
        if read < few:
            return dict(zip(views, counts, strict=True))
    return dict(zip(views, _answer(_counts_sql(tuple(views), at_most), values), strict=True))


def _answer(statement: Statement, values: Values) -> tuple[int, ...]:
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(sql, [values.get(one, one) for one in params])
        answer: tuple[int, ...] = cursor.fetchone()
    return answer


@lru_cache(maxsize=MAX_STATEMENTS)
def _counts_sql(views: tuple[str, ...], at_most: int | None) -> Statement:
    """The statement with ``ANY_USER`` and ``ANY_DAY`` among its parameters.

    Written once: to build it anew for each page takes longer than PostgreSQL needs to answer it.
    """
    parts = [_count_sql(view, at_most) for view in views]
    counted = ", ".join(sql for sql, _params in parts)
    return f"SELECT {counted}", tuple(one for _sql, params in parts for one in params)


@lru_cache(maxsize=MAX_STATEMENTS)
def _counts_of_few_sql(views: tuple[str, ...], at_most: int, few: int) -> Statement:
    """The same with the number of open cases that were read before the others.

    The open ones are read once, ``few`` of them, and all lists of open cases counted among them: to
    plan each list by itself takes PostgreSQL longer than to read them. Where not all were read, the
    counts are too small.
    """
    parts = [
        (f"count(*) FILTER (WHERE in_{view})", ())
        if view in OPEN_VIEWS
        else _count_sql(view, at_most)
        for view in views
    ]
    is_in = {
        f"in_{view}": ExpressionWrapper(_of_open(view, ANY_USER, ANY_DAY), BooleanField())
        for view in OPEN_VIEWS
    }
    read, params = (
        Complaint.objects.filter(status__in=OPEN)
        .annotate(**is_in)
        .values_list(*is_in)[:few]
        .query.sql_with_params()
    )
    counted = ", ".join(["count(*)", *(sql for sql, _params in parts)])
    return (
        f"SELECT {counted} FROM ({read}) AS held",  # noqa: S608
        (*(one for _sql, given in parts for one in given), *params),
    )


def _count_sql(view: str, at_most: int | None) -> Statement:
    sql, params = (
        Complaint.objects.filter(_view(view, ANY_USER, ANY_DAY))
        .values("pk")[:at_most]
        .query.sql_with_params()
    )
    return f"(SELECT count(*) FROM ({sql}) AS held)", params  # noqa: S608


@compiled_query(by=("view", "at_most"))
def _first_lines(*, view: str, at_most: int, user_id: int, today: date) -> Lines:
    return _lines(inbox(view=view, user_id=user_id, today=today))[:at_most]


@compiled_query(by=("view", "at_most"))
def _following_lines(
    *, view: str, at_most: int, user_id: int, today: date, due_on: date, case_id: int
) -> Lines:
    return _lines(
        inbox(
            view=view,
            user_id=user_id,
            today=today,
            after=InboxPosition(due_on=due_on, case_id=case_id),
        )
    )[:at_most]


def _lines(rows: QuerySet[Complaint]) -> Lines:
    """The columns of ``InboxCase``, in its order."""
    *own, _officer = InboxCase._fields
    own[own.index("case_id")] = "id"
    return rows.values_list(*own, Coalesce("assignee__name", Value("")))


def _view(view: str, user_id: int, today: date) -> Q:
    if view == "awaiting":
        # Its index says this much and no more.
        return _of_open(view, user_id, today)
    if view in OPEN_VIEWS:
        return Q(status__in=OPEN) & _of_open(view, user_id, today)
    return {"answered": Q(status__in=ANSWERS), "all": Q()}[view]


def _of_open(view: str, user_id: int, today: date) -> Q:
    """Which of the open cases a view has."""
    return {
        "mine": Q(assignee_id=user_id),
        "unassigned": Q(assignee_id=None),
        "overdue": Q(LessThan(TERM, today)),
        "awaiting": Q(status=Status.AWAITING_CITIZEN),
        "open": Q(),
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
