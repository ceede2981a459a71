"""The command that compares the tables of every schema with the tables in the code."""

from django.core.management.base import BaseCommand, CommandError

from tenants.isolation.checks import schema_faults


class Command(BaseCommand):
    """``manage.py check_schemas``; the exit code is 1 if a schema has a fault."""

    help = "Fail when a schema lacks a table, holds one too many, or a key crosses schemas."

    def handle(self, *args: str, **options: object) -> None:
        """Compare all schemas with the code, and print one line for each fault."""
        if faults := schema_faults():
            raise CommandError("\n".join(faults))
        self.stdout.write("every schema holds exactly its tables")
