"""The command that compares every schema with what the code says it must hold."""

from django.core.management.base import BaseCommand, CommandError

from tenants.isolation.checks import schema_faults


class Command(BaseCommand):
    """``manage.py check_schemas``: exit code 1 and one line a fault when there are faults."""

    help = "Fail when a schema lacks a table, holds one too many, or a key crosses schemas."

    def handle(self, *args: str, **options: object) -> None:
        """Compare the schemas: one query for the tables of all schemas, one for the keys."""
        if faults := schema_faults():
            raise CommandError("\n".join(faults))
        self.stdout.write("every schema holds exactly its tables")
