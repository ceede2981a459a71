"""The mail that says where a finished export is; it contains nothing that opens it."""

from shared.accounts.models import User
from shared.jobs.services.job_runner import JobHandle
from shared.mail.services import mail_row
from tenants.agencies.selectors import agency_info
from tenants.agencies.services import mails_insert
from tenants.isolation.schema_switch import schema_entered
from tenants.models import Agency


def ready_mail_queue(*, handle: JobHandle, agency: Agency) -> None:
    """Queue a mail to the requester, if they may still sign in where they asked."""
    with schema_entered(handle.schema_name):
        user = User.objects.filter(pk=handle.asked_by_id or 0, is_active=True).first()
        if user is not None:
            mails_insert(
                mail_row(
                    to=user.email,
                    letter="bundle_ready",
                    language=user.language,
                    reference="",
                    context={
                        "agency": agency_info(agency).name(user.language),
                        "bundle_url": str(handle.arguments.get("page", "")),
                    },
                )
            )
