"""Lists of the inbox: their cases in order, and the neighbours of a case in a list."""

import json
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from shared.complaints.models import Complaint
from shared.complaints.selectors.list_filters import (
    EVERYTHING,
    CaseFilter,
    equal_filter,
    filter_condition,
    place_words,
)
from shared.complaints.selectors.list_orders import (
    ListSort,
    beyond,
    has_index,
    list_sort,
    position_of,
    position_values,
    sorted_by,
)
from shared.complaints.selectors.list_views import (
    OPEN_VIEWS,
    ListReader,
    list_reader,
    view_condition,
)
from shared.complaints.selectors.search import search_in
from shared.complaints.types import (
    InboxCase,
    InboxPosition,
)
from shared.complaints.types.lists import ListPlace, Neighbours, PlacedCase
from shared.rows.compiled_queries import compiled_query
from shared.rows.data_versions import CASES, SETTINGS
from shared.rows.kept_values import kept_until
from shared.units.types import UnitScope

# To sort more cases takes longer than to read the list's index until a page is full. For a word
# with six forms PostgreSQL estimates 15,000 of 500,000 cases, even if the word is rare.
MAX_SORTED = 30_000
Lines = QuerySet[Complaint, tuple[Any, ...]]
# Lists with a filter on any other column do not use compiled statements.
COMPILED = {"organisation_code", "category_code"}
_POSITION_COLUMNS = ("id", *PlacedCase._fields[1:])


def inbox(
    *,
    view: str,
    user_id: int,
    today: date,
    scope: UnitScope,
    text: str = "",
    after: InboxPosition | None = None,
    only: CaseFilter = EVERYTHING,
    sort: str = "",
) -> QuerySet[Complaint]:
    """Return the cases of a view of ``INBOX_VIEWS`` that an officer may see, sorted by
    ``list_sort``.

    ``sort``: see ``list_sort``. ``text``: only cases whose reference begins with it or whose texts
    have all its words; the search needs one more short query, and a phrase four more. ``after``:
    only cases after that position. ``only``: only cases that match the filter.
    """
    reader = list_reader(user_id=user_id, today=today, scope=scope)
    order = list_sort(view, sort)
    rows = Complaint.objects.select_related("assignee").filter(
        view_condition(view, reader, is_search=bool(text)), filter_condition(only)
    )
    # The long texts are deferred, because a list does not show the texts and a page could have a
    # megabyte.
    rows = rows.defer("body", "remedy")
    rows, by_index = _searched(rows, view, order, text=text, place=only.place)
    if after is not None:
        rows = rows.filter(beyond(order, **position_values(after)))
    return sorted_by(rows, order, by_index=by_index)


def inbox_cases(
    *,
    view: str,
    user_id: int,
    today: date,
    scope: UnitScope,
    at_most: int,
    text: str = "",
    after: InboxPosition | None = None,
    only: CaseFilter = EVERYTHING,
    sort: str = "",
) -> list[InboxCase]:
    """Return the first ``at_most`` cases of ``inbox`` as list lines, in as many queries as
    ``inbox``.
    """
    order = list_sort(view, sort)
    if text or not COMPILED.issuperset(only.columns):
        # The query depends on the search or the filter, so no compiled statement fits.
        found = inbox(
            view=view, user_id=user_id, today=today, scope=scope,
            text=text, after=after, only=only, sort=sort,
        )  # fmt: skip
        return list(map(InboxCase._make, _lines(found[:at_most], order)))
    asked = _asked(view, order, list_reader(user_id=user_id, today=today, scope=scope), only)
    if after is None:
        return list(map(InboxCase._make, _first_lines(at_most=at_most, **asked)))
    place = position_values(after)
    return list(map(InboxCase._make, _following_lines(at_most=at_most, **asked, **place)))


def inbox_neighbours(
    *,
    view: str,
    user_id: int,
    today: date,
    scope: UnitScope,
    at: InboxPosition,
    text: str = "",
    only: CaseFilter = EVERYTHING,
    sort: str = "",
) -> Neighbours:
    """Return the cases before and after a position in a list; the last case is followed by the
    first.

    ``at``: the position of the case when the list was shown, because the case may have changed
    since. Two queries, and a third at the end of the list.
    """
    reader, order = list_reader(user_id=user_id, today=today, scope=scope), list_sort(view, sort)

    def first(*, is_backwards: bool = False, place: InboxPosition | None = at) -> ListPlace | None:
        given = {} if place is None else position_values(place)
        if text or not COMPILED.issuperset(only.columns):
            rows = _around(
                view, order, reader, only, text=text, place=given, but=at.case_id,
                is_backwards=is_backwards,
            )  # fmt: skip
            found = list(rows)
        elif place is None:
            found = _compiled_top(but=at.case_id, **_asked(view, order, reader, only))
        else:
            found = _compiled_around(
                is_backwards=is_backwards, **given, **_asked(view, order, reader, only)
            )
        return _place(found[0], order) if found else None

    return Neighbours(previous=first(is_backwards=True), following=first() or first(place=None))


@kept_until(CASES, SETTINGS)
def first_places(
    *,
    view: str,
    user_id: int,
    today: date,
    scope: UnitScope,
    at_most: int,
    text: str = "",
    only: CaseFilter = EVERYTHING,
    sort: str = "",
) -> list[PlacedCase]:
    """Return the first ``at_most`` cases of a list; at most one query, and those of a search."""
    order = list_sort(view, sort)
    if text or not COMPILED.issuperset(only.columns):
        rows = inbox(
            view=view, user_id=user_id, today=today, scope=scope, text=text, only=only, sort=sort
        )
        found = list(rows.values_list(*_POSITION_COLUMNS)[:at_most])
    else:
        reader = list_reader(user_id=user_id, today=today, scope=scope)
        found = _first_positions(at_most=at_most, **_asked(view, order, reader, only))
    return list(map(PlacedCase._make, found))


def case_position(complaint: Complaint, *, view: str, sort: str = "") -> InboxPosition:
    """Return the current position of a case in a list."""
    return position_of(complaint, list_sort(view, sort))


def _asked(view: str, order: ListSort, reader: ListReader, only: CaseFilter) -> dict[str, Any]:
    """Return the arguments of a compiled statement for a list."""
    return {
        "view": view,
        "order": order,
        "columns": only.columns,
        "is_scoped": bool(reader.unit_ids),
        "user_id": reader.user_id,
        "unit_ids": reader.unit_ids,
        "today": reader.today,
        "soon_on": reader.soon_on,
        "later_on": reader.later_on,
        "organisation_code": only.organisation_code,
        "category_code": only.category_code,
    }


@compiled_query(by=("view", "order", "at_most", "columns", "is_scoped"))
def _first_lines(
    *,
    view: str,
    order: ListSort,
    at_most: int,
    columns: tuple[str, ...],
    is_scoped: bool,
    user_id: int,
    unit_ids: str,
    today: date,
    soon_on: date,
    later_on: date,
    organisation_code: str,
    category_code: str,
) -> Lines:
    only = equal_filter(columns, locals())
    rows = _rows(view, _reader(locals()), only)
    return _lines(sorted_by(rows, order, by_index=has_index(view, order))[:at_most], order)


@compiled_query(by=("view", "order", "at_most", "columns", "is_scoped"))
def _first_positions(
    *,
    view: str,
    order: ListSort,
    at_most: int,
    columns: tuple[str, ...],
    is_scoped: bool,
    user_id: int,
    unit_ids: str,
    today: date,
    soon_on: date,
    later_on: date,
    organisation_code: str,
    category_code: str,
) -> Lines:
    rows = _rows(view, _reader(locals()), equal_filter(columns, locals()))
    rows = sorted_by(rows, order, by_index=has_index(view, order))
    return rows.values_list(*_POSITION_COLUMNS)[:at_most]


@compiled_query(by=("view", "order", "at_most", "columns", "is_scoped"))
def _following_lines(
    *,
    view: str,
    order: ListSort,
    at_most: int,
    columns: tuple[str, ...],
    is_scoped: bool,
    user_id: int,
    unit_ids: str,
    today: date,
    soon_on: date,
    later_on: date,
    organisation_code: str,
    category_code: str,
    day: date,
    at: datetime,
    case_id: int,
) -> Lines:
    only = equal_filter(columns, locals())
    rows = _rows(view, _reader(locals()), only).filter(
        beyond(order, day=day, at=at, case_id=case_id)
    )
    return _lines(sorted_by(rows, order, by_index=has_index(view, order))[:at_most], order)


@compiled_query(by=("view", "order", "columns", "is_scoped", "is_backwards"))
def _compiled_around(
    *,
    view: str,
    order: ListSort,
    columns: tuple[str, ...],
    is_scoped: bool,
    is_backwards: bool,
    user_id: int,
    unit_ids: str,
    today: date,
    soon_on: date,
    later_on: date,
    organisation_code: str,
    category_code: str,
    day: date,
    at: datetime,
    case_id: int,
) -> Lines:
    return _around(
        view, order, _reader(locals()), equal_filter(columns, locals()),
        place={"day": day, "at": at, "case_id": case_id}, but=case_id, is_backwards=is_backwards,
    )  # fmt: skip


@compiled_query(by=("view", "order", "columns", "is_scoped"))
def _compiled_top(
    *,
    view: str,
    order: ListSort,
    columns: tuple[str, ...],
    is_scoped: bool,
    user_id: int,
    unit_ids: str,
    today: date,
    soon_on: date,
    later_on: date,
    organisation_code: str,
    category_code: str,
    but: int,
) -> Lines:
    return _around(view, order, _reader(locals()), equal_filter(columns, locals()), but=but)


def _around(
    view: str,
    order: ListSort,
    reader: ListReader,
    only: CaseFilter,
    *,
    but: int,
    place: dict[str, Any] | None = None,
    text: str = "",
    is_backwards: bool = False,
) -> Lines:
    rows = _rows(view, reader, only, is_search=bool(text))
    rows, by_index = _searched(rows, view, order, text=text, place=only.place)
    if place:
        rows = rows.filter(beyond(order, **place, is_backwards=is_backwards))
    # The case is also excluded by id, because its sort values may have changed meanwhile.
    rows = sorted_by(rows.exclude(pk=but), order, is_backwards=is_backwards, by_index=by_index)
    return rows.values_list(*_POSITION_COLUMNS)[:1]


def _place(row: tuple[Any, ...], order: ListSort) -> ListPlace:
    placed = PlacedCase._make(row)
    return ListPlace(reference=placed.reference, position=position_of(placed, order))


def _reader(values: dict[str, Any]) -> ListReader:
    """Return the ``ListReader`` that the arguments of a statement describe."""
    return ListReader(
        user_id=values["user_id"],
        unit_ids=values["unit_ids"] if values["is_scoped"] else "",
        today=values["today"],
        soon_on=values["soon_on"],
        later_on=values["later_on"],
    )


def _rows(
    view: str, reader: ListReader, only: CaseFilter, *, is_search: bool = False
) -> QuerySet[Complaint]:
    return Complaint.objects.filter(
        view_condition(view, reader, is_search=is_search), filter_condition(only)
    )


def _lines(rows: QuerySet[Complaint], order: ListSort) -> Lines:
    """Return the rows of a list with the columns of ``InboxCase``, in the order ``order``.

    The inner query reads only an index; PostgreSQL then reads only the rows that are shown.
    """
    *own, _officer = InboxCase._fields
    own[own.index("case_id")] = "id"
    shown = Complaint.objects.filter(pk__in=rows.values("pk"))
    return sorted_by(shown, order).values_list(*own, Coalesce("assignee__name", Value("")))


def _searched(
    rows: QuerySet[Complaint], view: str, order: ListSort, *, text: str, place: str
) -> tuple[QuerySet[Complaint], bool]:
    """Return the rows that match the search, and whether the list's index should be used.

    ``rows`` are already filtered by place. If few cases have the words of the place, the search
    index finds the cases, because a test of every case takes half a second.
    """
    by_index = has_index(view, order)
    if text:
        rows = search_in(rows, text)
        return rows, by_index and _guessed_number(rows) > MAX_SORTED
    if view not in OPEN_VIEWS and (words := place_words(place)):
        found = search_in(rows, " ".join(words))
        if _guessed_number(found) <= MAX_SORTED:
            return found, False
    return rows, by_index


def _guessed_number(rows: QuerySet[Complaint]) -> int:
    """Return the number of rows that PostgreSQL's planner estimates from its statistics."""
    plan = rows.explain(format="json")
    # For a query without results, such as a search for no word, Django makes no plan.
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0
