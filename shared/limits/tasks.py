"""Scheduled deletion of old counts."""

from shared.jobs.services.schema_tasks import schema_task
from shared.limits.services.attempt_counter import attempts_prune
from shared.limits.services.tried_addresses import tried_addresses_prune


@schema_task()
def forget_attempts() -> int:
    """Delete counts of windows that are over, and old tried addresses."""
    return attempts_prune() + tried_addresses_prune()
