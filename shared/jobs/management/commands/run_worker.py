"""The worker process: runs queued tasks, and keeps the clock beside them."""

import threading
import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils.module_loading import import_string
from django_tasks.base import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker

from shared.jobs.services.tasks import (
    clock_allows_work,
    schedule_due,
    task_claim,
    tasks_reap,
    worker_beat,
)
from shared.kernel.identifiers import uuid7

BEAT_SECONDS = 1.0


class ClockedWorker(Worker):
    """The library's worker, with the kernel's clock; by a wrong one it takes nothing.

    It would be done at a moment that never was, and written down so.
    """

    def run(self) -> None:
        """Run tasks until told to stop, with ``batch`` until none is left."""
        while self.running:
            close_old_connections()
            task = task_claim(worker_id=self.worker_id)
            if task is not None:
                self.run_task(task)
            elif self.batch:
                return
            else:
                time.sleep(self.interval)


class Command(BaseCommand):
    """``manage.py run_worker``: as many as there is work, on as many machines as there are."""

    help = "Run background tasks and the schedule until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--batch`` empties the queue once and ends."""
        parser.add_argument("--batch", action="store_true", help="End when the queue is empty.")
        parser.add_argument("--interval", type=float, default=0.25, help="Seconds between looks.")

    def handle(self, *args: str, batch: bool, interval: float, **options: object) -> None:
        """Run until SIGTERM or Ctrl-C; the task in hand is finished first."""
        import_string(settings.START_CHECK)()
        worker = ClockedWorker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=interval,
            batch=batch,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=uuid7().hex,
        )
        stop = threading.Event()
        worker_beat(worker_id=worker.worker_id)
        clock = threading.Thread(target=_keep_time, args=(worker.worker_id, stop), daemon=True)
        clock.start()
        worker.configure_signals()
        try:
            worker.run()
        finally:
            stop.set()
            clock.join(timeout=5)


def _keep_time(worker_id: str, stop: threading.Event) -> None:
    """Beat, give back orphans, start what is due; once a second, whatever the tasks are doing."""
    while not stop.wait(BEAT_SECONDS):
        try:
            worker_beat(worker_id=worker_id)
            if clock_allows_work():
                tasks_reap()
                schedule_due()
        except DatabaseError:
            # The database may be restarting: drop the connection and try at the next beat.
            connection.close()
    connection.close()
