"""The fields and formats of log lines, and the removal of personal data and secrets.

More people can read the logs than the database. So no line of a log may contain a citizen's text,
a citizen's name or a key that opens a request.
"""

import logging
import re
import traceback
from collections.abc import Iterator

import psycopg2
from django.db import Error, connection
from structlog.typing import EventDict, WrappedLogger

HIDDEN = "…"
# The pattern of a secret segment of a path: at least 16 characters, with a digit or a capital
# letter.
_KEYS = re.compile(r"""(?<=/)(?=[^/\s?#"'<>]*[0-9A-Z])[^/\s?#"'<>]{16,}""")
_QUERIES = re.compile(r"""(/[^\s?#"'<>]*\?)[^\s"'<>]+""")
_MAILBOXES = re.compile(r"""[^\s@<>"'(),;:/]+@[^\s@<>"'(),;:/]+""")
_REFERENCES = re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?!\d)")

# The classes and codes of database errors whose messages have no personal data.
_ABOUT_THE_SERVER = ("08", "53", "57")
_ABOUT_TABLES = frozenset({"42501", "42P01", "42703"})


def scrub(text: str) -> str:
    """Return a text without secret keys, query strings, e-mail addresses and references."""
    text = _QUERIES.sub(rf"\1{HIDDEN}", text)
    for pattern in (_KEYS, _MAILBOXES, _REFERENCES):
        text = pattern.sub(HIDDEN, text)
    return text


def hide_keys(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Remove secret keys and personal data from the text of a log line."""
    event["event"] = scrub(str(event["event"]))
    return event


def format_error(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Add the traceback of an error to a log line, without values of database rows."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = error_text(error)
    return event


def error_text(error: BaseException) -> str:
    """Return the tracebacks of an error and its causes, with the first cause first."""
    parts = [
        f"{''.join(traceback.format_tb(one.__traceback__))}{type(one).__qualname__}: {_words(one)}"
        for one in _chain(error)
    ]
    return "\n\n".join(reversed(parts))


def add_schema(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Add the name of the active database schema to a log line."""
    event["schema"] = getattr(connection, "schema_name", None)
    return event


class PlainFormatter(logging.Formatter):
    """A formatter for gunicorn's loggers that removes secret keys and personal data."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a log line without secret keys and personal data."""
        return scrub(super().format(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - the base's name
        """Return the traceback of an error, without values of database rows."""
        error = ei[1] if isinstance(ei, tuple) else None
        return error_text(error) if isinstance(error, BaseException) else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _words(error: BaseException) -> str:
    source = error.__cause__ if isinstance(error, Error) else error
    code = source.pgcode if isinstance(source, psycopg2.Error) else None
    if (
        not isinstance(source, psycopg2.Error)
        or code is None
        or code in _ABOUT_TABLES
        or code.startswith(_ABOUT_THE_SERVER)
    ):
        # The next lines of a database error are removed, because they contain the SQL and the row.
        text = str(error)
        is_database = isinstance(error, Error | psycopg2.Error)
        return scrub(text.partition("\n")[0] if is_database else text)
    places = (source.diag.table_name, source.diag.column_name, source.diag.constraint_name)
    return " ".join(["SQLSTATE", code, *filter(None, places)])
