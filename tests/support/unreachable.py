"""An agency whose database node does not answer, without a cluster; the public schema does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg2.extensions
from django.db import connection

from tenants.isolation.backends.base import DatabaseWrapper
from tenants.isolation.backends.cursors import SchemaCursor
from tenants.isolation.errors import AgencyUnreachable
from tenants.models import Agency

RETRY_SECONDS = 20


@contextmanager
def agency_unreachable(*agencies: Agency) -> Iterator[list[str]]:
    """Refuse every statement in these agencies' schemas; yields what was refused, as schemas.

    What takes a transaction back is let through: the coordinator does that by itself.
    """
    away = {agency.schema_name for agency in agencies}
    refused: list[str] = []
    usual = SchemaCursor.execute

    def execute(cursor: SchemaCursor, query: Any, vars: Any = None) -> None:
        schema = cursor.wanted[1][0]
        if schema not in away:
            usual(cursor, query, vars)
        elif isinstance(query, str) and query.startswith(("ROLLBACK", "SAVEPOINT", "RELEASE")):
            psycopg2.extensions.cursor.execute(cursor, query, vars)
        else:
            refused.append(schema)
            raise AgencyUnreachable(schema, retry_after=RETRY_SECONDS)

    with patch.object(SchemaCursor, "execute", execute):
        yield refused


@contextmanager
def commit_unreachable(agency: Agency, *, is_done: bool) -> Iterator[None]:
    """Lose the answer to the end of the next transaction that writes in the agency's schema.

    It was taken back or, with ``is_done``, made. In a test that end is the one of a savepoint.
    """
    depth = len(connection.savepoint_ids)
    usual, usual_end = SchemaCursor.execute, DatabaseWrapper.savepoint_commit
    state = {"wrote": False, "lost": False}

    def execute(cursor: SchemaCursor, query: Any, vars: Any = None) -> None:
        is_there = cursor.wanted[1][0] == agency.schema_name
        state["wrote"] |= is_there and isinstance(query, str) and "INSERT" in query
        usual(cursor, query, vars)

    def end(wrapper: DatabaseWrapper, sid: str) -> None:
        is_last = state["wrote"] and len(wrapper.savepoint_ids) == depth
        if state["lost"] or not is_last:
            usual_end(wrapper, sid)
            return
        state["lost"] = True
        if not is_done:
            wrapper.savepoint_rollback(sid)
        usual_end(wrapper, sid)
        raise AgencyUnreachable(agency.schema_name, retry_after=RETRY_SECONDS)

    with (
        patch.object(SchemaCursor, "execute", execute),
        patch.object(DatabaseWrapper, "savepoint_commit", end),
    ):
        yield
    assert state["lost"]
