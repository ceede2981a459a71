"""The command that e-mails the staff of a restored workspace, who need new passwords."""

from shared.kernel.actors import SYSTEM
from tenants.fleet.services.lifecycle.administrators import staff_invite
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``invite_staff roads``: needed after a restore because an export has no passwords."""

    help = "Write to everybody of a workspace's staff who has no password."
    arguments = {"code": {}}

    def handle(self, *args: str, code: str, **options: object) -> None:
        """Invite all staff without a password, and print how many people are invited."""
        number = staff_invite(agency_code=code, actor=SYSTEM)
        self.stdout.write(f"{number} people of {code} are invited.")
