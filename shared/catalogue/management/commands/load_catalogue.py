"""The command ``load_catalogue``, which loads categories and working terms from files."""

from django.core.management.base import BaseCommand

from shared.catalogue.services.categories import catalogue_load
from shared.catalogue.services.terms import working_terms_load
from shared.kernel.actors import SYSTEM


class Command(BaseCommand):
    """The command that loads categories and working terms."""

    help = "Load the national catalogue of categories. Safe to run again."

    def handle(self, *args: str, **options: object) -> None:
        """Load categories and working terms, and print the counts of changes."""
        self.stdout.write(f"catalogue: {catalogue_load(actor=SYSTEM)}")
        self.stdout.write(f"working terms: {working_terms_load(actor=SYSTEM)} added")
