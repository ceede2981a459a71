"""The command that creates an account for a person of national oversight."""

from typing import Any

from django.conf import settings

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.kernel.actors import SYSTEM
from shared.ui.links import host_url
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py create_national_user operator --email o@insaf.gov.ma --name "..."``."""

    help = "Give somebody an analyst's or operator's account on the host of national oversight."
    arguments = {
        "role": {"choices": [Role.ANALYST.value, Role.OPERATOR.value]},
        "--email": {"required": True},
        "--name": {"required": True},
        "--language": {"default": "ar", "choices": [code for code, _name in settings.LANGUAGES]},
    }

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account without a password; the person sets a password later."""
        email = options["email"].lower()
        user_create(
            email=email,
            name=options["name"],
            role=Role(options["role"]),
            password=None,
            language=options["language"],
            actor=SYSTEM,
        )
        page = f"{host_url(f'oversight.{settings.BASE_DOMAIN}')}/accounts/password/reset/"
        self.stdout.write(f"{email} is {options['role']}, and sets a password at {page}")
