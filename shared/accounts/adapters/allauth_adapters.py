"""Adapters of allauth for the sign-in: each site accepts only accounts with a role of that site."""

import logging
from typing import Any, ClassVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from shared.accounts.adapters.known_browsers import known_browser_of, known_browser_record
from shared.accounts.middleware import presence_begin, session_record
from shared.accounts.models import SignInTry, User
from shared.accounts.permissions import (
    is_citizens_site,
    is_second_step_needed,
    may_sign_in_at,
    may_view_agencies,
)
from shared.accounts.services.sign_in_attempts import (
    TOO_MANY,
    secret_try,
    secret_was_right,
    tries_prune,
)
from shared.accounts.services.users import (
    sign_in_failed,
    sign_in_refused,
    staff_act_record,
    staff_notify,
    staff_sessions_prune,
)
from shared.limits.errors import ProofNeeded
from shared.limits.services.proof import proof_accept
from shared.limits.types import Limit
from shared.limits.views import PROOF_FIELD
from shared.ui.addresses import client_address, client_group

logger = logging.getLogger(__name__)
# allauth's templates of notices, each with the kind of the portal's e-mail sent in its place.
NOTICES = {
    "account/email/email_changed": "email_changed",
    "account/email/email_deleted": "email_changed",
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_changed",
    "account/email/password_set": "password_changed",
    "mfa/email/recovery_codes_generated": "recovery_codes_made",
    "mfa/email/totp_activated": "second_step_on",
    "mfa/email/totp_deactivated": "second_step_off",
}
CODE_IS_VOID = gettext_lazy(
    "This code was tried too often and opens nothing any more. Ask for a new one."
)


class SecondStepAdapter(DefaultMFAAdapter):
    """The adapter of allauth for the second step, an authenticator app or a recovery code."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return whether a user may remove an authenticator; a required app cannot be removed."""
        return authenticator.type != Authenticator.Type.TOTP or not (
            may_view_agencies(authenticator.user.role) or is_second_step_needed(context.request)
        )


class AccountAdapter(DefaultAccountAdapter):
    """The account adapter of allauth, without sign-up: staff create the accounts of other staff,
    and ``public_portal.account`` creates citizens' accounts."""

    # Only pages for codes from e-mails read this table; other pages call ``validation_error``.
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        TOO_MANY: CODE_IS_VOID,
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Return an error; for ``TOO_MANY``, use allauth's text about passwords."""
        if code == TOO_MANY:
            return ValidationError(DefaultAccountAdapter.error_messages[code], code=code)
        return cast(ValidationError, super().validation_error(code, *args))

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return ``False``, because an open sign-up on an agency's host would let anybody in."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        """Redirect a user whose role may not sign in at this site to the sign-in page."""
        if not may_sign_in_at(user.role, citizens=is_citizens_site(request)):
            return redirect("account_login")
        return cast("HttpResponse | None", super().pre_login(request, user, **hooks))

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        """Record the session, the browser and an audit row of a completed sign-in of staff."""
        if not is_citizens_site(request):
            presence_begin(request.session)
            staff_sessions_prune(user=user)
            tries_prune()
            session_record(request, user)
            known_browser_record(request, email=user.email)
            staff_act_record(user=user, what="signed_in")
        return cast(HttpResponse, super().post_login(request, user, **hooks))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a password try per client network and per e-mail address before the comparison.

        Raises ``ValidationError`` over the client's limit, and ``ProofNeeded`` over the limit of
        the address.
        """
        email = str(credentials.get("email", ""))
        try:
            super().pre_authenticate(request, **credentials)
            self._counted = self._count_for_address(request, email)
        except (ValidationError, ProofNeeded):
            sign_in_refused(email=email)
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the user whom allauth authenticates; take a right password out of the counts."""
        user: User | None = super().authenticate(request, **credentials)
        if user:
            secret_was_right(self._counted)
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        """Return whether the password is right.

        Over the limit, the error message says to wait, because the page has no field for a proof of
        work.
        """
        try:
            return bool(super().reauthenticate(user, password))
        except ProofNeeded:
            raise self.validation_error(TOO_MANY) from None

    def set_password(self, user: User, password: str) -> None:
        """Set a password; record the browser as a known browser of the account's address."""
        super().set_password(user, password)
        known_browser_record(self.request, email=user.email)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a failed sign-in of staff in the audit log, also for an unknown address."""
        if not is_citizens_site(request):
            sign_in_failed(email=str(credentials.get("email", "")))

    def logout(self, request: HttpRequest) -> None:
        """Sign the user out, and record a sign-out of staff in the audit log."""
        if not is_citizens_site(request) and request.user.is_authenticated:
            staff_act_record(user=request.user, what="signed_out")
        super().logout(request)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Queue an e-mail about a changed sign-in of staff, to ``email`` or the user's address."""
        if not is_citizens_site(self.request):
            staff_notify(
                user=user,
                what=NOTICES.get(template_prefix, "sign_in_changed"),
                email=email or user.email,
            )

    def get_login_stages(self) -> list[str]:
        """Return allauth's sign-in stages; no stage for citizens, who gave a code or a passkey."""
        return [] if is_citizens_site(self.request) else list(super().get_login_stages())

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Return whether staff must sign in again; always ``False`` for citizens."""
        return not is_citizens_site(self.request) and bool(
            super().is_reauthentication_required(app=app, **details)
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the page after the sign-in: a citizen's complaints, or the start page of staff."""
        return (
            reverse("account:list-complaints")
            if is_citizens_site(request)
            else str(super().get_login_redirect_url(request))
        )

    def add_message(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        """Add allauth's message on pages of staff; citizens do not get allauth's messages."""
        if not is_citizens_site(request):
            super().add_message(request, *args, **options)

    def format_email_subject(self, subject: str) -> str:
        """Return the subject without allauth's prefix; ours has the name of the portal."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send an e-mail; add the language and the text direction to the context of our template.

        A failure of the mail server is only logged, because an error would show which addresses
        have an account. The page offers to send another e-mail.
        """
        language = (get_language() or settings.LANGUAGE_CODE)[:2]
        frame = {"language": language, "direction": "rtl" if language == "ar" else "ltr"}
        try:
            super().send_mail(template_prefix, email, {**frame, **context})
        except OSError as error:
            # Only the error's class is logged, because the message contains the address.
            logger.warning("%s was not sent: %s", template_prefix, type(error).__name__)

    def _count_for_address(self, request: HttpRequest, email: str) -> list[Limit]:
        try:
            return secret_try(
                kind="password",
                account=email,
                place=known_browser_of(request, email=email),
                proves=lambda: proof_accept(request.POST.get(PROOF_FIELD, ""), rows=SignInTry),
            )
        except ProofNeeded:
            # No password was compared, so the try does not count as a wrong password of this
            # client.
            self._rollback_login_failed_rl_usage()
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # The key includes the client, because otherwise five wrong passwords from anywhere would
        # lock the owner out. ``secret_try`` limits guesses from many clients.
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key} {client_group(request)}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's own address; the proxy's address would give all clients one limit."""
        return client_address(request)
