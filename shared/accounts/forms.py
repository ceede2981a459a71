"""What staff type where allauth's own form would serve everybody."""

from allauth.account.forms import ResetPasswordForm

from shared.accounts.models import User
from shared.accounts.permissions import may_sign_in_at


class StaffResetPasswordForm(ResetPasswordForm):
    """A new password for staff; a citizen has none, and gets none on oversight's host."""

    users: list[User]

    def clean_email(self) -> str:
        """Found is only who may sign in here; all others get the answer of an unknown address."""
        email: str = super().clean_email()
        self.users = [one for one in self.users if may_sign_in_at(one.role, citizens=False)]
        return email
