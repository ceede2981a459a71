"""The command that compares the files that cases name with the files in the storage."""

from django.core.management.base import CommandError

from tenants.agencies.selectors import agency_by_code, agency_list
from tenants.fleet.services.health.usage import stored_files_check
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py check_files``, after a restore; the exit code is 1 if files are missing."""

    help = "Look for every file of every case in the storage, and record those that are missing."
    arguments = {"--agency": {"default": "", "help": "Code of one agency; all without it."}}

    def handle(self, *args: str, agency: str, **options: object) -> None:
        """Print the id of each missing file, and the counts of files of each agency."""
        missing = 0
        for one in [agency_by_code(agency)] if agency else agency_list():
            found = stored_files_check(agency=one)
            missing += len(found.missing)
            for attachment_id in found.missing:
                self.stdout.write(f"{one.code}: attachment {attachment_id} is missing")
            self.stdout.write(
                f"{one.code}: {found.count} files, {len(found.missing)} missing,"
                f" {found.found_again} found again"
            )
        if missing:
            raise CommandError(f"{missing} files are missing from the storage")
