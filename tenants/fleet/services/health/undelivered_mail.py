"""Services for undelivered e-mails of a schema: queue, list or resend."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from shared.jobs.services.task_queue import tasks_unfinished
from shared.kernel import clock
from shared.mail.enums import RESENDABLE, MailFailure
from shared.mail.selectors import failed_mail, mail_counts, overdue_mail
from shared.mail.services import mail_resend, mail_settle_overdue
from shared.mail.tasks import deliver_mail
from shared.mail.types import FailedMail
from shared.mail.workflow import LATE
from tenants.fleet.services.health.usage import mail_counts_record
from tenants.isolation.schema_switch import agency_context, schema_entered
from tenants.models import Agency

# E-mails younger than this are not checked, because their task is stored in the same transaction.
OVERDUE = timedelta(minutes=10)
MAX_LISTED = 100


def letters_requeue(*, schema_name: str) -> int:
    """Queue a task for each overdue e-mail that has none and may be sent; return the count.

    A task can be missing, for example, after a restore. The call needs one query if no e-mail is
    overdue.
    """
    at = clock.now()
    with schema_entered(schema_name):
        overdue = overdue_mail(before=at - OVERDUE)
    if not overdue:
        return 0
    live = _with_task(overdue, schema_name)
    with schema_entered(schema_name), transaction.atomic():
        due = mail_settle_overdue(overdue=overdue, live=live)
        _enqueue(due)
    return len(due)


def letters_resend(
    *, schema_name: str, failures: Collection[MailFailure] = RESENDABLE, dry_run: bool = False
) -> int:
    """Queue a schema's e-mails with one of ``failures`` again; return the count of e-mails.

    With ``dry_run`` the e-mails are counted but not queued.
    """
    with schema_entered(schema_name):
        if dry_run:
            return sum(1 for one in failed_mail() if one.failure in failures)
        with transaction.atomic():
            found = mail_resend(failures=failures)
            _enqueue(found)
        counts = mail_counts(late_before=clock.now() - LATE)
    mail_counts_record(schema_name=schema_name, counts=counts)
    return len(found)


def agency_letters_failed(*, agency: Agency) -> list[FailedMail]:
    """Return the latest failed e-mails of an agency, without e-mail addresses."""
    with agency_context(agency):
        return failed_mail(limit=MAX_LISTED)


def _with_task(letters: Collection[UUID], schema_name: str) -> set[UUID]:
    rows = tasks_unfinished(task=deliver_mail, schema_name=schema_name).filter(
        args_kwargs__kwargs__mail_id__in=[str(one) for one in letters]
    )
    return {UUID(name) for name in rows.values_list("args_kwargs__kwargs__mail_id", flat=True)}


def _enqueue(letters: Collection[UUID]) -> None:
    for one in letters:
        deliver_mail.enqueue(mail_id=str(one))
