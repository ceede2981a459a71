"""``load_directory``: bring the national directory to what its sources say."""

from django.core.management.base import BaseCommand

from shared.directory.services.directory_file import directory_load
from shared.kernel.actors import SYSTEM


class Command(BaseCommand):
    """Load public bodies and the words people find them by."""

    help = "Load the national directory of public bodies. Safe to run again."

    def handle(self, *args: str, **options: object) -> None:
        """Load, and say what changed."""
        self.stdout.write(f"directory: {directory_load(actor=SYSTEM)}")
