"""The worker process, which runs queued tasks and the schedule."""

import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Sequence
from logging import getLogger

from django.core.management.base import BaseCommand
from django.db import Error, connection

from shared.jobs.enums import Queue
from shared.jobs.services.task_queue import (
    clock_allows_work,
    schedule_due,
    tasks_reap,
    worker_heartbeat,
)
from shared.jobs.services.worker_loop import QueueLane
from shared.kernel.identifiers import uuid7
from shared.kernel.seams import imported, seams

logger = getLogger(__name__)

BEAT_SECONDS = 1.0


class Command(BaseCommand):
    """The command that runs a worker; several workers may run at the same time."""

    help = "Run background tasks and the schedule until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--batch`` (end when no task is due), ``--interval`` and ``--queues``."""
        parser.add_argument("--batch", action="store_true", help="End when the queues are empty.")
        parser.add_argument("--interval", type=float, default=0.25, help="Seconds between looks.")
        parser.add_argument(
            "--queues",
            type=_queues,
            default=list(Queue),
            help="Which queues, separated by commas (default: all, each in a thread of its own).",
        )

    def handle(
        self, *args: str, batch: bool, interval: float, queues: Sequence[Queue], **options: object
    ) -> None:
        """Run tasks until SIGTERM, Ctrl-C or (``batch``) none is due; current ones are finished."""
        imported(seams().start_check)()
        stop, worker_id = threading.Event(), uuid7().hex
        lanes = [
            QueueLane(queue=queue, worker_id=worker_id, interval=interval, stop=stop)
            for queue in queues
        ]
        _stop_on_signals(stop)
        worker_heartbeat(worker_id=worker_id)
        # With ``stop``, the heartbeats would end before the last task is finished.
        is_over = threading.Event()
        clock = threading.Thread(target=_run_schedule, args=(worker_id, is_over), daemon=True)
        clock.start()
        try:
            if batch:
                _empty(lanes, stop)
            else:
                _serve(lanes)
        finally:
            is_over.set()
            clock.join(timeout=5)


def _queues(text: str) -> list[Queue]:
    try:
        return [Queue(name.strip()) for name in text.split(",")]
    except ValueError:
        raise ArgumentTypeError(f"the queues are {', '.join(Queue)}") from None


def _stop_on_signals(stop: threading.Event) -> None:
    def handle(number: int, frame: object) -> None:
        if stop.is_set():
            # The second signal ends the process at once; another worker repeats the current tasks.
            raise SystemExit(1)
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, handle)


def _empty(lanes: Sequence[QueueLane], stop: threading.Event) -> None:
    # The loop repeats, because a task of one queue may have queued a task in another queue.
    while not stop.is_set() and any(lane.run_one() for lane in lanes):
        pass


def _serve(lanes: Sequence[QueueLane]) -> None:
    threads = [
        threading.Thread(target=lane.run, name=f"queue-{lane.queue}", daemon=True) for lane in lanes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for lane in lanes:
        if lane.failure is not None:
            raise lane.failure


def _run_schedule(worker_id: str, stop: threading.Event) -> None:
    """Send a heartbeat, release tasks of dead workers and queue due tasks, once a second."""
    while not stop.wait(BEAT_SECONDS):
        # Each call is guarded, because an error in one call would end the heartbeats too.
        _run_guarded(lambda: worker_heartbeat(worker_id=worker_id))
        _run_guarded(lambda: clock_allows_work() and tasks_reap())
        _run_guarded(lambda: clock_allows_work() and schedule_due())
    connection.close()


def _run_guarded(act: Callable[[], object]) -> None:
    try:
        act()
    except Exception as failure:
        # The database may be restarting. The next heartbeat opens a new connection.
        if not isinstance(failure, Error):
            logger.exception("A part of the upkeep failed")
        connection.close()
