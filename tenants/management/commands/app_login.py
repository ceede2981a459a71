"""The command that prints the database login of web processes and workers."""

from pathlib import Path

from django.core.management.base import CommandError

from tenants.isolation.database_roles import application_login, application_password_set
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py app_login --password-file FILE``: set the login's password and print its name."""

    help = "Print the name of the application's login; with a file, set its password from it."
    # The password is read from a file, because other users of the server can see arguments.
    arguments = {"--password-file": {"type": Path, "help": "The password, on one line."}}

    def handle(self, *args: str, password_file: Path | None, **options: object) -> None:
        """Set the password from the file, if given; print the login. Run after ``prepare``."""
        if password_file is not None:
            if not (password := password_file.read_text().strip()):
                raise CommandError(f"{password_file} is empty")
            application_password_set(password=password)
        self.stdout.write(application_login())
