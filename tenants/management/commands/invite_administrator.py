"""Let an administrator into a workspace that nobody can let anybody into."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.fleet.services.lifecycle.administrators import administrator_invite
from tenants.fleet.types import Administrator


class Command(BaseCommand):
    """``invite_administrator roads --email a@roads.gov.ma --name "..."``."""

    help = "Give somebody an administrator's account; they and those who are there are written to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The workspace and the person."""
        parser.add_argument("code")
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--reason", default="", help="for the administrators who are there")
        parser.add_argument(
            "--language", default="ar", choices=[code for code, _name in settings.LANGUAGES]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Invite, or say why not."""
        person = Administrator(
            email=options["email"].lower(), name=options["name"], language=options["language"]
        )
        try:
            administrator_invite(
                agency_code=options["code"], person=person, actor=SYSTEM, reason=options["reason"]
            )
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from None
        self.stdout.write(f"{person.email} is invited to {options['code']}.")
