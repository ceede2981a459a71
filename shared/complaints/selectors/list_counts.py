"""Counts of the cases in the lists of the inbox, and the categories of the agency's cases."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import FullResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import Col
from django.db.models.sql import Query
from django.db.models.sql.where import WhereNode

from shared.complaints.models import Complaint
from shared.complaints.selectors.list_filters import (
    EVERYTHING,
    CaseFilter,
    equal_filter,
    filter_condition,
)
from shared.complaints.selectors.list_views import (
    INBOX_VIEWS,
    OPEN_VIEWS,
    ListReader,
    list_reader,
    open_cases,
    open_condition,
    scope_of,
    view_condition,
    visible_condition,
)
from shared.complaints.selectors.lists import COMPILED
from shared.complaints.types.lists import CaseCount
from shared.rows.data_versions import CASES, SETTINGS
from shared.rows.kept_values import kept_until
from shared.units.types import UnitScope

# Placeholders in a statement for the officer, the units and the days. No officer and no unit has
# such an id, and no real day is so early.
ANY_USER, ANY_UNITS, ANY_DAY = -1, "{-1}", date.min
ANY_SOON, ANY_LATER = date.min + timedelta(days=1), date.min + timedelta(days=2)
# Placeholders for the codes of a filter; no real code contains such characters.
ANY_CODE = {"organisation_code": "<organisation>", "category_code": "<category>"}
# The cache keeps one statement for each combination of lists and filter columns.
MAX_STATEMENTS = 64
# At most this many open cases are read to count the lists of open cases, and at most this many of
# the latest cases to count a filtered list of all cases. If more exist, the count is "at least".
MAX_OPEN_READ = 20_000
MAX_LATEST_READ = 10_000
# An SQL text with its parameters, some of which are placeholders.
Statement = tuple[str, tuple[Any, ...]]
Asked = tuple[str, CaseFilter]


def inbox_counts(
    *,
    user_id: int,
    today: date,
    scope: UnitScope,
    views: Sequence[str] = INBOX_VIEWS,
    at_most: int,
    only: CaseFilter = EVERYTHING,
) -> dict[str, CaseCount]:
    """Return how many cases each of these views has for an officer; one query at most.

    The count ends at ``at_most``, and only a limited number of cases is read, so the query time
    does not grow with the number of cases.
    """
    reader = list_reader(user_id=user_id, today=today, scope=scope)
    counted = _inbox_counts(reader=reader, views=tuple(views), at_most=at_most, only=only)
    return dict(zip(views, counted, strict=True))


@kept_until(CASES, SETTINGS)
def _inbox_counts(
    *, reader: ListReader, views: tuple[str, ...], at_most: int, only: CaseFilter
) -> list[CaseCount]:
    asked = [(view, only) for view in views]
    if COMPILED.issuperset(only.columns):
        statement = _counts_sql(views, at_most, only.columns, bool(reader.unit_ids))
        answer = _answer(statement, _values(reader, only))
    else:
        answer = _answer(_sql(asked, at_most, reader), {})
    return _counted(asked, answer, at_most)


def saved_counts(
    *,
    user_id: int,
    today: date,
    scope: UnitScope,
    asked: tuple[Asked, ...],
    at_most: int,
) -> list[CaseCount]:
    """Return how many cases each filtered view has, in the order of ``asked``.

    One query at most.
    """
    if not asked:
        return []
    reader = list_reader(user_id=user_id, today=today, scope=scope)
    return list(_saved_counts(reader=reader, asked=asked, at_most=at_most))


@kept_until(CASES, SETTINGS)
def _saved_counts(*, reader: ListReader, asked: tuple[Asked, ...], at_most: int) -> list[CaseCount]:
    return _counted(asked, _answer(_sql(asked, at_most, reader), {}), at_most)


def categories_present() -> list[str]:
    """Return the category codes of this agency's cases; one index lookup for each code."""
    with connection.cursor() as cursor:
        cursor.execute(CATEGORIES_PRESENT)
        return [code for (code,) in cursor.fetchall()]


# The query looks up one code after the other in the index; a plain DISTINCT would read all cases.
CATEGORIES_PRESENT = """
    WITH RECURSIVE present (code) AS (
        (SELECT category_code FROM complaints_complaint WHERE category_code > ''
         ORDER BY category_code LIMIT 1)
      UNION ALL
        SELECT (SELECT category_code FROM complaints_complaint
                WHERE category_code > present.code
                ORDER BY category_code LIMIT 1)
        FROM present WHERE present.code IS NOT NULL
    )
    SELECT code FROM present WHERE code IS NOT NULL
"""


def _counted(asked: Sequence[Asked], answer: Sequence[int], at_most: int) -> list[CaseCount]:
    """Return the count of each list from a result row of ``_sql``."""
    open_read, latest_read, *numbers = answer
    is_cut = dict.fromkeys(OPEN_VIEWS, open_read >= MAX_OPEN_READ)
    is_cut["all"] = latest_read >= MAX_LATEST_READ
    return [
        CaseCount(min(number, at_most), number > at_most or is_cut.get(view, False))
        for (view, _only), number in zip(asked, numbers, strict=True)
    ]


def _answer(statement: Statement, values: Mapping[Any, Any]) -> tuple[int, ...]:
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(sql, [values.get(one, one) for one in params])
        answer: tuple[int, ...] = cursor.fetchone()
    return answer


def _values(reader: ListReader, only: CaseFilter) -> dict[Any, Any]:
    """Return the value for each placeholder of a statement."""
    return {
        ANY_USER: reader.user_id,
        ANY_UNITS: reader.unit_ids,
        ANY_DAY: reader.today,
        ANY_SOON: reader.soon_on,
        ANY_LATER: reader.later_on,
        **{mark: getattr(only, name) for name, mark in ANY_CODE.items()},
    }


@lru_cache(maxsize=MAX_STATEMENTS)
def _counts_sql(
    views: tuple[str, ...], at_most: int, columns: tuple[str, ...], is_scoped: bool
) -> Statement:
    """Return the statement that counts views, with placeholders among its parameters.

    The statement is cached, because Django takes longer to build a statement than PostgreSQL to run
    it.
    """
    only = equal_filter(columns, ANY_CODE)
    reader = ListReader(
        user_id=ANY_USER,
        unit_ids=ANY_UNITS if is_scoped else "",
        today=ANY_DAY,
        soon_on=ANY_SOON,
        later_on=ANY_LATER,
    )
    return _sql([(view, only) for view in views], at_most, reader)


def _sql(asked: Sequence[Asked], at_most: int, reader: ListReader) -> Statement:
    """Return a statement that counts the open and latest cases read, and the cases of each list."""
    places = list(enumerate(asked))
    open_ones = {number: one for number, one in places if one[0] in OPEN_VIEWS}
    wide = {number: one for number, one in places if _is_wide(one, reader)}
    parts: list[Statement] = [("held.cases, latest.cases", ())]
    for number, (view, only) in places:
        if number in open_ones:
            parts.append((f"held.in_{number}", ()))
        elif number in wide:
            parts.append((f"latest.in_{number}", ()))
        else:
            parts.append(_one_sql(view, only, at_most, reader))
    held, latest = _open_sql(open_ones, reader), _latest_sql(wide, reader)
    counted = ", ".join(sql for sql, _params in parts)
    return (
        f"SELECT {counted} FROM {held[0]} AS held, {latest[0]} AS latest",  # noqa: S608
        tuple(one for _sql, params in (*parts, held, latest) for one in params),
    )


def _is_wide(one: Asked, reader: ListReader) -> bool:
    """Return whether counting a list may need to search all cases."""
    view, only = one
    return view == "all" and bool(only or reader.unit_ids)


def _open_sql(asked: Mapping[int, Asked], reader: ListReader) -> Statement:
    """Return the SQL that reads the open cases once, and counts all open cases and each list.

    Separate queries for the lists would read most of the cases a dozen times.
    """
    rows = open_cases(reader).filter(visible_condition("open", reader))
    filters = {only for _view, only in asked.values()}
    is_of_all = len(filters) == 1
    if is_of_all:
        rows = rows.filter(filter_condition(*filters))
    conditions = {
        number: open_condition(view, reader) & (Q() if is_of_all else filter_condition(only))
        for number, (view, only) in asked.items()
    }
    return _numbers_sql(rows, conditions, MAX_OPEN_READ)


def _latest_sql(asked: Mapping[int, Asked], reader: ListReader) -> Statement:
    """Return the SQL that counts each of these lists among the latest cases."""
    if not asked:
        return "(SELECT 0 AS cases)", ()
    rows = Complaint.objects.order_by("-received_at", "-id")
    conditions = {
        number: scope_of(reader) & filter_condition(only) for number, (_view, only) in asked.items()
    }
    return _numbers_sql(rows, conditions, MAX_LATEST_READ)


def _numbers_sql(rows: QuerySet[Complaint], conditions: Mapping[int, Q], limit: int) -> Statement:
    """Return the SQL that counts the first ``limit`` rows, and the rows that meet each condition.

    The subquery has the name of the rows' table, because the conditions refer to that name.
    """
    queries = {
        f"in_{number}": Complaint.objects.filter(one).query for number, one in conditions.items()
    }
    # Only compared columns are selected, because PostgreSQL would copy each other column too.
    columns = {name for query in queries.values() for name in _columns_of(query.where)}
    read, read_params = rows.values_list(*sorted(columns | {"pk"}))[:limit].query.sql_with_params()
    counted = {name: _where_sql(query) for name, query in queries.items()}
    numbers = ", ".join(
        ["count(*) AS cases"]
        + [f"count(*) FILTER (WHERE {sql}) AS {name}" for name, (sql, _params) in counted.items()]
    )
    return (
        f'(SELECT {numbers} FROM ({read}) AS "{Complaint._meta.db_table}")',  # noqa: S608
        tuple(one for _sql, params in counted.values() for one in params) + read_params,
    )


def _columns_of(where: WhereNode) -> set[str]:
    """Return the names of the columns that a condition compares."""
    parts = (part for leaf in where.leaves() for part in leaf.flatten())
    return {part.target.attname for part in parts if isinstance(part, Col)}


def _where_sql(query: Query) -> Statement:
    try:
        sql, params = query.get_compiler(DEFAULT_DB_ALIAS).compile(query.where)
    except FullResultSet:
        return "TRUE", ()
    return sql, tuple(params)


def _one_sql(view: str, only: CaseFilter, at_most: int, reader: ListReader) -> Statement:
    """Return the SQL that counts one list in a query of its own."""
    sql, params = (
        Complaint.objects.filter(view_condition(view, reader), filter_condition(only))
        .order_by()
        .values("pk")[: at_most + 1]
        .query.sql_with_params()
    )
    return f"(SELECT count(*) FROM ({sql}) AS one)", params  # noqa: S608
