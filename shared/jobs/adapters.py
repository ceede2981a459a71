"""The task backend, which stores the current schema with every queued task."""

from django.db import connection
from django_tasks_db.backend import DatabaseBackend


class SchemaTaskBackend(DatabaseBackend):
    """The database backend of django-tasks, which also stores the current schema."""

    def _task_to_db_task(self, task, args, kwargs):  # type: ignore[no-untyped-def]
        # The method has no types, because the library's types exist only in a newer Django.
        return super()._task_to_db_task(
            task, args, {"_schema": getattr(connection, "schema_name", "public"), **kwargs}
        )
