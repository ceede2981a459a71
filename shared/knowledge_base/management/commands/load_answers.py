"""``load_answers``: bring the questions and answers to what their file says."""

from django.core.management.base import BaseCommand

from shared.kernel.actors import SYSTEM
from shared.knowledge_base.services.article_file import article_load


class Command(BaseCommand):
    """Load the articles that citizens read."""

    help = "Load the questions and answers. Safe to run again."

    def handle(self, *args: str, **options: object) -> None:
        """Load, and say what changed."""
        self.stdout.write(f"answers: {article_load(actor=SYSTEM)}")
