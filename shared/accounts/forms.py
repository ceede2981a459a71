"""What staff type where allauth's own form would serve everybody."""

from allauth.account.forms import ResetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.forms import ValidationError

from shared.accounts.models import User
from shared.accounts.permissions import may_sign_in_at
from shared.accounts.services import code_failed


class StaffResetPasswordForm(ResetPasswordForm):
    """A new password for staff; a citizen has none, and gets none on oversight's host."""

    users: list[User]

    def clean_email(self) -> str:
        """Found is only who may sign in here; all others get the answer of an unknown address."""
        email: str = super().clean_email()
        self.users = [one for one in self.users if may_sign_in_at(one.role, citizens=False)]
        return email


class SecondStepForm(AuthenticateForm):
    """The code after the password."""

    user: User

    def clean_code(self) -> str:
        """A wrong one stands in the log: whoever types it has the password."""
        try:
            return str(super().clean_code())
        except ValidationError:
            code_failed(user=self.user)
            raise


class SecondStepAgainForm(ReauthenticateForm):
    """The code once more, before something grave."""

    user: User

    def clean_code(self) -> str:
        """A wrong one stands in the log."""
        try:
            return str(super().clean_code())
        except ValidationError:
            code_failed(user=self.user)
            raise
