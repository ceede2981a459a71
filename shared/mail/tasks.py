"""The worker's side of letters."""

from uuid import UUID

from shared.jobs.backends import schema_task
from shared.jobs.enums import Queue
from shared.mail.services import mail_send


@schema_task(attempts=8, queue=Queue.MAIL)
def deliver_mail(mail_id: str) -> bool:
    """Send one letter from the schema in which it was queued; tried again for about a day."""
    return mail_send(mail_id=UUID(mail_id))
