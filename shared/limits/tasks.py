"""The alarm clock of the counts."""

from shared.jobs.services.schema_tasks import schema_task
from shared.limits.services.attempt_counter import attempts_prune


@schema_task()
def forget_attempts() -> int:
    """Forget windows that are over."""
    return attempts_prune()
