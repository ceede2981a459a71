"""A database backend that sets an agency's role and search path together with each statement.

The search path decides only in which schemas PostgreSQL finds tables. The role makes PostgreSQL
refuse the tables of other agencies.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg2
import psycopg2.extensions
from django.db import DatabaseError, NotSupportedError
from django.db.backends.base.base import NO_DB_ALIAS
from django_tenants.postgresql_backend import base
from django_tenants.utils import get_public_schema_name, quote_schema_name

from shared.kernel import clock
from shared.kernel.errors import ClockWrong
from tenants.isolation.backends.circuit_breaker import circuit_breaker_of
from tenants.isolation.backends.cluster_calls import ClusterCalls
from tenants.isolation.backends.connection_timeouts import (
    CONNECTION_MONITOR,
    NO_TIMEOUT,
    ResponseTimeout,
    SocketTimeout,
    is_lost,
    statement_seconds,
)
from tenants.isolation.backends.cursors import SchemaCursor, Schemas
from tenants.isolation.backends.data_changes import DataChanges
from tenants.isolation.backends.database_nodes import connected, nodes_of
from tenants.isolation.backends.deferred_check import DEFERRED_CHECK
from tenants.isolation.backends.prepared_statements import PreparedStatements
from tenants.isolation.backends.schema_changes import OwnerCreation, RecordingEditor
from tenants.isolation.backends.value_casts import casts_register
from tenants.isolation.errors import AgencyUnreachable

# The schema of a session's temporary tables.
TEMPORARY = "pg_temp"

# PostgreSQL cuts off a longer name without an error, so two agencies could share a role.
MAX_NAME_LENGTH = 63

# A connection whose last answer is no older than this is not pinged, to save half of all queries.
FRESH_SECONDS = 1.0

# A connection that has used more schemas is closed: PostgreSQL keeps the definitions of their
# tables in memory until the connection ends, 0.4 MB for each schema with a filing.
MAX_SCHEMAS = 350

# Time limits of a ping on an old connection (PING) and on a new connection (FIRST).
PING_SECONDS = 1.0
FIRST_SECONDS = 1.75

# The Retry-After header, in seconds, of a write refused because this server's time is wrong.
CLOCK_SECONDS = 60

logger = logging.getLogger(__name__)


_is_told = False


def role_name(database: str, schema: str) -> str:
    """Return the name of the database role for a schema."""
    name = f"{database}_{schema}"
    if len(name) > MAX_NAME_LENGTH:
        raise NotSupportedError(f"the role name {name} is longer than {MAX_NAME_LENGTH} characters")
    return name


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that records which role and search path are in force on the server."""

    creation_class = OwnerCreation
    SchemaEditorClass = RecordingEditor
    listener: Callable[[str], None] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.in_force: Schemas | None = None
        self.answered_at = 0.0
        self.entered: set[Schemas] = set()
        self.watch: ResponseTimeout = NO_TIMEOUT
        self.has_own_limit = False
        self.is_lost = False
        self.health_check_done = False
        self._owner_depth = 0
        self.cluster: ClusterCalls | None = None
        self.changes = DataChanges()
        self.prepared = PreparedStatements()
        super().__init__(*args, **kwargs)
        self.breaker = circuit_breaker_of(self.settings_dict)
        self.limit = statement_seconds(self.settings_dict)

    @property
    def takes_roles(self) -> bool:
        """Return whether this connection sets the role of its schema."""
        return (
            bool(self.settings_dict.get("ROLES"))
            and self.alias != NO_DB_ALIAS
            and not self.is_owner
        )

    @property
    def is_owner(self) -> bool:
        """Return whether the connection works with the login's own rights (``as_owner``)."""
        return self._owner_depth > 0

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Run the block with the rights of the login itself, without a role."""
        self._owner_depth += 1
        try:
            yield
        finally:
            self._owner_depth -= 1

    @contextmanager
    def statements_to(self, listener: Callable[[str], None]) -> Iterator[None]:
        """Pass the SQL of the block's schema editors to ``listener``."""
        self.listener = listener
        try:
            yield
        finally:
            self.listener = None

    def init_connection_state(self) -> None:
        """Reset the recorded role of a new connection, and measure the database's time."""
        self.in_force = None
        self.entered.clear()
        self.prepared = PreparedStatements()
        with self.answer_awaited(FIRST_SECONDS):
            super().init_connection_state()
            self.measure_clock()

    def is_usable(self) -> bool:
        """Ping with the query that measures the database's time; return whether it is answered."""
        if self.connection is None:
            return False
        try:
            with self.answer_awaited(PING_SECONDS, is_ping=True):
                self.measure_clock()
        except psycopg2.Error:
            self.is_lost = False
            return False
        return True

    def measure_clock(self) -> None:
        """Measure the difference between the times of this server and of the database.

        Raises the errors of psycopg2.
        """
        with self.connection.cursor() as cursor:
            began = time.monotonic()
            cursor.execute("SELECT clock_timestamp()")
            ended = time.monotonic()
            (moment,) = cursor.fetchone()
        clock.anchor(database_time=moment, began=began, ended=ended)

    def require_clock(self) -> None:
        """Require that the time of this server agrees with the time of the database.

        Raises ``ClockWrong`` if the times differ too much; the error is logged once.
        """
        global _is_told  # once a process is the point
        if clock.is_measurement_due():
            self.ensure_connection()
            with self.wrap_database_errors, self.answer_awaited(PING_SECONDS):
                self.measure_clock()
        is_wrong = clock.is_wrong()
        if is_wrong and not _is_told:
            logger.error(
                "clock: %+d s from the database's; nothing is written",
                round(clock.offset().total_seconds()),
            )
        elif _is_told and not is_wrong:
            logger.warning("clock: right again; writing goes on")
        _is_told = is_wrong
        if is_wrong:
            raise ClockWrong(retry_after=CLOCK_SECONDS)

    def connect(self) -> None:
        """Connect as Django does, and run the start check if it was deferred."""
        super().connect()
        try:
            DEFERRED_CHECK.require()
        except psycopg2.Error:
            self.close()
            raise

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection. Raises ``ServerSilent`` if the circuit breaker refuses."""
        # The settings are read here because they may have changed since the start.
        self.breaker = circuit_breaker_of(self.settings_dict)
        self.limit = statement_seconds(self.settings_dict)
        with self.breaker.admitted():
            try:
                made = super().get_new_connection(conn_params)
            except psycopg2.OperationalError:
                self.breaker.fail()
                raise
        casts_register(made)
        self.cluster = self._cluster_calls(conn_params)
        self._forget_watch()
        self.watch = watch = SocketTimeout(made)
        CONNECTION_MONITOR.add(watch)
        return made

    def await_answer(self) -> None:
        """Start the time limit for an answer; after the limit the connection is closed."""
        if self.limit and not self._owner_depth and not self.has_own_limit:
            self.watch.until = time.monotonic() + self.limit

    @contextmanager
    def answer_awaited(self, seconds: float, *, is_ping: bool = False) -> Iterator[None]:
        """Close the connection if the block has no answer from the server within ``seconds``.

        With ``is_ping``, a missing answer does not open the circuit breaker.
        """
        self.watch.until = time.monotonic() + seconds
        try:
            yield
        except psycopg2.Error as error:
            self.raise_if_lost(error, is_ping=is_ping)
            raise
        finally:
            self.watch.until = 0.0
        self.answered_at = self.breaker.answered_at = time.monotonic()

    def raise_if_lost(self, error: BaseException, *, is_ping: bool = False) -> None:
        """Raise ``OperationalError`` when ``error`` means that the connection is lost.

        psycopg2 may raise another error for a lost connection, and callers retry only
        ``OperationalError``. Raises ``AgencyUnreachable`` for a lost node of a cluster.
        """
        was_cut, self.watch.was_cut = self.watch.was_cut, False
        is_closed = self.connection is not None and self.connection.closed
        # psycopg2 raises its base class without a code when it cannot read the server's answer.
        is_unknown = type(error) is psycopg2.DatabaseError and not getattr(error, "pgcode", None)
        if self.cluster is not None:
            self.cluster.raise_if_unreachable(error, was_cut=was_cut, is_closed=is_closed)
        if not (was_cut or is_closed or is_unknown or is_lost(error)):
            return
        # With this time Django closes the connection after the request. A new connection is
        # needed to reach a new primary.
        self.close_at = time.monotonic()
        if was_cut and not is_ping:
            self.breaker.fail()
        self.is_lost = not was_cut
        raise psycopg2.OperationalError(
            "the database has not answered in time" if was_cut else str(error)
        ) from error

    def close(self) -> None:
        """Close the connection and reset its recorded role and time limits."""
        self.in_force = None
        self.answered_at = 0.0
        self.cluster = None
        self.has_own_limit = False
        self.changes = DataChanges()
        self.prepared = PreparedStatements()
        self._forget_watch()
        super().close()

    def _forget_watch(self) -> None:
        if isinstance(self.watch, SocketTimeout):
            CONNECTION_MONITOR.remove(self.watch)
            self.watch = NO_TIMEOUT

    def _cluster_calls(self, conn_params: dict[str, Any]) -> ClusterCalls | None:
        if not self.settings_dict.get("CLUSTER") or self.alias == NO_DB_ALIAS:
            return None
        database, has_roles = self.settings_dict["NAME"], bool(self.settings_dict.get("ROLES"))
        nodes = nodes_of(
            self.settings_dict,
            connect=lambda: connected(conn_params),
            role_of=lambda schema: role_name(database, schema) if has_roles else None,
        )
        return ClusterCalls(nodes, self)

    def _commit(self) -> None:
        # The cluster's block must be the outer block, because the inner block clears the record of
        # the nodes that the commit needs.
        with self.cluster.commit() if self.cluster else nullcontext(), self._end_awaited():
            if self.cluster is not None:
                self.cluster.touch()
            elif self.changes.pending:
                with self.wrap_database_errors:
                    self.changes.write(self)
            super()._commit()

    def _rollback(self) -> None:
        if self.cluster is not None and self.cluster.ends_alone():
            self.close()
            return
        with self._end_awaited():
            super()._rollback()

    @contextmanager
    def _end_awaited(self) -> Iterator[None]:
        """Run the commit or rollback in the block with a time limit, then clear the time limits."""
        self.await_answer()
        try:
            yield
        except DatabaseError as error:
            with self.wrap_database_errors:
                self.raise_if_lost(error.__cause__ or error)
            raise
        finally:
            self.watch.until = 0.0
            self.has_own_limit = False
            self.changes.end()
            if self.cluster is not None:
                self.cluster.end()

    def rollback(self) -> None:
        """Roll back, and reset the recorded role because PostgreSQL undoes a change of role."""
        self.in_force = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        """Roll back to a savepoint as Django does, and reset the recorded role."""
        try:
            super().savepoint_rollback(sid)
        except AgencyUnreachable:
            # Without this flag an outer block could commit statements that were not rolled back.
            self.needs_rollback = True
            raise
        finally:
            self.in_force = None

    def close_if_health_check_failed(self) -> None:
        """Close an unusable connection as Django does, without a ping after a recent answer."""
        if self.in_atomic_block or not self.autocommit:
            # Closing the connection here would lose the open transaction, and a ping could open a
            # transaction that is never committed.
            return
        is_gone = self.connection is not None and self.connection.closed
        if is_gone or self.breaker.is_open:
            # While the server is silent, a ping would only wait for its time limit.
            self.close()
        elif not self.health_check_done:
            is_fresh = time.monotonic() - self.answered_at <= FRESH_SECONDS
            if is_fresh and not self.watch.has_unread_data() and not clock.is_measurement_due():
                # The flag makes Django skip the ping until the next request.
                self.health_check_done = True
            else:
                super().close_if_health_check_failed()

    def close_if_unusable_or_obsolete(self) -> None:
        """Close the connection as Django does, or if it has used over ``MAX_SCHEMAS`` schemas."""
        if len(self.entered) > MAX_SCHEMAS and not self.in_atomic_block:
            self.close()
        super().close_if_unusable_or_obsolete()

    def has_entered(self, schemas: Schemas) -> None:
        """Record that the connection has changed to this role and search path."""
        self.in_force = schemas
        self.entered.add(schemas)

    def create_cursor(self, name: str | None = None) -> Any:
        """Create a cursor whose statements all run in the schema that is active now."""
        if name:
            # The statement of a server-side cursor cannot also change the schema, so another cursor
            # changes the schema first.
            with self.create_cursor() as other:
                other.enter()
            return super().create_cursor(name)
        cursor = self.cursor_in(self._wanted())
        cursor.tzinfo_factory = self.tzinfo_factory
        return cursor

    def cursor_in(self, schemas: Schemas) -> SchemaCursor:
        """Return a cursor whose statements all run with this role and search path."""
        cursor: SchemaCursor = self.connection.cursor(cursor_factory=SchemaCursor)
        cursor.wrapper, cursor.wanted = self, schemas
        return cursor

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Do nothing, because ``SchemaCursor`` sets the search path."""

    def _wanted(self) -> Schemas:
        schema = self.schema_name or get_public_schema_name()
        role = role_name(self.settings_dict["NAME"], schema) if self.takes_roles else None
        return role, tuple(self._get_cursor_search_paths())

    def change_to(self, schemas: Schemas) -> str:
        """Return the SQL statement that sets the role and the search path."""
        role, path = schemas
        # PostgreSQL searches pg_temp first unless the path names pg_temp. A temporary table of one
        # agency would then be read in place of the next agency's table.
        names = ", ".join(quote_schema_name(name) for name in (*path, TEMPORARY))
        search_path = f"SET search_path = {names}"
        if not self.settings_dict.get("ROLES") or self.alias == NO_DB_ALIAS:
            return search_path
        taken = f"SET ROLE {quote_schema_name(role)}" if role else "RESET ROLE"
        return f"{taken}; {search_path}"
