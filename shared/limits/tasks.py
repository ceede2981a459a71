"""Scheduled deletion of old counts."""

from shared.jobs.services.schema_tasks import schema_task
from shared.limits.services.attempt_counter import attempts_prune
from shared.limits.services.tried_addresses import tried_addresses_prune


@schema_task()
def forget_attempts() -> int:
    """Delete the counts of past windows and the old tried addresses."""
    return attempts_prune() + tried_addresses_prune()
