"""What a log line carries beyond its message."""

from django.db import connection
from structlog.typing import EventDict, WrappedLogger


def add_schema(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Name the schema in which the line was written: the first question about any fault."""
    event["schema"] = getattr(connection, "schema_name", None)
    return event
