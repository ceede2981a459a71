"""Bring the schemas of agencies up to the code."""

from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand

from tenants.selectors import agency_by_code, agency_list


class Command(BaseCommand):
    """``manage.py migrate_agencies``: every agency, or one of them."""

    help = "Apply migrations to the schemas of agencies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--agency`` for one; ``--plan`` only shows."""
        parser.add_argument("--agency", default="", help="One agency's code.")
        parser.add_argument("--plan", action="store_true", help="Show what would be done.")

    def handle(self, *args: str, agency: str, plan: bool, **options: object) -> None:
        """One agency after the other; each is said as it is done."""
        for row in [agency_by_code(agency)] if agency else agency_list():
            call_command("migrate_schemas", schema_name=row.schema_name, verbosity=0, plan=plan)
            self.stdout.write(f"{row.code}: {'planned' if plan else 'up to date'}")
