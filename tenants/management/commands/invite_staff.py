"""Let the staff of a restored workspace come to passwords again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.fleet.services.lifecycle.administrators import staff_invite


class Command(BaseCommand):
    """``invite_staff roads``: passwords are in no bundle."""

    help = "Write to everybody of a workspace's staff who has no password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The workspace."""
        parser.add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Invite, or say why not."""
        try:
            number = staff_invite(agency_code=options["code"], actor=SYSTEM)
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from None
        self.stdout.write(f"{number} people of {options['code']} are invited.")
