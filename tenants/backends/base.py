"""django-tenants' backend, with the database role of the schema taken on in the same round trip.

The library's ``SET search_path`` only says where names are looked up; with the role, PostgreSQL
itself refuses a table of another agency, whatever the code asks for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import NotSupportedError
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.utils import InternalError
from django_tenants.postgresql_backend import base
from django_tenants.utils import get_public_schema_name, quote_schema_name

# PostgreSQL cuts longer names off, in silence: two agencies could share a role.
LONGEST_NAME = 63


def role_name(database: str, schema: str) -> str:
    """The role that may use ``schema``; the database's name tells servers' roles apart."""
    name = f"{database}_{schema}"
    if len(name) > LONGEST_NAME:
        raise NotSupportedError(f"the role name {name} is longer than {LONGEST_NAME} characters")
    return name


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
    _setting_search_path: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._in_force: tuple[str | None, tuple[str, ...]] | None = None
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
        self._in_force = None
        super().init_connection_state()

    def close(self) -> None:
        """The next connection begins with the login's role."""
        self._in_force = None
        super().close()

    def rollback(self) -> None:
        """PostgreSQL takes back a role taken on in the transaction; so do we."""
        self._in_force = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        """As ``rollback``; afterwards, for the way to it goes through a cursor."""
        try:
            super().savepoint_rollback(sid)
        finally:
            self._in_force = None

    def _handle_search_path(self, cursor: Any = None) -> None:
        wanted = self._wanted()
        if self._setting_search_path or wanted == self._in_force:
            return
        self._setting_search_path = True
        used = self.connection.cursor() if cursor is None else cursor
        try:
            with self.wrap_database_errors:
                used.execute(self._statement(*wanted))
        except (InternalError, psycopg2.InternalError):
            # The transaction has failed before: what follows is its rollback, or fails as well.
            self._in_force = None
        else:
            self._in_force = wanted
        finally:
            self._setting_search_path = False
            if cursor is None:
                used.close()

    def _wanted(self) -> tuple[str | None, tuple[str, ...]]:
        schema = self.schema_name or get_public_schema_name()
        role = role_name(self.settings_dict["NAME"], schema) if self.takes_roles else None
        return role, tuple(self._get_cursor_search_paths())

    def _statement(self, role: str | None, path: tuple[str, ...]) -> str:
        search_path = f"SET search_path = {', '.join(quote_schema_name(name) for name in path)}"
        if not self.settings_dict.get("ROLES") or self.alias == NO_DB_ALIAS:
            return search_path
        taken = f"SET ROLE {quote_schema_name(role)}" if role else "RESET ROLE"
        return f"{taken}; {search_path}"
