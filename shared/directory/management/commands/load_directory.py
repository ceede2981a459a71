"""The command ``load_directory``, which loads the national directory from its sources."""

from django.core.management.base import BaseCommand

from shared.directory.services.directory_file import directory_load
from shared.kernel.actors import SYSTEM


class Command(BaseCommand):
    """The command that loads public bodies and the words by which search finds bodies."""

    help = "Load the national directory of public bodies. Safe to run again."

    def handle(self, *args: str, **options: object) -> None:
        """Load the directory, and print how many entries changed."""
        self.stdout.write(f"directory: {directory_load(actor=SYSTEM)}")
