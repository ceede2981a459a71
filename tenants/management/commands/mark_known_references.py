"""The command that marks earlier requests which a request with another agency refers to."""

from django.core.management.base import BaseCommand

from tenants.custody.services.known_references import followed_references_mark


class Command(BaseCommand):
    """``manage.py mark_known_references``: once after the release that brings the mark."""

    help = "Let no e-mail address open a request whose reference another agency knows."

    def handle(self, *args: str, **options: object) -> None:
        """Mark the references: one query in each agency, and one for its references."""
        self.stdout.write(f"{followed_references_mark()} references marked")
