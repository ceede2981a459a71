"""Scheduled task of requests for a workspace."""

from public_portal.workspace_requests.services.drafts import request_mail_prune, requests_prune
from shared.jobs.services.schema_tasks import schema_task


@schema_task()
def forget_requests() -> int:
    """Forget what was never sent, persons of old requests, and letters that have left."""
    return requests_prune() + request_mail_prune()
