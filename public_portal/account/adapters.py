"""Codes by e-mail for the citizen's account, and the rate limits of account pages."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from public_portal.account.enums import Purpose
from public_portal.account.services import CODE_LIFE, code_mail
from shared.kernel import clock
from shared.limits.selectors import limit_refusal
from shared.limits.services.attempt_counter import limits_reserve, use_count
from shared.limits.types import HOUR, MINUTE, Limit
from shared.ui.addresses import client_group
from shared.ui.links import page_language

SESSION_KEY = "account_code"
CODE_DIGITS = 8
MAX_TRIES = 5
MAX_LETTERS = 3

Rule = tuple[str, int, timedelta]
# A rule counts the attempts of a client's network ("place"), of an e-mail address or account
# ("key"), or of both together ("pair").
LIMITS: Mapping[str, tuple[Rule, ...]] = {
    "code": (("place", 20, MINUTE), ("place", 100, HOUR), ("pair", 3, MINUTE)),
    "passkey": (("place", 10, MINUTE),),
    "copy": (("key", 6, HOUR),),
}
# The limit of codes for one e-mail address from all networks together. Above the limit, each
# network may still request one code for the address in five minutes (``SPARE``), so that a stranger
# cannot prevent the owner's sign-in.
CROWDED: Mapping[str, Rule] = {"code": ("key", 20, HOUR)}
SPARE: Rule = ("pair", 1, timedelta(minutes=5))


class MailedCode(AbstractCodeVerificationProcess):
    """A code sent by e-mail, which is valid only in the session that requested the code.

    Answers before the right code are equal for addresses with and without an account.
    """

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        super().__init__(
            max_attempts=MAX_TRIES, timeout=int(CODE_LIFE.total_seconds()), state=state
        )
        self.request = request
        self._tries = 0

    @classmethod
    def begin(
        cls, request: HttpRequest, *, purpose: Purpose, email: str, target: str = ""
    ) -> "MailedCode":
        """Send a code by e-mail, and store its state in the session; replace an earlier code."""
        state = cls.initial_state(user=None, email=email)
        state |= {"purpose": purpose.value, "target": target, "owner": request.user.pk}
        pending = cls(request, state)
        pending.send()
        pending.persist()
        return pending

    @classmethod
    def resume(cls, request: HttpRequest) -> "MailedCode | None":
        """Return the code of this session, or ``None`` if no code of this user is valid."""
        state = request.session.get(SESSION_KEY)
        if state is None:
            return None
        pending = cls(request, state)
        if not pending.is_valid() or state["owner"] != request.user.pk:
            pending.abort()
            return None
        return pending

    def is_valid(self) -> bool:
        """Return whether the code was sent, or the right code typed, in the last ten minutes."""
        return bool(clock.timestamp() - self.state["at"] <= self.timeout)

    @property
    def email(self) -> str:
        """Return the e-mail address to which the code was sent."""
        return str(self.state["email"])

    @property
    def purpose(self) -> Purpose:
        """Return the purpose of the code."""
        return Purpose(self.state["purpose"])

    @property
    def target(self) -> str:
        """Return the address of the page after the right code; blank for the default page."""
        return str(self.state["target"])

    @property
    def is_proved(self) -> bool:
        """Return whether the right code was typed."""
        return bool(self.state.get("proved"))

    @property
    def can_resend(self) -> bool:
        """Return whether the citizen may request another e-mail."""
        return not self.is_resend_quota_reached(MAX_LETTERS - 1)

    def send(self) -> None:
        """Send a new code by e-mail, after which the former code is not valid."""
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        letter = secrets.token_urlsafe(16)
        self.state |= {"digest": _digest(code), "letter": letter, "at": clock.timestamp()}
        code_mail(email=self.email, code=code, purpose=self.purpose, language=page_language())

    def resend(self) -> None:
        """Send a new code by e-mail, and count it as a repeated e-mail."""
        self.send()
        self.record_resend()
        self.persist()

    def matches(self, typed: str) -> bool:
        """Count a try, and return whether ``typed`` is the code; a right code works only once."""
        is_right = constant_time_compare(str(self.state.get("digest", "")), _digest(typed))
        if not self._counts_one_more_try() or not is_right:
            return False
        self.state |= {"digest": "", "proved": True, "at": clock.timestamp()}
        self.persist()
        return True

    def record_invalid_attempt(self) -> bool:
        """Return whether another try is allowed; delete the code if no try is left."""
        has_another = self._tries < MAX_TRIES
        if not has_another:
            self.abort()
        return has_another

    def _counts_one_more_try(self) -> bool:
        # Tries are counted in the database: parallel requests read the same session, so with a
        # count in the session all parallel tries would be allowed.
        ends = datetime.fromtimestamp(self.state["at"] + self.timeout, UTC)
        # A session of an earlier release has no key "letter".
        letter = self.state.get("letter") or self.state["digest"]
        self._tries = use_count(name="account.code.tries", subject=letter, until=ends)
        return self._tries <= MAX_TRIES

    def persist(self) -> None:
        """Store the state in the session; the state has only a digest of the code."""
        self.request.session[SESSION_KEY] = self.state

    def abort(self) -> None:
        """Remove the code from the session."""
        self.request.session.pop(SESSION_KEY, None)


def attempt_require(request: HttpRequest, *, action: str, key: str = "") -> None:
    """Count an attempt for the limits of ``LIMITS``. Raises ``TooManyAttempts``.

    An attempt above these limits is not counted for the limit of the e-mail address (``CROWDED``).
    """
    place = client_group(request)
    subjects = {"place": place, "key": key, "pair": f"{key} {place}"}
    if over := _over(action, LIMITS[action], subjects):
        raise limit_refusal(over)
    if action not in CROWDED:
        return
    spare = _over(action, [SPARE], subjects)
    if _over(action, [CROWDED[action]], subjects) and spare:
        raise limit_refusal(spare)


def _over(action: str, rules: Sequence[Rule], subjects: Mapping[str, str]) -> list[Limit]:
    limits = [
        Limit(
            # Without the window in the name, the counts of a minute and of an hour could mix.
            name=f"account.{action}.{by}.{window.total_seconds():.0f}",
            subject=subjects[by],
            allowed=allowed,
            window=window,
        )
        for by, allowed, window in rules
    ]
    return limits_reserve(limits)


def _digest(code: str) -> str:
    return salted_hmac("citizen.account.code", code, algorithm="sha256").hexdigest()
