"""Background tasks that run in the schema in which they were queued.

All queued tasks are in one table of the public schema, so each row must name the task's schema.
"""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import ParamSpec, TypeVar

from django.db import connection
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult, get_date_max

from shared.jobs.enums import Queue, TaskPlace
from shared.jobs.errors import TaskMisplaced
from shared.jobs.services.retries import enqueue_again, enqueue_unspent
from shared.kernel.errors import Unreachable
from shared.kernel.identifiers import uuid7
from shared.kernel.seams import imported, seams
from shared.rows.new_rows import new_row

P = ParamSpec("P")
T = TypeVar("T")

# The priority of tasks for an external company. A worker of an earlier release has only one queue,
# in which citizens' e-mails must come before such tasks.
AFTER_MAIL = -50


def public_entered() -> AbstractContextManager[None]:
    """Return a context manager that runs its block in the public schema."""
    return imported(seams().enter_public)()


def task_row(called: "Task[..., T]", **arguments: str) -> "DBTaskResult[..., T]":
    """Return the row of a task for the current schema, which the caller must insert."""
    # The task itself was validated when it was declared.
    stamped = {"_schema": getattr(connection, "schema_name", "public"), **arguments}
    return new_row(
        DBTaskResult,
        {
            "id": uuid7(),
            "args_kwargs": {"args": [], "kwargs": stamped},
            "priority": called.priority,
            "task_path": called.module_path,
            "queue_name": called.queue_name,
            "run_after": called.run_after or get_date_max(),
            "backend_name": called.backend,
        },
    )


def schema_task(
    *,
    place: TaskPlace = TaskPlace.NATIONAL,
    attempts: int = 1,
    priority: int = 0,
    queue: Queue = Queue.DEFAULT,
) -> Callable[[Callable[P, T]], "Task[P, T]"]:
    """Make a function a task that runs in the schema where it was enqueued.

    The task runs only in schemas that ``place`` allows, because an agency's role may insert rows
    into the queue, and a worker has more rights than the role. Tasks with a higher ``priority``
    (-100 to 100) run first. Tasks of one queue do not wait for tasks of another queue.

    After a failure the task is queued again (after 30 s, 90 s, ... at most 6 h), for at most
    ``attempts`` attempts. If a server did not answer, the attempt is not counted. Arguments must
    be plain JSON values.
    """

    def decorate(function: Callable[P, T]) -> "Task[P, T]":
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            schema = str(kwargs.pop("_schema"))
            attempt = int(str(kwargs.pop("_attempt", 1)))
            waits = int(str(kwargs.pop("_waits", 0)))
            if not place.allows(schema):
                raise TaskMisplaced(f"{function.__name__} does not run in {schema}")
            try:
                with imported(seams().enter_schema)(schema):
                    return function(*args, **kwargs)
            except Unreachable:
                stamped = {**kwargs, "_schema": schema, "_attempt": attempt}
                enqueue_unspent(made, args, stamped, waits)
                raise
            except Exception:
                # The task is queued again as a new row; this row becomes FAILED.
                if attempt < attempts:
                    enqueue_again(made, args, {**kwargs, "_schema": schema}, attempt)
                raise

        made: Task[P, T] = task(priority=priority, queue_name=queue.value)(run)
        return made

    return decorate
