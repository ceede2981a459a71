"""The command of the job runner, which runs jobs with the rights of the tables' owner."""

import signal
import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import Error, connection

from shared.jobs.services.job_runner import job_next
from shared.jobs.services.task_queue import clock_allows_work
from shared.kernel.identifiers import uuid7
from shared.kernel.seams import imported, seams


class Command(BaseCommand):
    """The command that runs jobs with the database login that owns the tables."""

    help = "Make, take away, export and restore workspaces as asked, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--batch`` (end when no job waits) and ``--interval`` (seconds between checks)."""
        parser.add_argument("--batch", action="store_true", help="End when nothing waits.")
        parser.add_argument("--interval", type=float, default=0.25, help="Seconds between looks.")

    def handle(self, *args: str, batch: bool, interval: float, **options: object) -> None:
        """Run jobs until SIGTERM, Ctrl-C or (``batch``) none waits; the current job is finished."""
        imported(seams().operator_check)()
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        worker = uuid7().hex
        while not stop.is_set():
            if not _one(worker) and (batch or stop.wait(interval)):
                return


def _one(worker: str) -> bool:
    try:
        return clock_allows_work() and job_next(worker=worker) is not None
    except Error:
        # The database may be restarting. The next call opens a new connection and resumes the job.
        connection.close()
        return False
