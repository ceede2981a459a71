"""Scheduled task of requests for a workspace."""

from public_portal.workspace_requests.services.drafts import request_mail_prune, requests_prune
from shared.jobs.services.schema_tasks import schema_task


@schema_task()
def forget_requests() -> int:
    """Delete requests never sent, old personal data, and e-mails that were sent."""
    return requests_prune() + request_mail_prune()
