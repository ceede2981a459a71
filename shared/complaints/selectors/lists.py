"""The lists of the inbox: their cases in order, and what follows."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

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
from shared.complaints.selectors.search import search_in
from shared.complaints.types import InboxCase, InboxPosition
from shared.rows.compiled_queries import compiled_query

# To find and sort more cases than these takes longer than to read a list until a page is full. Of a
# word of its own six forms PostgreSQL guesses 15,000 among 500,000 cases, however rare it is.
MAX_SORTED = 30_000
Lines = QuerySet[Complaint, tuple[Any, ...]]
OPEN_VIEWS = ("mine", "unassigned", "overdue", "awaiting", "open")
INBOX_VIEWS = (*OPEN_VIEWS, "answered", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Of which organisation and category the cases of a list are; blank for all of them."""

    organisation_code: str = ""
    category_code: str = ""

    def __bool__(self) -> bool:
        return bool(self.organisation_code or self.category_code)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it compares."""
        return tuple(name for name in self.__slots__ if getattr(self, name))


EVERYTHING = CaseFilter()


def inbox(
    *,
    view: str,
    user_id: int,
    today: date,
    text: str = "",
    after: InboxPosition | None = None,
    only: CaseFilter = EVERYTHING,
) -> QuerySet[Complaint]:
    """The cases of one of ``INBOX_VIEWS``, the nearest term first, those without a term last.

    With ``text``, those whose reference begins so or whose texts have all its words; that costs a
    second, short query, and a phrase four more. With ``after``, only those that follow that
    position; with ``only``, those of its organisation and category.
    """
    rows = Complaint.objects.select_related("assignee").filter(
        view_condition(view, user_id, today), **{name: getattr(only, name) for name in only.columns}
    )
    # A list shows no long text; a page of the longest ones would be a megabyte.
    rows = rows.defer("body", "remedy")
    order: OrderBy | Coalesce = TERM
    if text:
        rows = search_in(rows, text)
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
    only: CaseFilter = EVERYTHING,
) -> list[InboxCase]:
    """What the lines of a list say: of the first ``at_most`` of ``inbox``, in as many queries."""
    if text:
        # How these are read depends on what is looked for.
        found = inbox(view=view, user_id=user_id, today=today, text=text, after=after, only=only)
        rows = list(_lines(found)[:at_most])
    elif after is None:
        rows = _first_lines(
            view=view,
            at_most=at_most,
            columns=only.columns,
            user_id=user_id,
            today=today,
            organisation_code=only.organisation_code,
            category_code=only.category_code,
        )
    else:
        rows = _following_lines(
            view=view,
            at_most=at_most,
            columns=only.columns,
            user_id=user_id,
            today=today,
            due_on=after.due_on or NO_TERM,
            case_id=after.case_id,
            organisation_code=only.organisation_code,
            category_code=only.category_code,
        )
    return list(map(InboxCase._make, rows))


def inbox_next(
    *, view: str, user_id: int, today: date, after: Complaint, only: CaseFilter = EVERYTHING
) -> str:
    """The reference that follows a case in a view, from the top again after the last; "" if none.

    The case itself may have left the view. A second query where the list ended.
    """
    found = _followers(
        view=view,
        columns=only.columns,
        user_id=user_id,
        today=today,
        case_id=after.pk,
        due_on=after.due_on or NO_TERM,
        organisation_code=only.organisation_code,
        category_code=only.category_code,
    )
    if not found:
        found = _others(
            view=view,
            columns=only.columns,
            user_id=user_id,
            today=today,
            case_id=after.pk,
            organisation_code=only.organisation_code,
            category_code=only.category_code,
        )
    return found[0] if found else ""


@compiled_query(by=("view", "columns"))
def _followers(
    *,
    view: str,
    columns: tuple[str, ...],
    user_id: int,
    today: date,
    case_id: int,
    due_on: date,
    organisation_code: str,
    category_code: str,
) -> QuerySet[Complaint, str]:
    # Excluded by its number too: its term may have changed since it was read.
    return (
        inbox(
            view=view,
            user_id=user_id,
            today=today,
            after=InboxPosition(due_on=due_on, case_id=case_id),
            only=_only(columns, organisation_code, category_code),
        )
        .exclude(pk=case_id)
        .values_list("reference", flat=True)[:1]
    )


@compiled_query(by=("view", "columns"))
def _others(
    *,
    view: str,
    columns: tuple[str, ...],
    user_id: int,
    today: date,
    case_id: int,
    organisation_code: str,
    category_code: str,
) -> QuerySet[Complaint, str]:
    only = _only(columns, organisation_code, category_code)
    return (
        inbox(view=view, user_id=user_id, today=today, only=only)
        .exclude(pk=case_id)
        .values_list("reference", flat=True)[:1]
    )


def _only(columns: tuple[str, ...], organisation_code: str, category_code: str) -> CaseFilter:
    """The filter on these columns alone: a statement is written for each choice of them."""
    given = {"organisation_code": organisation_code, "category_code": category_code}
    return CaseFilter(**{name: given[name] for name in columns})


@compiled_query(by=("view", "at_most", "columns"))
def _first_lines(
    *,
    view: str,
    at_most: int,
    columns: tuple[str, ...],
    user_id: int,
    today: date,
    organisation_code: str,
    category_code: str,
) -> Lines:
    only = _only(columns, organisation_code, category_code)
    return _lines(inbox(view=view, user_id=user_id, today=today, only=only))[:at_most]


@compiled_query(by=("view", "at_most", "columns"))
def _following_lines(
    *,
    view: str,
    at_most: int,
    columns: tuple[str, ...],
    user_id: int,
    today: date,
    due_on: date,
    case_id: int,
    organisation_code: str,
    category_code: str,
) -> Lines:
    return _lines(
        inbox(
            view=view,
            user_id=user_id,
            today=today,
            after=InboxPosition(due_on=due_on, case_id=case_id),
            only=_only(columns, organisation_code, category_code),
        )
    )[:at_most]


def _lines(rows: QuerySet[Complaint]) -> Lines:
    """The columns of ``InboxCase``, in its order."""
    *own, _officer = InboxCase._fields
    own[own.index("case_id")] = "id"
    return rows.values_list(*own, Coalesce("assignee__name", Value("")))


def view_condition(view: str, user_id: int, today: date) -> Q:
    """Which cases a view has."""
    if view == "awaiting":
        # Its index says this much and no more.
        return open_condition(view, user_id, today)
    if view in OPEN_VIEWS:
        return Q(status__in=OPEN) & open_condition(view, user_id, today)
    return {"answered": Q(status__in=ANSWERS), "all": Q()}[view]


def open_condition(view: str, user_id: int, today: date) -> Q:
    """Which of the open cases a view has."""
    return {
        "mine": Q(assignee_id=user_id),
        "unassigned": Q(assignee_id=None),
        "overdue": Q(LessThan(TERM, today)),
        "awaiting": Q(status=Status.AWAITING_CITIZEN),
        "open": Q(),
    }[view]


def _guessed_number(rows: QuerySet[Complaint]) -> int:
    """How many these are, as PostgreSQL's planner guesses from its statistics."""
    plan = rows.explain(format="json")
    # Django makes no plan of a question that has no answer, as of a search for no word.
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0


def _following(position: InboxPosition) -> TupleGreaterThan:
    # One comparison of both columns: an index begins to read there. Taken apart into "later, or
    # the same day and...", it is read from its first row.
    return TupleGreaterThan((TERM, F("id")), (position.due_on or NO_TERM, position.case_id))
