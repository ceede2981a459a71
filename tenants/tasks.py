"""Alarm clocks of the national side. Each calls one service; nothing is decided here."""

from shared.jobs.backends import schema_task
from shared.jobs.services import tasks_prune
from shared.register.services import register_collect
from tenants.services import keys_prune


@schema_task()
def collect_register() -> int:
    """Move what agencies announced into the register; returns the number of events."""
    return register_collect(limit=1000)


@schema_task()
def prune() -> int:
    """Forget finished tasks, expired tokens and used idempotency keys."""
    return tasks_prune() + keys_prune()
