"""The alarm clock of unfinished requests."""

from public_portal.intake.services import drafts_prune
from shared.jobs.backends import schema_task


@schema_task()
def forget_drafts() -> int:
    """Forget the answers that nobody came back to within thirty days."""
    return drafts_prune()
