"""The command that finds migrations of agencies that could break the former release."""

from django.core.management.base import BaseCommand, CommandError

from tenants.fleet.services.migrator.backward_compatibility import unsafe_migrations


class Command(BaseCommand):
    """``manage.py check_migrations``; the exit code is 1 if a migration has a fault."""

    help = "Fail when a migration of agencies' tables removes or demands something too early."

    def handle(self, *args: str, **options: object) -> None:
        """Check the migration files without a database, and print one line for each fault."""
        if faults := unsafe_migrations():
            raise CommandError("\n".join(faults))
        self.stdout.write("every migration leaves the former release working")
