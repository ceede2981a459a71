"""Compute the national register anew from the events of the agencies."""

from django.core.management.base import BaseCommand
from django.db import transaction

from shared.register.services import register_replace_agency
from tenants.gateway import announcements_of_all


class Command(BaseCommand):
    """``manage.py rebuild_register``: afterwards every published figure is a fresh one."""

    help = "Rebuild the national register from all events."

    @transaction.atomic
    def handle(self, *args: str, **options: object) -> None:
        """Agency by agency, in one transaction: readers see the old figures until the new stand."""
        for schema_name, events in announcements_of_all():
            register_replace_agency(schema_name=schema_name, events=events)
            self.stdout.write(f"{schema_name}: {len(events)} events")
