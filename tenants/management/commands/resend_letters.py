"""Send letters again that could not be delivered."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shared.mail.enums import RESENDABLE, MailFailure
from tenants.agencies.errors import AgencyNotFound
from tenants.agencies.selectors import NATIONAL_SCHEMA, agency_by_code, agency_list
from tenants.fleet.services.health.undelivered_mail import letters_resend
from tenants.isolation.errors import AgencyUpdating

NATIONAL = "national"


class Command(BaseCommand):
    """``resend_letters [--agency roads] [--reason unreachable] [--dry-run]``."""

    help = "Send failed letters again, for another seven days. Expired codes and links are not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Without arguments: every failed letter of every agency and of the national side."""
        parser.add_argument(
            "--agency", help=f"Only those of one agency ({NATIONAL}: of the national side)."
        )
        parser.add_argument(
            "--reason", choices=[one.value for one in RESENDABLE], help="Only those."
        )
        parser.add_argument("--dry-run", action="store_true", help="Only count them.")

    def handle(
        self, *args: Any, agency: str | None, reason: str | None, dry_run: bool, **options: Any
    ) -> None:
        """Queue them, one line for each schema that has any."""
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


def _schemas(agency: str | None) -> Iterator[tuple[str, str]]:
    if agency in (None, NATIONAL):
        yield NATIONAL, NATIONAL_SCHEMA
    if agency is None:
        yield from agency_list().values_list("code", "schema_name")
    elif agency != NATIONAL:
        try:
            yield agency, agency_by_code(agency).schema_name
        except AgencyNotFound:
            raise CommandError(f"There is no agency {agency}.") from None
