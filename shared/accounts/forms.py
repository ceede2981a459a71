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
from allauth.core import context, ratelimit
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.forms import ValidationError
from django.utils.translation import gettext_lazy

from shared.accounts.adapters.known_browsers import known_browser_of
from shared.accounts.models import User
from shared.accounts.permissions import may_sign_in_at
from shared.accounts.services.sign_in_attempts import (
    TOO_MANY,
    code_tried,
    secret_try,
    secret_was_right,
)
from shared.accounts.services.users import code_failed, sign_in_refused
from shared.limits.errors import ProofNeeded
from shared.limits.services.proof import proof_challenge
from shared.ui.addresses import client_group

PROOF_WANTED = gettext_lazy(
    "Many wrong passwords were typed for this address within an hour. Show below that no machine "
    "is trying, or choose a new password by e-mail."
)
MANY_CODES = gettext_lazy(
    "Many wrong codes were typed for this account within an hour. Sign in where you have signed in "
    "before; or choose a new password by e-mail in this browser, and then give your code."
)
# Whose codes somebody types.
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


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
        """Return refused for want of a proof, the page is given a sum to ask for."""
        try:
            return dict(super().clean())
        except ProofNeeded as wanted:
            self.challenge = json.dumps(proof_challenge())
            self.seconds = wanted.retry_after
            raise ValidationError(PROOF_WANTED) from None


class CountedCodeForm(BaseAuthenticateForm):
    """A code of the second step; too many wrong ones from unknown places let these wait."""

    user: User

    def clean_code(self) -> str:
        """Count, and only then compare, where the library counts for the account alone.

        By that count five wrong codes of whoever has the password would lock the owner out
        everywhere. A wrong one stands in the log.
        """
        request, email = context.request, self.user.email
        place = known_browser_of(request, email=email)
        here = f"{self.user.pk} {place or client_group(request)}"
        if not ratelimit.consume(request, action="login_failed", key=here):
            sign_in_refused(email=email)
            raise get_adapter().validation_error(TOO_MANY)
        try:
            counted = secret_try(kind="step", account=str(self.user.pk), place=place)
        except ProofNeeded:
            sign_in_refused(email=email)
            raise ValidationError(MANY_CODES, code=TOO_MANY) from None
        code = str(self.cleaned_data["code"])
        for one in Authenticator.objects.filter(user=self.user, type__in=STEPS):
            if one.wrap().validate_code(code):
                self.authenticator = one
                ratelimit.clear(request, action="login_failed", key=here)
                secret_was_right(counted)
                return code
        code_failed(user=self.user)
        raise get_adapter().validation_error("incorrect_code")


class SecondStepForm(CountedCodeForm, AuthenticateForm):
    """The code after the password."""


class SecondStepAgainForm(CountedCodeForm, ReauthenticateForm):
    """The code once more, before something grave."""


class MailedCodeForm(BaseConfirmCodeForm):
    """A code from an e-mail, with its tries counted where requests at once share the count."""

    kept_as: ClassVar[str]
    # Before the names of the library's settings: how many tries there are, and for how many
    # seconds the code is good.
    setting: ClassVar[str]

    def clean_code(self) -> str:
        """Count, and only then compare; a code that was tried too often is refused unread."""
        state: dict[str, Any] = context.request.session[self.kept_as]
        lives = int(getattr(app_settings, f"{self.setting}_TIMEOUT"))
        tried = code_tried(state=state, lives=lives)
        # The library counts in the session, where each of eighty at once would be the first. By
        # this it sees the real number, and ends the waiting after the last.
        state["failed_attempts"] = tried - 1
        if tried > int(getattr(app_settings, f"{self.setting}_MAX_ATTEMPTS")):
            raise get_adapter().validation_error("incorrect_code")
        return str(super().clean_code())


class NewAddressCodeForm(MailedCodeForm, ConfirmEmailVerificationCodeForm):
    """The code that proves a new address."""

    kept_as = EMAIL_VERIFICATION_CODE_SESSION_KEY
    setting = "EMAIL_VERIFICATION_BY_CODE"


class NewPasswordCodeForm(MailedCodeForm, ConfirmPasswordResetCodeForm):
    """The code that lets somebody set a new password."""

    kept_as = PASSWORD_RESET_VERIFICATION_SESSION_KEY
    setting = "PASSWORD_RESET_BY_CODE"
