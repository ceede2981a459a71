"""Casts for values of the database that Python cannot represent, such as a date before Christ.

Without the casts a single such value would make the query of a whole list fail. An extreme date is
read as the nearest allowed date. Constraints refuse such values in new rows
(``shared.rows.value_bounds``).
"""

import json
from datetime import UTC, date, datetime
from typing import Any

import psycopg2
import psycopg2.extensions
from psycopg2.extras import register_default_jsonb

from shared.kernel.clock import FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT

# Allowed times after ``LAST_MOMENT``: columns and queries use both times for "never", and the task
# library uses the first time for "at once".
KNOWN_FAR_MOMENTS = frozenset(
    {datetime(9999, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)}
)
# A shorter JSON text can always be decoded: its numbers and its nesting are within Python's limits.
MIN_UNREADABLE_LENGTH = 900

_MOMENT_OIDS = psycopg2.extensions.PYDATETIMETZ.values
_DAY_OIDS = psycopg2.extensions.PYDATE.values
_FIRST_YEAR, _LAST_YEAR = FIRST_MOMENT.year, LAST_MOMENT.year
_FIRST_YEAR_OF_DAYS = FIRST_DAY.year
_moment_read, _day_read = datetime.fromisoformat, date.fromisoformat


def _moment(text: str | None, cursor: Any) -> datetime | None:
    if text is None:
        return None
    # Pages read hundreds of moments, and Python reads a usual one five times as fast as psycopg2.
    try:
        found = _moment_read(text)
    except ValueError:
        return _rare_moment(text, cursor)
    if _FIRST_YEAR < found.year < _LAST_YEAR and found.tzinfo is UTC:
        return found
    return _rare_moment(text, cursor)


def _rare_moment(text: str, cursor: Any) -> datetime:
    try:
        found: datetime = psycopg2.extensions.PYDATETIMETZ(text, cursor)
    except (ValueError, OverflowError, psycopg2.DataError):
        return FIRST_MOMENT if _is_before(text) else LAST_MOMENT
    if found in KNOWN_FAR_MOMENTS:
        return found
    if found.tzinfo is None:  # infinite
        return FIRST_MOMENT if _is_before(text) else LAST_MOMENT
    return min(max(found, FIRST_MOMENT), LAST_MOMENT)


def _day(text: str | None, cursor: Any) -> date | None:
    if text is None:
        return None
    try:
        found = _day_read(text)
    except ValueError:
        return _rare_day(text, cursor)
    return found if _FIRST_YEAR_OF_DAYS < found.year < _LAST_YEAR else _rare_day(text, cursor)


def _rare_day(text: str, cursor: Any) -> date:
    try:
        found: date = psycopg2.extensions.PYDATE(text, cursor)
    except (ValueError, OverflowError, psycopg2.DataError):
        return FIRST_DAY if _is_before(text) else LAST_DAY
    # The last possible date means "no term".
    if found == date.max and text != "infinity":
        return found
    return min(max(found, FIRST_DAY), LAST_DAY)


def json_text(text: str) -> str:
    """Return a JSON text, or the text of an empty list or object if Python cannot decode it."""
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
