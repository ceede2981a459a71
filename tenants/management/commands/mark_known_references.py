"""The command that marks requests whose reference another agency knows."""

from django.core.management.base import BaseCommand

from tenants.custody.services.known_references import followed_references_mark


class Command(BaseCommand):
    """``manage.py mark_known_references``, after the update that adds ``is_known_elsewhere``."""

    help = "Let no e-mail address open a request whose reference another agency knows."

    def handle(self, *args: str, **options: object) -> None:
        """Mark the references, and print the count of marked references."""
        self.stdout.write(f"{followed_references_mark()} references marked")
