"""The command that marks earlier requests which a request of another agency refers to."""

from django.core.management.base import BaseCommand

from tenants.custody.services.known_references import followed_references_mark


class Command(BaseCommand):
    """``manage.py mark_known_references``: run once after the release that adds the mark."""

    help = "Let no e-mail address open a request whose reference another agency knows."

    def handle(self, *args: str, **options: object) -> None:
        """Mark the references with one query in each agency, and one query for its references."""
        self.stdout.write(f"{followed_references_mark()} references marked")
