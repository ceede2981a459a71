"""The fields and formats of log lines, and the removal of personal data and secrets.

Logs are stored outside the database, for longer, and other people read them: no line contains what
a person wrote, who the person is, or a key that opens the request. gunicorn's lines are filtered
too.
"""

import logging
import re
import traceback
from collections.abc import Iterator

import psycopg2
from django.db import Error, connection
from structlog.typing import EventDict, WrappedLogger

HIDDEN = "…"
# A secret segment of a path is at least 16 characters long and has a digit or a capital letter, as
# all keys, signed values, references and row numbers have.
_KEYS = re.compile(r"""(?<=/)(?=[^/\s?#"'<>]*[0-9A-Z])[^/\s?#"'<>]{16,}""")
_QUERIES = re.compile(r"""(/[^\s?#"'<>]*\?)[^\s"'<>]+""")
_MAILBOXES = re.compile(r"""[^\s@<>"'(),;:/]+@[^\s@<>"'(),;:/]+""")
_REFERENCES = re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?!\d)")

# SQLSTATE classes whose messages have no personal data: server errors and missing tables.
_ABOUT_THE_SERVER = ("08", "53", "57")
_ABOUT_TABLES = frozenset({"42501", "42P01", "42703"})


def scrub(text: str) -> str:
    """Return the text without keys, queries, e-mail addresses and references."""
    text = _QUERIES.sub(rf"\1{HIDDEN}", text)
    for pattern in (_KEYS, _MAILBOXES, _REFERENCES):
        text = pattern.sub(HIDDEN, text)
    return text


def hide_keys(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Remove secret parts of addresses from the log line, such as the address of a refused form."""
    event["event"] = scrub(str(event["event"]))
    return event


def format_error(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Add the traceback of an error, without the row values in the database's message."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = error_text(error)
    return event


def error_text(error: BaseException) -> str:
    """Return the traceback of an error and of its causes, the earliest cause first."""
    parts = [
        f"{''.join(traceback.format_tb(one.__traceback__))}{type(one).__qualname__}: {_words(one)}"
        for one in _chain(error)
    ]
    return "\n\n".join(reversed(parts))


def add_schema(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Add the name of the database schema in which the line was logged."""
    event["schema"] = getattr(connection, "schema_name", None)
    return event


class PlainFormatter(logging.Formatter):
    """The formatter of gunicorn's own loggers, which hides secrets as well."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a line as the base class does, without secrets."""
        return scrub(super().format(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - the base's name
        """Return the traceback as ``error_text`` writes it."""
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
        # Only the first line is kept, because the next lines have the SQL statement and the row.
        text = str(error)
        is_database = isinstance(error, Error | psycopg2.Error)
        return scrub(text.partition("\n")[0] if is_database else text)
    places = (source.diag.table_name, source.diag.column_name, source.diag.constraint_name)
    return " ".join(["SQLSTATE", code, *filter(None, places)])
