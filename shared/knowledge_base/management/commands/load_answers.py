"""``load_answers``: the command that loads the articles from their files."""

from django.core.management.base import BaseCommand

from shared.kernel.actors import SYSTEM
from shared.knowledge_base.services.article_file import article_load


class Command(BaseCommand):
    """Command that loads the articles that citizens read."""

    help = "Load the questions and answers. Safe to run again."

    def handle(self, *args: str, **options: object) -> None:
        """Load the articles, and print what changed."""
        self.stdout.write(f"answers: {article_load(actor=SYSTEM)}")
