"""E-mails to people of an agency about their account and their workspace."""

from collections.abc import Mapping

from shared.jobs.services.schema_tasks import task_row
from shared.mail.models import Mail
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail
from shared.rows.services import rows_insert
from tenants.agencies.selectors import agency_info, console_url
from tenants.models import Agency

# The page on which staff choose their first password or a new password.
PASSWORD_PAGE = "/accounts/password/reset/"  # noqa: S105  # a page


def reason_context(*, schema_name: str, what: str) -> str:
    """Return the encryption context of the reason for an act of oversight on an agency.

    The reason is encrypted because the e-mail's row is in a table that the agency can change.
    """
    return f"standing:{schema_name}:{what}"


def hosts_context(*, schema_name: str, what: str) -> str:
    """Return the encryption context of an agency's old and new host name, encrypted as one text."""
    return f"{reason_context(schema_name=schema_name, what=what)}:hosts"


def workspace_mail_queue(
    *,
    agency: Agency,
    email: str,
    language: str,
    letter: str,
    context: Mapping[str, str] | None = None,
) -> None:
    """Queue an e-mail about the workspace to a person of the agency whose schema is entered.

    The row has ``agency`` (the name), ``console_url``, ``password_url`` and the values of
    ``context``; the sending resolves these names and addresses again
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
    """Insert at least one new e-mail, and for each e-mail the task that sends it."""
    rows_insert(*mails, *(task_row(deliver_mail, mail_id=str(mail.pk)) for mail in mails))
