"""The command that removes the second step of a person of national oversight."""

from django.core.management.base import CommandError

from shared.accounts.permissions import may_view_agencies
from shared.accounts.selectors import user_by_email
from shared.accounts.services.users import second_step_reset
from shared.kernel.actors import SYSTEM
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py reset_second_step o@insaf.gov.ma``, for a person who has lost the telephone.

    Before the command is used, the person must be called, because another person may have asked.
    """

    help = "Remove the app and the recovery codes of an analyst or operator, and write to them."
    arguments = {"email": {}}

    def handle(self, *args: str, email: str, **options: object) -> None:
        """Remove the person's authenticator app, recovery codes and password."""
        user = user_by_email(email=email)
        if user is None or not may_view_agencies(user.role):
            raise CommandError(f"nobody of national staff signs in as {email}")
        second_step_reset(user=user, actor=SYSTEM)
        self.stdout.write(f"{user.email} sets up an app at the next sign-in, and has been told.")
