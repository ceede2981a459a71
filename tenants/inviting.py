"""The letter with which somebody who has an account in an agency comes to a password."""

from collections.abc import Mapping

from shared.jobs.backends import task_row
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail
from shared.rows.services import rows_insert
from tenants.models import Agency
from tenants.selectors import agency_info, console_url


def letter_queue(
    *,
    agency: Agency,
    email: str,
    language: str,
    letter: str,
    context: Mapping[str, str] | None = None,
) -> None:
    """Queue a letter about the workspace to one of its people, in the agency that one stands in.

    It is told ``agency`` (the name), ``console_url`` and ``password_url`` (where the first password
    is chosen as well), and whatever stands in ``context``.
    """
    mail = mail_row(
        to=email,
        letter=letter,
        language=language,
        reference="",
        context={
            "agency": agency_info(agency).name(language),
            "console_url": console_url(agency),
            "password_url": f"{console_url(agency)}/accounts/password/reset/",
            **(context or {}),
        },
    )
    rows_insert(mail, task_row(deliver_mail, mail_id=str(mail.pk)))
