"""The command that invites the staff of a restored workspace to set new passwords."""

from shared.kernel.actors import SYSTEM
from tenants.fleet.services.lifecycle.administrators import staff_invite
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py invite_staff roads``, after a restore, because an export has no passwords."""

    help = "Write to everybody of a workspace's staff who has no password."
    arguments = {"code": {}}

    def handle(self, *args: str, code: str, **options: object) -> None:
        """Invite all staff without a password, and print the count of invited people."""
        number = staff_invite(agency_code=code, actor=SYSTEM)
        self.stdout.write(f"{number} people of {code} are invited.")
