"""The command that encrypts the identities of confidential requests with the present key."""

from django.core.management.base import BaseCommand, CommandError

from tenants.case_access.services.identity import identities_encrypt, identities_under_other_keys


class Command(BaseCommand):
    """``manage.py seal_parties``, after a change of the key, or after adding encryption."""

    help = "Seal what older rows hold of confidential people, and anew what a former key sealed."

    def handle(self, *args: str, **options: object) -> None:
        """Encrypt the identities one by one, so that an interrupted run can continue."""
        self.stdout.write(f"{identities_encrypt()} identities sealed")
        if left := identities_under_other_keys():
            raise CommandError(
                f"{left} seals were left: their key is not here (VAULT_KEY_PREVIOUS), or an agency"
                " laid them itself; the log names the agency of each."
            )
