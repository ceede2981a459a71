"""The command that refuses migrations of agencies which break the former release."""

from django.core.management.base import BaseCommand, CommandError

from tenants.fleet.services.migrator.backward_compatibility import unsafe_migrations


class Command(BaseCommand):
    """``manage.py check_migrations``: exit code 1 and a line for each fault."""

    help = "Fail when a migration of agencies' tables removes or demands something too early."

    def handle(self, *args: str, **options: object) -> None:
        """Check the migration files; no database is needed."""
        if faults := unsafe_migrations():
            raise CommandError("\n".join(faults))
        self.stdout.write("every migration leaves the former release working")
