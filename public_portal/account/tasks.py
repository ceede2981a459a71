"""The scheduled task of the citizens' account."""

from public_portal.account.services import account_mail_prune
from shared.jobs.services.schema_tasks import schema_task


@schema_task()
def forget_letters() -> int:
    """Delete the e-mails with codes and notices that were sent more than a day ago."""
    return account_mail_prune()
