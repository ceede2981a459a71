"""Running the queue inside a test, by the worker's own way of running one task."""

from django_tasks_db.management.commands.db_worker import Worker

from shared.jobs.services.task_queue import task_claim

WORKER = "in-test"


def run_queue() -> None:
    """Run every task that is ready, in order, and come back when none is left.

    The library's loop closes the connection between two tasks, and with it the test's transaction.
    """
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=WORKER,
    )
    while (found := task_claim(worker_id=WORKER)) is not None:
        worker.run_task(found)
