"""The base of the commands: declared arguments, and refusals of the domain as their errors."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from shared.kernel.errors import DomainError


class DomainCommand(BaseCommand):
    """A command with ``arguments``; a refusal ends it with exit code 1 and the refusal's code.

    ``arguments`` holds the options of ``add_argument`` under the name of each argument.
    """

    arguments: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the declared arguments."""
        for name, options in self.arguments.items():
            parser.add_argument(name, **options)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command as Django does. Raises ``CommandError`` for a refusal."""
        try:
            return super().execute(*args, **options)
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from None
