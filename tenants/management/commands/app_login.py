"""The login under which web and worker sign in."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tenants.isolation.roles import application_login, application_password_set


class Command(BaseCommand):
    """``manage.py app_login --password-file FILE``: sets its password and prints its name."""

    help = "Print the name of the application's login; with a file, set its password from it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A file, for an argument would stand in the list of processes."""
        parser.add_argument("--password-file", type=Path, help="The password, on one line.")

    def handle(self, *args: str, password_file: Path | None, **options: object) -> None:
        """Run as the owner, after ``prepare``."""
        if password_file is not None:
            password = password_file.read_text().strip()
            if not password:
                raise CommandError(f"{password_file} is empty")
            application_password_set(password=password)
        self.stdout.write(application_login())
