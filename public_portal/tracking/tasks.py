"""The alarm clock of the entrance."""

from public_portal.tracking.services import attempts_prune
from shared.jobs.backends import schema_task


@schema_task()
def forget_attempts() -> int:
    """Forget windows of failed attempts that are over."""
    return attempts_prune()
