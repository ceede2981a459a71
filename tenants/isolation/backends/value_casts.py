"""Casts that read database values which PostgreSQL can store and Python cannot.

A time in the year 4000 BC, an infinite date or a number of five thousand digits in a JSON text
would make a whole list fail. Constraints refuse such values in new rows
(``shared.rows.value_bounds``); an older value is read as the nearest allowed value.
"""

import json
from datetime import UTC, date, datetime
from typing import Any

import psycopg2
import psycopg2.extensions
from psycopg2.extras import register_default_jsonb

from shared.kernel.clock import FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT

# Columns and comparisons use these for "never"; the task library uses the first for "at once".
KNOWN_FAR_MOMENTS = frozenset(
    {datetime(9999, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)}
)
# A shorter text has no number and no nesting that Python's decoder refuses.
MIN_UNREADABLE_LENGTH = 900

_MOMENT_OIDS = psycopg2.extensions.PYDATETIMETZ.values
_DAY_OIDS = psycopg2.extensions.PYDATE.values


def _moment(text: str | None, cursor: Any) -> datetime | None:
    if text is None:
        return None
    try:
        found: datetime = psycopg2.extensions.PYDATETIMETZ(text, cursor)
    except (ValueError, OverflowError, psycopg2.DataError):
        return FIRST_MOMENT if _is_before(text) else LAST_MOMENT
    # Only the year is compared for most values, which takes a tenth of the time.
    if FIRST_MOMENT.year < found.year < LAST_MOMENT.year or found in KNOWN_FAR_MOMENTS:
        return found
    if found.tzinfo is None:  # infinite
        return FIRST_MOMENT if _is_before(text) else LAST_MOMENT
    return min(max(found, FIRST_MOMENT), LAST_MOMENT)


def _day(text: str | None, cursor: Any) -> date | None:
    if text is None:
        return None
    try:
        found: date = psycopg2.extensions.PYDATE(text, cursor)
    except (ValueError, OverflowError, psycopg2.DataError):
        return FIRST_DAY if _is_before(text) else LAST_DAY
    # The last possible date means "no term".
    if FIRST_DAY <= found <= LAST_DAY or (found == date.max and text != "infinity"):
        return found
    return min(max(found, FIRST_DAY), LAST_DAY)


def json_text(text: str) -> str:
    """Return a JSON text, or an empty list or object if Python cannot decode the text."""
    if len(text) < MIN_UNREADABLE_LENGTH:
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return "[]" if text.startswith("[") else "{}"
    return text


def _is_before(text: str) -> bool:
    return text.endswith("BC") or text.startswith("-")


MOMENT = psycopg2.extensions.new_type(_MOMENT_OIDS, "BOUNDED_MOMENT", _moment)
DAY = psycopg2.extensions.new_type(_DAY_OIDS, "BOUNDED_DAY", _day)


def casts_register(connection: Any) -> None:
    """Register the casts of timestamps, dates and JSON on a new connection."""
    psycopg2.extensions.register_type(MOMENT, connection)
    psycopg2.extensions.register_type(DAY, connection)
    register_default_jsonb(conn_or_curs=connection, loads=json_text)
