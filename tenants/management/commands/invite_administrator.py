"""The command that invites an administrator to a workspace."""

from typing import Any

from django.conf import settings

from shared.kernel.actors import SYSTEM
from tenants.fleet.services.lifecycle.administrators import administrator_invite
from tenants.fleet.types import Administrator
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py invite_administrator roads --email a@roads.gov.ma --name "..."``."""

    help = "Give somebody an administrator's account; they and those who are there are written to."
    arguments = {
        "code": {},
        "--email": {"required": True},
        "--name": {"required": True},
        "--reason": {"default": "", "help": "for the administrators who are there"},
        "--language": {"default": "ar", "choices": [code for code, _name in settings.LANGUAGES]},
    }

    def handle(self, *args: Any, **options: Any) -> None:
        """Invite the person as an administrator of the agency."""
        code, email = options["code"], options["email"].lower()
        administrator_invite(
            agency_code=code,
            person=Administrator(email=email, name=options["name"], language=options["language"]),
            actor=SYSTEM,
            reason=options["reason"],
        )
        self.stdout.write(f"{email} is invited to {code}.")
