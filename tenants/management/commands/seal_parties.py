"""The command that encrypts the identities of confidential requests that are not encrypted yet."""

from django.core.management.base import BaseCommand, CommandError

from tenants.case_access.services.identity import identities_encrypt, identities_under_other_keys


class Command(BaseCommand):
    """``manage.py seal_parties``, after the update that adds encryption or a change of the key."""

    help = "Seal what older rows hold of confidential people, and anew what a former key sealed."

    def handle(self, *args: str, **options: object) -> None:
        """Encrypt the identities one by one, so that an interrupted run can continue."""
        self.stdout.write(f"{identities_encrypt()} identities sealed")
        if left := identities_under_other_keys():
            raise CommandError(
                f"{left} seals were left: their key is not here (VAULT_KEY_PREVIOUS), or an agency"
                " laid them itself; the log names the agency of each."
            )
