"""django-tenants' backend, with the database role of the schema taken on in the same round trip.

The library's ``SET search_path`` only says where names are looked up; with the role, PostgreSQL
itself refuses a table of another agency, whatever the code asks for.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import psycopg2.extensions
from django.db import NotSupportedError
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django_tenants.postgresql_backend import base
from django_tenants.utils import get_public_schema_name, quote_schema_name

from shared.kernel import clock
from shared.kernel.errors import ClockWrong

# PostgreSQL cuts longer names off, in silence: two agencies could share a role.
LONGEST_NAME = 63

# A connection that answered so lately is not asked whether it is alive: half of all round trips.
FRESH_SECONDS = 1.0

# PostgreSQL keeps what it has learnt of each table for as long as a connection lives: 0.2 MB of
# each agency that a complaint is filed with, more where staff work too.
MOST_SCHEMAS = 800

# How long who wants to write is asked to wait while this server's clock is wrong.
CLOCK_SECONDS = 60

# What may go in one message with the change of schema. Of other commands some refuse company.
_TOGETHER = re.compile(r"\s*\(?\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)

logger = logging.getLogger(__name__)

# A role to take on, and the schemas in which names are looked up.
Schemas = tuple[str | None, tuple[str, ...]]

_is_told = False


def role_name(database: str, schema: str) -> str:
    """The role that may use ``schema``; the database's name tells servers' roles apart."""
    name = f"{database}_{schema}"
    if len(name) > LONGEST_NAME:
        raise NotSupportedError(f"the role name {name} is longer than {LONGEST_NAME} characters")
    return name


class SchemaCursor(psycopg2.extensions.cursor):
    """A cursor whose every statement runs in the schema that was active when it was opened.

    The change of schema goes with the statement, in one round trip.
    """

    wrapper: "DatabaseWrapper"
    wanted: Schemas

    def execute(self, query: Any, vars: Any = None) -> None:
        """As psycopg2 does."""
        wrapper = self.wrapper
        if wrapper.in_force == self.wanted:
            super().execute(query, vars)
        elif isinstance(query, str) and _TOGETHER.match(query):
            change = wrapper.change_to(self.wanted)
            super().execute(f"{change}; {query}", vars)
            # Not before: with the statement PostgreSQL takes the change back as well.
            wrapper.has_entered(self.wanted)
        else:
            self.enter()
            super().execute(query, vars)
        wrapper.answered_at = time.monotonic()

    def executemany(self, query: Any, vars_list: Any) -> None:
        """As psycopg2 does."""
        self.enter()
        super().executemany(query, vars_list)

    def copy_expert(self, *args: Any, **kwargs: Any) -> None:
        """As psycopg2 does."""
        self.enter()
        super().copy_expert(*args, **kwargs)

    def callproc(self, *args: Any) -> None:
        """As psycopg2 does."""
        self.enter()
        super().callproc(*args)

    def enter(self) -> None:
        """Change to the schema with a statement of its own."""
        wrapper = self.wrapper
        if wrapper.in_force == self.wanted:
            return
        try:
            super().execute(wrapper.change_to(self.wanted))
        except psycopg2.InternalError:
            # The transaction has failed before: what follows is its rollback, or fails as well.
            wrapper.in_force = None
        else:
            wrapper.has_entered(self.wanted)


class OwnerCreation(DatabaseCreation):
    """Makes test databases as the login that will own their tables."""

    connection: "DatabaseWrapper"

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        """As Django does; the roles do not exist yet."""
        with self.connection.as_owner():
            return super().create_test_db(*args, **kwargs)


class RecordingEditor(DatabaseSchemaEditor):
    """Changes tables, and tells whoever listens in which words (DatabaseWrapper.statements_to)."""

    connection: "DatabaseWrapper"

    def execute(self, sql: Any, params: Any = ()) -> None:
        """As Django does."""
        if self.connection.listener is not None:
            text = str(sql)
            if params is not None:
                with self.connection.cursor() as cursor:
                    text = cursor.cursor.mogrify(text, params).decode()
            self.connection.listener(text)
        super().execute(sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection; it knows which role and search path are in force on the server."""

    creation_class = OwnerCreation
    SchemaEditorClass = RecordingEditor
    listener: Callable[[str], None] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.in_force: Schemas | None = None
        self.answered_at = 0.0
        self.entered: set[Schemas] = set()
        self._owner_depth = 0
        super().__init__(*args, **kwargs)

    @property
    def takes_roles(self) -> bool:
        """False while the owner works, on a host that forbids roles, and outside of a database."""
        wanted = bool(self.settings_dict.get("ROLES")) and self.alias != NO_DB_ALIAS
        return wanted and not self.is_owner

    @property
    def is_owner(self) -> bool:
        """Whether the code has asked to work with the login's own rights."""
        return self._owner_depth > 0

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Work with the rights of the login itself: to make and change tables, and for no more."""
        self._owner_depth += 1
        try:
            yield
        finally:
            self._owner_depth -= 1

    @contextmanager
    def statements_to(self, listener: Callable[[str], None]) -> Iterator[None]:
        """Within the block, every change of tables is also told to ``listener``, as SQL."""
        self.listener = listener
        try:
            yield
        finally:
            self.listener = None

    def init_connection_state(self) -> None:
        """A new connection has nothing in force, whatever the former one had."""
        self.in_force = None
        self.entered.clear()
        super().init_connection_state()
        self.measure_clock()

    def is_usable(self) -> bool:
        """As Django's; what the database answers is its time."""
        if self.connection is None:
            return False
        try:
            self.measure_clock()
        except psycopg2.Error:
            return False
        return True

    def measure_clock(self) -> None:
        """Ask the database for the time. Raises what the driver raises."""
        with self.connection.cursor() as cursor:
            began = time.monotonic()
            cursor.execute("SELECT clock_timestamp()")
            ended = time.monotonic()
            (moment,) = cursor.fetchone()
        clock.anchor(database_time=moment, began=began, ended=ended)

    def require_clock(self) -> None:
        """Refuse to write while this server's clock is wrong, and say so in the log once.

        Asks the database where that is due: each minute, or when the server's clock has jumped.
        Raises ``ClockWrong``.
        """
        global _is_told  # once a process is the point
        if clock.is_measurement_due():
            self.ensure_connection()
            with self.wrap_database_errors:
                self.measure_clock()
        is_wrong = clock.is_wrong()
        if is_wrong and not _is_told:
            seconds = round(clock.offset().total_seconds())
            logger.error("clock: %+d s from the database's; nothing is written", seconds)
        elif _is_told and not is_wrong:
            logger.warning("clock: right again; writing goes on")
        _is_told = is_wrong
        if is_wrong:
            raise ClockWrong(retry_after=CLOCK_SECONDS)

    def close(self) -> None:
        """The next connection begins with the login's role."""
        self.in_force = None
        self.answered_at = 0.0
        super().close()

    def rollback(self) -> None:
        """PostgreSQL takes back a role taken on in the transaction; so do we."""
        self.in_force = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        """As ``rollback``; afterwards, for the way to it goes through a cursor."""
        try:
            super().savepoint_rollback(sid)
        finally:
            self.in_force = None

    def close_if_health_check_failed(self) -> None:
        """As Django does, unless the connection has just answered."""
        if self.in_atomic_block or not self.autocommit:
            # A new connection would know nothing of the transaction. And while one that has ended
            # is left, the question would open another, in which all that follows would be lost.
            return
        is_fresh = time.monotonic() - self.answered_at <= FRESH_SECONDS
        if not is_fresh or clock.is_measurement_due():
            super().close_if_health_check_failed()

    def close_if_unusable_or_obsolete(self) -> None:
        """As Django does between two requests; also once the connection knows many schemas."""
        if len(self.entered) > MOST_SCHEMAS and not self.in_atomic_block:
            self.close()
        super().close_if_unusable_or_obsolete()

    def has_entered(self, schemas: Schemas) -> None:
        """PostgreSQL has changed to them."""
        self.in_force = schemas
        self.entered.add(schemas)

    def create_cursor(self, name: str | None = None) -> Any:
        """As Django does; it will work in the schema that is active now."""
        if name:
            # A cursor of the server's is one statement that takes no other before it.
            with self.create_cursor() as other:
                other.enter()
            return super().create_cursor(name)
        cursor = self.connection.cursor(cursor_factory=SchemaCursor)
        cursor.tzinfo_factory = self.tzinfo_factory
        cursor.wrapper, cursor.wanted = self, self._wanted()
        return cursor

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Nothing is left to do: the cursors see to it."""

    def _wanted(self) -> Schemas:
        schema = self.schema_name or get_public_schema_name()
        role = role_name(self.settings_dict["NAME"], schema) if self.takes_roles else None
        return role, tuple(self._get_cursor_search_paths())

    def change_to(self, schemas: Schemas) -> str:
        """The statement that takes on the role and sets the path."""
        role, path = schemas
        search_path = f"SET search_path = {', '.join(quote_schema_name(name) for name in path)}"
        if not self.settings_dict.get("ROLES") or self.alias == NO_DB_ALIAS:
            return search_path
        taken = f"SET ROLE {quote_schema_name(role)}" if role else "RESET ROLE"
        return f"{taken}; {search_path}"
