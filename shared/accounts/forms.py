"""What staff type where allauth's own form would serve everybody."""

import json
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    BaseConfirmCodeForm,
    ConfirmEmailVerificationCodeForm,
    ConfirmPasswordResetCodeForm,
    LoginForm,
    ResetPasswordForm,
)
from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
)
from allauth.account.internal.flows.password_reset_by_code import (
    PASSWORD_RESET_VERIFICATION_SESSION_KEY,
)
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django.forms import ValidationError
from django.utils.translation import gettext_lazy

from shared.accounts.models import User
from shared.accounts.permissions import may_sign_in_at
from shared.accounts.places import place_of
from shared.accounts.services import code_failed, sign_in_refused
from shared.accounts.tries import TOO_MANY, code_tried, secret_try, secret_was_right
from shared.limits.errors import ProofNeeded
from shared.limits.services import proof_challenge

PROOF_WANTED = gettext_lazy(
    "Many wrong passwords were typed for this address within an hour. Show below that no machine "
    "is trying, or choose a new password by e-mail."
)


class StaffResetPasswordForm(ResetPasswordForm):
    """A new password for staff; a citizen has none, and gets none on oversight's host."""

    users: list[User]

    def clean_email(self) -> str:
        """Found is only who may sign in here; all others get the answer of an unknown address."""
        email: str = super().clean_email()
        self.users = [one for one in self.users if may_sign_in_at(one.role, citizens=False)]
        return email


class SignInForm(LoginForm):
    """Address and password; and a sum, after too many wrong ones for that address."""

    challenge = ""
    seconds = 0

    def clean(self) -> dict[str, Any]:
        """Refused for want of a proof, the page is given a sum to ask for."""
        try:
            cleaned: dict[str, Any] = super().clean()
        except ProofNeeded as wanted:
            self.challenge = json.dumps(proof_challenge())
            self.seconds = wanted.retry_after
            raise ValidationError(PROOF_WANTED) from None
        return cleaned


class CountedCodeForm(BaseAuthenticateForm):
    """A code of the second step; too many wrong ones from unknown places let these wait."""

    user: User

    def clean_code(self) -> str:
        """A wrong one stands in the log: whoever types it has the password."""
        place = place_of(context.request, email=self.user.email)
        try:
            counted = secret_try(kind="step", account=str(self.user.pk), place=place)
            code = str(super().clean_code())
        except ProofNeeded:
            sign_in_refused(email=self.user.email)
            raise get_adapter().validation_error(TOO_MANY) from None
        except ValidationError as error:
            if error.code == TOO_MANY:
                sign_in_refused(email=self.user.email)
            else:
                code_failed(user=self.user)
            raise
        secret_was_right(counted)
        return code


class SecondStepForm(CountedCodeForm, AuthenticateForm):
    """The code after the password."""


class SecondStepAgainForm(CountedCodeForm, ReauthenticateForm):
    """The code once more, before something grave."""


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
