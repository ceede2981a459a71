"""Sign-in codes by e-mail, bound to one session, and the limits of account pages; uses allauth."""

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
# By network of the client (place), by mailbox or account (key), and by both (pair).
LIMITS: Mapping[str, tuple[Rule, ...]] = {
    "code": (("place", 20, MINUTE), ("place", 100, HOUR), ("pair", 3, MINUTE)),
    "passkey": (("place", 10, MINUTE),),
    "copy": (("key", 6, HOUR),),
}
# What a mailbox gets from all networks together. Over it, each network gets one more e-mail in five
# minutes: strangers may delay the owner's code, and must not prevent it. Such a code has five tries
# among a hundred million like every other.
CROWDED: Mapping[str, Rule] = {"code": ("key", 20, HOUR)}
SPARE: Rule = ("pair", 1, timedelta(minutes=5))


class MailedCode(AbstractCodeVerificationProcess):
    """A mailed code, and the session in which it must be typed.

    All addresses are treated alike: whether an account exists shows only after the right code.
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
        """Mail a code and store its state in the session, in place of an earlier code."""
        state = cls.initial_state(user=None, email=email)
        state |= {"purpose": purpose.value, "target": target, "owner": request.user.pk}
        pending = cls(request, state)
        pending.send()
        pending.persist()
        return pending

    @classmethod
    def resume(cls, request: HttpRequest) -> "MailedCode | None":
        """Return the code of this session; ``None`` after ten minutes or for another user."""
        state = request.session.get(SESSION_KEY)
        if state is None:
            return None
        pending = cls(request, state)
        if not pending.is_valid() or state["owner"] != request.user.pk:
            pending.abort()
            return None
        return pending

    def is_valid(self) -> bool:
        """Return whether the code is at most ten minutes old."""
        return bool(clock.timestamp() - self.state["at"] <= self.timeout)

    @property
    def email(self) -> str:
        """The address to which the code was mailed."""
        return str(self.state["email"])

    @property
    def purpose(self) -> Purpose:
        """What the code is for."""
        return Purpose(self.state["purpose"])

    @property
    def target(self) -> str:
        """The page to open after the code was accepted; blank for the default page."""
        return str(self.state["target"])

    @property
    def is_proved(self) -> bool:
        """Whether the code was right; a new citizen still has to give a name."""
        return bool(self.state.get("proved"))

    @property
    def can_resend(self) -> bool:
        """Whether the citizen may ask for another e-mail."""
        return not self.is_resend_quota_reached(MAX_LETTERS - 1)

    def send(self) -> None:
        """Mail a new code, which makes the former one void."""
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        letter = secrets.token_urlsafe(16)
        self.state |= {"digest": _digest(code), "letter": letter, "at": clock.timestamp()}
        code_mail(email=self.email, code=code, purpose=self.purpose, language=page_language())

    def resend(self) -> None:
        """Mail another code, and count it."""
        self.send()
        self.record_resend()
        self.persist()

    def matches(self, typed: str) -> bool:
        """Return whether ``typed`` is the code, within five tries; a right code is used up."""
        is_right = constant_time_compare(str(self.state.get("digest", "")), _digest(typed))
        if not self._counts_one_more_try() or not is_right:
            return False
        self.state |= {"digest": "", "proved": True, "at": clock.timestamp()}
        self.persist()
        return True

    def record_invalid_attempt(self) -> bool:
        """Return whether a try is left; after the last one the code is void."""
        has_another = self._tries < MAX_TRIES
        if not has_another:
            self.abort()
        return has_another

    def _counts_one_more_try(self) -> bool:
        # In the database and before the answer: parallel requests each see the session as it was
        # when they began, and eighty of them would all find four tries left.
        ends = datetime.fromtimestamp(self.state["at"] + self.timeout, UTC)
        # A session from before e-mails had a number is counted by the code's digest.
        letter = self.state.get("letter") or self.state["digest"]
        self._tries = use_count(name="account.code.tries", subject=letter, until=ends)
        return self._tries <= MAX_TRIES

    def persist(self) -> None:
        """Store the state in the session; the code itself is only in the e-mail."""
        self.request.session[SESSION_KEY] = self.state

    def abort(self) -> None:
        """Remove the code from the session."""
        self.request.session.pop(SESSION_KEY, None)


def attempt_require(request: HttpRequest, *, action: str, key: str = "") -> None:
    """Count one try. Raises ``TooManyAttempts`` over a limit of the network, the key or both.

    A try that is refused for its network is not counted for the mailbox.
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
            # The window is in the name: a minute and an hour may begin together.
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
