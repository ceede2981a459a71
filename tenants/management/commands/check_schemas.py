"""The command that compares the tables of every schema with the tables in the code."""

from django.core.management.base import BaseCommand, CommandError

from tenants.isolation.checks import schema_faults


class Command(BaseCommand):
    """``manage.py check_schemas``: exit code 1 and a line for each fault, if faults exist."""

    help = "Fail when a schema lacks a table, holds one too many, or a key crosses schemas."

    def handle(self, *args: str, **options: object) -> None:
        """Compare the schemas with one query for the tables and one query for the keys."""
        if faults := schema_faults():
            raise CommandError("\n".join(faults))
        self.stdout.write("every schema holds exactly its tables")
