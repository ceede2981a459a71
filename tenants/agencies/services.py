"""The letter with which somebody who has an account in an agency comes to a password."""

from collections.abc import Mapping

from shared.jobs.services.queue import task_row
from shared.mail.models import Mail
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail
from shared.rows.services import rows_insert
from tenants.agencies.selectors import agency_info, console_url
from tenants.models import Agency

# Where a password is chosen, the first one as well.
PASSWORD_PAGE = "/accounts/password/reset/"  # noqa: S105  # a page


def reason_context(*, schema_name: str, what: str) -> str:
    """Where the reason is sealed for which oversight acts on an agency.

    The letter's row lies among the agency's own, and what it says in clear counts for nothing.
    """
    return f"standing:{schema_name}:{what}"


def hosts_context(*, schema_name: str, what: str) -> str:
    """Where two host names are sealed, apart from the reason: neither is shown as the other."""
    return f"{reason_context(schema_name=schema_name, what=what)}:hosts"


def mail_queue(
    *,
    agency: Agency,
    email: str,
    language: str,
    letter: str,
    context: Mapping[str, str] | None = None,
) -> None:
    """Queue a letter about the workspace to one of its people, in the agency that one stands in.

    Its row says ``agency`` (the name), ``console_url`` and ``password_url``, and whatever stands in
    ``context``; when it leaves all of these are written anew
    (tenants.case_access.services.mail_recipients).
    """
    mails_insert(
        mail_row(
            to=email,
            letter=letter,
            language=language,
            reference="",
            context={
                "agency": agency_info(agency).name(language),
                "console_url": console_url(agency),
                "password_url": f"{console_url(agency)}{PASSWORD_PAGE}",
                **(context or {}),
            },
        )
    )


def mails_insert(*mails: Mail) -> None:
    """Insert new mails, at least one, each with the task that delivers it."""
    tasks = [task_row(deliver_mail, mail_id=str(mail.pk)) for mail in mails]
    rows_insert(*mails, *tasks)
