"""The task backend, which writes the current schema into every queued row."""

from django.db import connection
from django_tasks_db.backend import DatabaseBackend


class SchemaTaskBackend(DatabaseBackend):
    """django-tasks' database queue, with the schema of the enqueuing code in every row."""

    def _task_to_db_task(self, task, args, kwargs):  # type: ignore[no-untyped-def]
        # The method is untyped, because the library's signature has types of a newer Django.
        return super()._task_to_db_task(
            task, args, {"_schema": getattr(connection, "schema_name", "public"), **kwargs}
        )
