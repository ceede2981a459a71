"""Cursors whose statements run in one schema, and that detect a lost connection."""

import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import psycopg2
import psycopg2.extensions

from shared.kernel.statement_counter import SENT
from shared.rows.repeated_sql import RepeatedSql
from tenants.isolation.backends.prepared_statements import may_prepare

if TYPE_CHECKING:
    from tenants.isolation.backends.base import DatabaseWrapper

# Commands that are sent in one message with the change of schema; PostgreSQL refuses VACUUM, for
# example, in a message with other statements.
_TOGETHER = re.compile(
    r"(?:/\*[^*]*\*/)?\s*\(?\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE
)

# The role to set, and the schemas of the search path.
Schemas = tuple[str | None, tuple[str, ...]]


class SchemaCursor(psycopg2.extensions.cursor):
    """A cursor whose statements all run in the schema that was active when the cursor was created.

    If the connection is in another schema, the cursor sends the change of schema together with the
    statement, in one round trip.
    """

    wrapper: "DatabaseWrapper"
    wanted: Schemas

    def execute(self, query: Any, vars: Any = None) -> None:
        """Execute a statement as psycopg2 does. Raises ``OperationalError`` for a lost connection.

        In a cluster, raises ``AgencyUnreachable`` when the node of the schema does not answer.
        """
        if self.wrapper.cluster is None:
            self._send(query, self._execute, query, vars)
        else:
            with self.wrapper.cluster.statement(self.wanted[1][0], query):
                self._send(query, self._execute, query, vars)

    def _send(self, query: Any, send: Callable[..., None], *given: Any, **named: Any) -> None:
        wrapper = self.wrapper
        SENT.statements += 1
        if isinstance(query, str) and "statement_timeout" in query:
            # The statement sets its own time limit for the rest of its transaction.
            wrapper.has_own_limit = True
        wrapper.await_answer()
        if wrapper.cluster is not None:
            wrapper.cluster.require_answering()
        try:
            send(*given, **named)
        except psycopg2.Error as error:
            wrapper.raise_if_lost(error)
            raise
        finally:
            wrapper.watch.until = 0.0
        wrapper.answered_at = wrapper.breaker.answered_at = time.monotonic()
        self._count_rows()

    def _send_rows(self, send: Callable[..., None], *given: Any, **named: Any) -> None:
        """Call a method of psycopg2 that transfers many rows, without the client's time limit."""
        cluster, wrapper = self.wrapper.cluster, self.wrapper
        SENT.statements += 1
        asked = nullcontext() if cluster is None else cluster.statement(self.wanted[1][0], None)
        with asked, wrapper.wrap_database_errors:
            try:
                send(*given, **named)
            except psycopg2.Error as error:
                wrapper.raise_if_lost(error)
                raise
        self._count_rows()

    def _count_rows(self) -> None:
        # psycopg2 sets -1 where a statement has no rows.
        if (rows := self.rowcount) > 0:
            SENT.rows += rows

    def _execute(self, query: Any, vars: Any) -> None:
        wrapper = self.wrapper
        is_together = isinstance(query, str) and _TOGETHER.match(query) is not None
        raised = "" if wrapper.cluster is not None else self._version_raise(query)
        if is_repeated := isinstance(query, RepeatedSql) and may_prepare(wrapper):
            query = wrapper.prepared.text(self.wanted, query)
        if raised:
            query = f"{raised}; {query}"
        self._execute_here(query, vars, is_together=is_together)
        if is_repeated:
            wrapper.prepared.done()

    def _execute_here(self, query: Any, vars: Any, *, is_together: bool) -> None:
        wrapper = self.wrapper
        if wrapper.in_force == self.wanted:
            super().execute(query, vars)
        elif is_together:
            change = wrapper.change_to(self.wanted)
            super().execute(f"{change}; {query}", vars)
            # The change of schema is recorded only after success, because PostgreSQL undoes the
            # change when the statement fails.
            wrapper.has_entered(self.wanted)
        else:
            self.enter()
            super().execute(query, vars)

    def _version_raise(self, query: Any) -> str:
        wrapper = self.wrapper
        return wrapper.changes.before(self.wanted, query, is_alone=wrapper.autocommit)

    def _note_change(self, query: Any) -> None:
        """Record a change of rows that other methods than ``execute`` have sent."""
        if self.wrapper.cluster is None and (raised := self._version_raise(query)):
            super().execute(raised)

    def executemany(self, query: Any, vars_list: Any) -> None:
        """Execute a statement with many sets of values as psycopg2 does."""
        self.enter()
        self._send_rows(super().executemany, query, vars_list)
        self._note_change(query)

    def copy_expert(self, *args: Any, **kwargs: Any) -> None:
        """Copy rows with COPY as psycopg2 does."""
        self.enter()
        self._send_rows(super().copy_expert, *args, **kwargs)
        self._note_change(args[0])

    def callproc(self, *args: Any) -> None:
        """Call a procedure as psycopg2 does."""
        self.enter()
        super().callproc(*args)

    def enter(self) -> None:
        """Change the connection to the cursor's schema with a separate statement."""
        wrapper = self.wrapper
        if wrapper.in_force == self.wanted:
            return
        try:
            super().execute(wrapper.change_to(self.wanted))
        except psycopg2.InternalError:
            # The transaction has already failed, and PostgreSQL refuses all statements but the
            # rollback, so the error can be ignored here.
            wrapper.in_force = None
        else:
            wrapper.has_entered(self.wanted)
