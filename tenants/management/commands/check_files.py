"""Compare the files that cases name with what the storage holds."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from tenants.agencies.errors import AgencyNotFound
from tenants.agencies.selectors import agency_by_code, agency_list
from tenants.fleet.services.health.missing_files import stored_files_check
from tenants.isolation.errors import AgencyUpdating


class Command(BaseCommand):
    """``manage.py check_files``: to be run after a restore; exit code 1 when files are missing."""

    help = "Look for every file of every case in the storage, and note those that are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--agency`` looks at one agency alone."""
        parser.add_argument("--agency", default="", help="Code of one agency; all without it.")

    def handle(self, *args: str, agency: str, **options: object) -> None:
        """One line for each missing file, by the number of its row, and one for each agency."""
        try:
            agencies = [agency_by_code(agency)] if agency else agency_list()
        except AgencyNotFound:
            raise CommandError(f"there is no agency {agency}") from None
        missing = 0
        for one in agencies:
            try:
                found = stored_files_check(agency=one)
            except AgencyUpdating:
                raise CommandError(f"{one.code}: its tables are older than the code") from None
            missing += len(found.missing)
            for attachment_id in found.missing:
                self.stdout.write(f"{one.code}: attachment {attachment_id} is missing")
            self.stdout.write(
                f"{one.code}: {found.count} files, {len(found.missing)} missing,"
                f" {found.found_again} found again"
            )
        if missing:
            raise CommandError(f"{missing} files are missing from the storage")
