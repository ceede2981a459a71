"""The base class of commands: declared arguments, and domain errors as command errors."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from shared.kernel.errors import DomainError


class DomainCommand(BaseCommand):
    """A command with ``arguments``; a domain error ends it with exit code 1 and the error's code.

    ``arguments`` maps the name of each argument to its options of ``add_argument``.
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
