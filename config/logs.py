"""What a log line carries beyond its message."""

import re

from django.db import connection
from structlog.typing import EventDict, WrappedLogger

# What follows these in an address opens somebody's request or answers.
_KEYS = re.compile(r"(/(?:open|rate|promise|email|receipt|later)/)[^/\s?]{20,}")


def hide_keys(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Leave secret parts of addresses out: a refused form is logged with its address."""
    event["event"] = _KEYS.sub(r"\1…", str(event["event"]))
    return event


def add_schema(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Name the schema in which the line was written: the first question about any fault."""
    event["schema"] = getattr(connection, "schema_name", None)
    return event
