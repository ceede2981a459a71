"""The alarm clock of the accounts' letters."""

from public_portal.account.services import account_mail_prune
from shared.jobs.services.schema_tasks import schema_task


@schema_task()
def forget_letters() -> int:
    """Forget codes and notices a day after they left."""
    return account_mail_prune()
