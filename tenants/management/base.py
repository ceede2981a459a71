"""The base class of the project's management commands."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from shared.kernel.errors import DomainError


class DomainCommand(BaseCommand):
    """A command that, after a domain error, prints the error's code and ends with exit code 1.

    ``arguments`` is a dict: name of the argument -> options of ``add_argument``.
    """

    arguments: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the command's declared arguments to the parser."""
        for name, options in self.arguments.items():
            parser.add_argument(name, **options)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command as Django does. Raises ``CommandError`` for a domain error."""
        try:
            return super().execute(*args, **options)
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from None
