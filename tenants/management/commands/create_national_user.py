"""Let somebody of national staff in: the first two of an installation, and whoever comes later."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from shared.ui.links import host_url


class Command(BaseCommand):
    """``create_national_user operator --email o@insaf.gov.ma --name "..."``."""

    help = "Give somebody an analyst's or operator's account on the host of national oversight."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The role and the person."""
        parser.add_argument("role", choices=[Role.ANALYST.value, Role.OPERATOR.value])
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--language", default="ar", choices=[code for code, _name in settings.LANGUAGES]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account, without a password: its owner sets one by e-mail, then the app."""
        email = options["email"].lower()
        try:
            user_create(
                email=email,
                name=options["name"],
                role=Role(options["role"]),
                password=None,
                language=options["language"],
                actor=SYSTEM,
            )
        except DomainError as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from None
        door = f"{host_url(f'oversight.{settings.BASE_DOMAIN}')}/accounts/password/reset/"
        self.stdout.write(f"{email} is {options['role']}, and sets a password at {door}")
