"""The creation of test databases, and a schema editor that passes its SQL to a listener."""

from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.schema import DatabaseSchemaEditor

if TYPE_CHECKING:
    from tenants.isolation.backends.base import DatabaseWrapper


class OwnerCreation(DatabaseCreation):
    """The creation of test databases with the rights of the login, without a role."""

    connection: "DatabaseWrapper"

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        """Create the test database with the login's rights, because no role exists yet."""
        with self.connection.as_owner():
            return super().create_test_db(*args, **kwargs)


class RecordingEditor(DatabaseSchemaEditor):
    """A schema editor that passes its SQL to the listener of ``DatabaseWrapper.statements_to``."""

    connection: "DatabaseWrapper"

    def execute(self, sql: Any, params: Any = ()) -> None:
        """Pass a statement's SQL to the listener, and execute the statement as Django does."""
        if self.connection.listener is not None:
            text = str(sql)
            if params is not None:
                with self.connection.cursor() as cursor:
                    text = cursor.cursor.mogrify(text, params).decode()
            self.connection.listener(text)
        super().execute(sql, params)
