"""How many cases the lists of the inbox hold, and which categories their cases have."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q

from shared.complaints.enums import OPEN
from shared.complaints.models import Complaint
from shared.complaints.selectors.lists import (
    EVERYTHING,
    INBOX_VIEWS,
    OPEN_VIEWS,
    CaseFilter,
    open_condition,
    view_condition,
)

# Stand in a statement for the officer and the day: no row has such a number, no day is so early.
ANY_USER, ANY_DAY = -1, date.min
# The same for the codes of a filter: no code has such a sign.
ANY_CODE = {"organisation_code": "<organisation>", "category_code": "<category>"}
# One for each choice of lists and columns of a filter that some page counts.
MAX_STATEMENTS = 64
# So many open cases are read in the time that it takes to plan the counts of all lists.
FEW_OPEN = 300
# A text with its parameters, and what to put in the place of some of them.
Statement = tuple[str, tuple[int | str | date, ...]]
Values = dict[int | str | date, int | str | date]


def inbox_counts(
    *,
    user_id: int,
    today: date,
    views: Sequence[str] = INBOX_VIEWS,
    at_most: int | None = None,
    only: CaseFilter = EVERYTHING,
) -> dict[str, int]:
    """How many cases each of these views holds; one query, two where many cases are open.

    Nothing is counted beyond ``at_most``: without it, the cost grows with the cases.
    """
    values: Values = {
        ANY_USER: user_id,
        ANY_DAY: today,
        **{mark: getattr(only, name) for name, mark in ANY_CODE.items()},
    }
    if at_most is not None:
        few = min(at_most, FEW_OPEN)
        read, *counts = _answer(
            _counts_of_few_sql(tuple(views), at_most, few, only.columns), values
        )
        if read < few:
            return dict(zip(views, counts, strict=True))
    counts = list(_answer(_counts_sql(tuple(views), at_most, only.columns), values))
    return dict(zip(views, counts, strict=True))


def categories_present() -> list[str]:
    """The codes of the categories of this agency's cases; a look-up by index for each of them."""
    with connection.cursor() as cursor:
        cursor.execute(CATEGORIES_PRESENT)
        return [code for (code,) in cursor.fetchall()]


# From one code to the next by its index: read one by one, all cases would be read. That a code is
# not blank is said although it follows: the index holds no blank ones, and PostgreSQL would not use
# it.
CATEGORIES_PRESENT = """
    WITH RECURSIVE present (code) AS (
        (SELECT category_code FROM complaints_complaint WHERE category_code <> ''
         ORDER BY category_code LIMIT 1)
      UNION ALL
        SELECT (SELECT category_code FROM complaints_complaint
                WHERE category_code <> '' AND category_code > present.code
                ORDER BY category_code LIMIT 1)
        FROM present WHERE present.code IS NOT NULL
    )
    SELECT code FROM present WHERE code IS NOT NULL
"""


def _answer(statement: Statement, values: Values) -> tuple[int, ...]:
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(sql, [values.get(one, one) for one in params])
        answer: tuple[int, ...] = cursor.fetchone()
    return answer


@lru_cache(maxsize=MAX_STATEMENTS)
def _counts_sql(views: tuple[str, ...], at_most: int | None, columns: tuple[str, ...]) -> Statement:
    """The statement with ``ANY_USER`` and ``ANY_DAY`` among its parameters.

    Written once: to build it anew for each page takes longer than PostgreSQL needs to answer it.
    """
    parts = [_count_sql(view, at_most, columns) for view in views]
    counted = ", ".join(sql for sql, _params in parts)
    return f"SELECT {counted}", tuple(one for _sql, params in parts for one in params)


@lru_cache(maxsize=MAX_STATEMENTS)
def _counts_of_few_sql(
    views: tuple[str, ...], at_most: int, few: int, columns: tuple[str, ...]
) -> Statement:
    """The same with the number of open cases that were read before the others.

    The open ones are read once, ``few`` of them, and all lists of open cases counted among them: to
    plan each list by itself takes PostgreSQL longer than to read them. Where not all were read, the
    counts are too small.
    """
    parts = [
        (f"count(*) FILTER (WHERE in_{view})", ())
        if view in OPEN_VIEWS
        else _count_sql(view, at_most, columns)
        for view in views
    ]
    is_in = {
        f"in_{view}": ExpressionWrapper(open_condition(view, ANY_USER, ANY_DAY), BooleanField())
        for view in OPEN_VIEWS
    }
    read, params = (
        Complaint.objects.filter(_any_of(columns), status__in=OPEN)
        .annotate(**is_in)
        .values_list(*is_in)[:few]
        .query.sql_with_params()
    )
    counted = ", ".join(["count(*)", *(sql for sql, _params in parts)])
    return (
        f"SELECT {counted} FROM ({read}) AS held",  # noqa: S608
        (*(one for _sql, given in parts for one in given), *params),
    )


def _count_sql(view: str, at_most: int | None, columns: tuple[str, ...]) -> Statement:
    sql, params = (
        Complaint.objects.filter(_any_of(columns), view_condition(view, ANY_USER, ANY_DAY))
        .values("pk")[:at_most]
        .query.sql_with_params()
    )
    return f"(SELECT count(*) FROM ({sql}) AS held)", params  # noqa: S608


def _any_of(columns: tuple[str, ...]) -> Q:
    return Q(**{name: ANY_CODE[name] for name in columns})
