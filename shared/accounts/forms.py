"""What staff type where allauth's own form would serve everybody."""

from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    BaseConfirmCodeForm,
    ConfirmEmailVerificationCodeForm,
    ConfirmPasswordResetCodeForm,
    ResetPasswordForm,
)
from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
)
from allauth.account.internal.flows.password_reset_by_code import (
    PASSWORD_RESET_VERIFICATION_SESSION_KEY,
)
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.forms import ValidationError

from shared.accounts.models import User
from shared.accounts.permissions import may_sign_in_at
from shared.accounts.services import code_failed
from shared.accounts.tries import code_tried


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


class MailedCodeForm(BaseConfirmCodeForm):
    """A code from a letter, with its tries counted where requests at once share the count."""

    kept_as: ClassVar[str]

    def clean_code(self) -> str:
        """Count, and only then compare; a code that was tried too often is refused unread."""
        state: dict[str, Any] = context.request.session[self.kept_as]
        tried = code_tried(state=state, lives=self.lives())
        # The library counts in the session, where each of eighty at once would be the first. By
        # this it sees the real number, and ends the waiting after the last.
        state["failed_attempts"] = tried - 1
        if tried > self.most():
            raise get_adapter().validation_error("incorrect_code")
        return str(super().clean_code())

    def most(self) -> int:
        """How many tries there are."""
        raise NotImplementedError

    def lives(self) -> int:
        """For how many seconds the code is good."""
        raise NotImplementedError


class NewAddressCodeForm(MailedCodeForm, ConfirmEmailVerificationCodeForm):
    """The code that proves a new address."""

    kept_as = EMAIL_VERIFICATION_CODE_SESSION_KEY

    def most(self) -> int:
        """As the library says."""
        return int(app_settings.EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS)

    def lives(self) -> int:
        """As the library says."""
        return int(app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT)


class NewPasswordCodeForm(MailedCodeForm, ConfirmPasswordResetCodeForm):
    """The code that lets somebody set a new password."""

    kept_as = PASSWORD_RESET_VERIFICATION_SESSION_KEY

    def most(self) -> int:
        """As the library says."""
        return int(app_settings.PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS)

    def lives(self) -> int:
        """As the library says."""
        return int(app_settings.PASSWORD_RESET_BY_CODE_TIMEOUT)
