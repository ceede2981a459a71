"""The command that rebuilds the national register from the events of all agencies."""

from django.core.management.base import BaseCommand, CommandError

from shared.register.services import register_rebuild
from tenants.agencies.selectors import agency_list, destroyed_codes
from tenants.case_access.gateway import outbox_events_of


class Command(BaseCommand):
    """``manage.py rebuild_register``, which computes all published figures again."""

    help = "Rebuild the national register from all events."

    def handle(self, *args: str, **options: object) -> None:
        """Rebuild the register in one transaction, so that pages show the old figures meanwhile."""
        done = register_rebuild(
            schemas=list(agency_list().values_list("schema_name", flat=True)),
            events_of=outbox_events_of,
            kept=destroyed_codes(),
        )
        self.stdout.write(f"{done.events} events")
        if done.failed:
            raise CommandError(
                "These could not be counted, and are as they were: " + ", ".join(done.failed)
            )
