"""Forms for the sign-in of staff, because allauth's forms would accept every account."""

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
# Types of authenticators whose proof is a code.
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class StaffResetPasswordForm(ResetPasswordForm):
    """The form to request a new password, only for staff, because citizens have no password."""

    users: list[User]

    def clean_email(self) -> str:
        """Return the address; a user who may not sign in at this site is treated as unknown."""
        email: str = super().clean_email()
        self.users = [one for one in self.users if may_sign_in_at(one.role, citizens=False)]
        return email


class SignInForm(LoginForm):
    """The form for address and password, with a proof of work after many wrong passwords."""

    challenge = ""
    seconds = 0

    def clean(self) -> dict[str, Any]:
        """Return the cleaned data; if a proof of work is missing, set a challenge and refuse."""
        try:
            return dict(super().clean())
        except ProofNeeded as wanted:
            self.challenge = json.dumps(proof_challenge())
            self.seconds = wanted.retry_after
            raise ValidationError(PROOF_WANTED) from None


class CountedCodeForm(BaseAuthenticateForm):
    """A form for a code of the second step; too many wrong codes block unknown browsers."""

    user: User

    def clean_code(self) -> str:
        """Return the code if it is right; the try is counted before the code is compared.

        allauth counts per account alone, so whoever has the password could lock the owner out
        everywhere with five wrong codes. A wrong code is recorded in the audit log.
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
    """The form for the second-step code after the password."""


class SecondStepAgainForm(CountedCodeForm, ReauthenticateForm):
    """The form for the second-step code of a user who is already signed in."""


class MailedCodeForm(BaseConfirmCodeForm):
    """A form for a code from an e-mail; tries of the code are counted in the database."""

    kept_as: ClassVar[str]
    # Prefix of two settings of allauth: the number of tries, and the seconds for which the code is
    # valid.
    setting: ClassVar[str]

    def clean_code(self) -> str:
        """Return the right code; count the try first, and compare no code over the limit."""
        state: dict[str, Any] = context.request.session[self.kept_as]
        lives = int(getattr(app_settings, f"{self.setting}_TIMEOUT"))
        tried = code_tried(state=state, lives=lives)
        # allauth counts in the session, so eighty parallel tries would all count as the first try.
        # The count of the database is stored here, so that allauth stops after the last try.
        state["failed_attempts"] = tried - 1
        if tried > int(getattr(app_settings, f"{self.setting}_MAX_ATTEMPTS")):
            raise get_adapter().validation_error("incorrect_code")
        return str(super().clean_code())


class NewAddressCodeForm(MailedCodeForm, ConfirmEmailVerificationCodeForm):
    """The form for the e-mailed code that proves a new address."""

    kept_as = EMAIL_VERIFICATION_CODE_SESSION_KEY
    setting = "EMAIL_VERIFICATION_BY_CODE"


class NewPasswordCodeForm(MailedCodeForm, ConfirmPasswordResetCodeForm):
    """The form for the e-mailed code that lets staff set a new password."""

    kept_as = PASSWORD_RESET_VERIFICATION_SESSION_KEY
    setting = "PASSWORD_RESET_BY_CODE"
