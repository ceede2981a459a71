"""Scheduled task that deletes expired tokens, keys, sessions, approvals and finished tasks."""

from shared.jobs.services.schema_tasks import schema_task
from shared.jobs.services.task_queue import tasks_prune
from tenants.approvals.services import approvals_prune
from tenants.case_access.services.citizen_sessions import citizen_sessions_prune
from tenants.case_access.services.tokens import keys_prune


@schema_task()
def prune() -> int:
    """Delete finished tasks, expired tokens and approvals, used keys and ended sessions."""
    return tasks_prune() + keys_prune() + citizen_sessions_prune() + approvals_prune()
