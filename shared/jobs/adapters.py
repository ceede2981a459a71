"""The task backend: every queued row is stamped with the schema of the code that queued it."""

from django.db import connection
from django_tasks_db.backend import DatabaseBackend


class SchemaTaskBackend(DatabaseBackend):
    """django-tasks' database queue with the schema of the enqueuing code stamped on every row."""

    def _task_to_db_task(self, task, args, kwargs):  # type: ignore[no-untyped-def]
        # Untyped, as the library's signature names types of a newer Django.
        return super()._task_to_db_task(
            task, args, {"_schema": getattr(connection, "schema_name", "public"), **kwargs}
        )
