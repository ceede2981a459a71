"""The task backend: every queued row is stamped with the schema of the code that queued it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.db import connection
from django.utils.module_loading import import_string
from django_tasks_db.backend import DatabaseBackend


class SchemaTaskBackend(DatabaseBackend):
    """django-tasks' database queue with the schema of the enqueuing code stamped on every row."""

    def _task_to_db_task(self, task, args, kwargs):  # type: ignore[no-untyped-def]
        # Untyped, as the library's signature names types of a newer Django.
        stamped = {"_schema": getattr(connection, "schema_name", "public"), **kwargs}
        return super()._task_to_db_task(task, args, stamped)

    def schema_entered(self, schema_name: str) -> AbstractContextManager[None]:
        """The project's switch of schemas, named in the settings: jobs know nothing of tenants."""
        enter: Callable[[str], AbstractContextManager[None]] = import_string(
            self.options["enter_schema"]
        )
        return enter(schema_name)

    def public_entered(self) -> AbstractContextManager[None]:
        """The way from an agency's task to the public schema, named in the settings as well."""
        enter: Callable[[], AbstractContextManager[None]] = import_string(
            self.options["enter_public"]
        )
        return enter()
