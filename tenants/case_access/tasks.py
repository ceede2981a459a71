"""Scheduled task that deletes finished tasks, and tokens, keys and other rows that have expired."""

from shared.jobs.services.schema_tasks import schema_task
from shared.jobs.services.task_queue import tasks_prune
from tenants.approvals.services import approvals_prune
from tenants.case_access.services.citizen_sessions import citizen_sessions_prune
from tenants.case_access.services.tokens import keys_prune


@schema_task()
def prune() -> int:
    """Delete finished tasks, ended sessions, and expired tokens, approvals and idempotency keys."""
    return tasks_prune() + keys_prune() + citizen_sessions_prune() + approvals_prune()
