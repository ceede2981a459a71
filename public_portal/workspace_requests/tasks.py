"""The scheduled task of workspace requests."""

from public_portal.workspace_requests.services.drafts import request_mail_prune, requests_prune
from shared.jobs.services.schema_tasks import schema_task


@schema_task()
def forget_requests() -> int:
    """Delete old unsent answers, old personal data and sent e-mails; return their count."""
    return requests_prune() + request_mail_prune()
