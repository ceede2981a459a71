"""The command that sends failed e-mails again."""

from collections.abc import Iterable
from typing import Any

from shared.mail.enums import RESENDABLE, MailFailure
from tenants.agencies.selectors import NATIONAL_SCHEMA, agency_by_code, agency_list
from tenants.fleet.services.health.undelivered_mail import letters_resend
from tenants.isolation.errors import AgencyUpdating
from tenants.management.base import DomainCommand

NATIONAL = "national"


class Command(DomainCommand):
    """``manage.py resend_letters [--agency roads] [--reason unreachable] [--dry-run]``.

    Without arguments, the command resends all e-mails with a ``RESENDABLE`` failure.
    """

    help = "Send failed mails again, for another seven days. Expired codes and links are not."
    arguments = {
        "--agency": {"help": f"Only those of one agency ({NATIONAL}: of the national side)."},
        "--reason": {"choices": [one.value for one in RESENDABLE], "help": "Only those."},
        "--dry-run": {"action": "store_true", "help": "Only count them."},
    }

    def handle(
        self, *args: Any, agency: str | None, reason: str | None, dry_run: bool, **options: Any
    ) -> None:
        """Queue or only count failed e-mails; print a line for each schema with such e-mails."""
        failures = (MailFailure(reason),) if reason else RESENDABLE
        total = 0
        for name, schema_name in _schemas(agency):
            try:
                count = letters_resend(schema_name=schema_name, failures=failures, dry_run=dry_run)
            except AgencyUpdating:
                self.stderr.write(f"{name}: is being updated, left out")
                continue
            if count:
                self.stdout.write(f"{name}: {count}")
            total += count
        done = "would be sent again" if dry_run else "will be sent again"
        self.stdout.write(f"{total} letters {done}.")


def _schemas(agency: str | None) -> Iterable[tuple[str, str]]:
    national = (NATIONAL, NATIONAL_SCHEMA)
    if agency is None:
        return [national, *agency_list().values_list("code", "schema_name")]
    return [national if agency == NATIONAL else (agency, agency_by_code(agency).schema_name)]
