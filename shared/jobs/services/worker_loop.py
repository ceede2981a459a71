"""The loop in which a worker runs the tasks of one queue."""

import threading
from logging import getLogger

from django.db import Error, close_old_connections, connection
from django_tasks.base import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from shared.jobs.enums import Queue
from shared.jobs.services.queue_pauses import queue_may_run
from shared.jobs.services.task_queue import (
    clock_allows_work,
    task_claim,
    task_give_up,
    tasks_release,
)

logger = getLogger(__name__)


class QueueLane:
    """A thread's loop over the tasks of one queue of a worker."""

    def __init__(self, *, queue: Queue, worker_id: str, interval: float, stop: threading.Event):
        self.queue = queue
        self.failure: BaseException | None = None
        self._interval, self._stop = interval, stop
        # Whether a task may be RUNNING in this worker's name, although no thread runs the task.
        self._has_lost_track = False
        self._worker = Worker(
            queue_names=[queue.value],
            excluded_queue_names=[],
            interval=interval,
            batch=False,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id,
        )

    def run(self) -> None:
        """Run tasks until the worker is stopped; the current task is finished first.

        While the database is unreachable, the loop waits. A task whose result could not be stored
        runs again.
        """
        try:
            while not self._stop.is_set():
                if not self._take_guarded():
                    self._stop.wait(self._interval)
        except BaseException as failure:  # the main thread raises it
            self.failure = failure
            self._stop.set()
        finally:
            connection.close()

    def run_one(self) -> bool:
        """Run the next task; return ``False`` if no task is due or the queue pauses."""
        return self._run(self._claimed())

    def _take_guarded(self) -> bool:
        close_old_connections()
        try:
            if self._has_lost_track:
                tasks_release(worker_id=self._worker.worker_id, queue=self.queue)
                self._has_lost_track = False
            return self._run(self._claimed())
        except Exception as failure:
            # The database may be restarting, so the loop tries again later. A task may be marked
            # RUNNING already, because the commit may have succeeded without an answer.
            self._has_lost_track = True
            if not isinstance(failure, Error):
                logger.exception("The queue %s could not be looked at", self.queue)
            connection.close()
            return False

    def _run(self, task: "DBTaskResult[..., object] | None") -> bool:
        if task is None:
            return False
        try:
            self._worker.run_task(task)
        except Error:
            raise
        except Exception as fault:  # the row is no valid call, or its outcome could not be stored
            task_give_up(task_id=task.pk, fault=fault)
        return True

    def _claimed(self) -> "DBTaskResult[..., object] | None":
        # While this server's time is wrong, no task is taken and no pause ends.
        if not (clock_allows_work() and queue_may_run(queue=self.queue)):
            return None
        return task_claim(worker_id=self._worker.worker_id, queues=(self.queue,))
