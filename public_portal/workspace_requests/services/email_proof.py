"""Services for the six-digit code that proves an institution's e-mail address."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from public_portal.workspace_requests.enums import RequestState
from public_portal.workspace_requests.errors import MailedCodeVoid, MailedCodeWrong
from public_portal.workspace_requests.models import WorkspaceRequest
from public_portal.workspace_requests.services.mail import CODE, request_mail_queue
from shared.kernel import clock
from shared.limits.selectors import limit_refusal
from shared.limits.services.attempt_counter import limits_require, limits_reserve
from shared.limits.types import DAY, HOUR, Limit
from tenants.case_access.services.routes import normal_email

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
# A code allows five tries, and one network can request five codes a day for an e-mail address: 25
# guesses of a million codes. After fifteen codes for one address from all networks, each further
# network can still request one code a day, so that strangers cannot block an institution.
MAX_TRIES = 5
LETTERS_PER_EMAIL_AND_PLACE = 5
LETTERS_PER_EMAIL = 15
LETTERS_PER_PLACE = 20
TRIES_PER_PLACE = 40


def code_send(*, request_id: UUID, place: str) -> None:
    """Send a new code to the e-mail address; the former code is void.

    Not atomic, so that the attempt stays counted after an error. Raises ``TooManyAttempts``.
    """
    row = WorkspaceRequest.objects.get(pk=request_id)
    # The network's limits are checked first. If a refused attempt counted for the address too,
    # anybody could block an institution's code for a day.
    here, everywhere, spare = _letter_limits(normal_email(row.email), place)
    limits_require(here)
    had_its_own = limits_reserve(spare)
    if (over := limits_reserve(everywhere)) and had_its_own:
        raise limit_refusal(over)
    _send(request_id)


def email_code_accept(*, request_id: UUID, code: str, place: str) -> None:
    """Mark the e-mail address as proved if ``code`` is the code that was sent.

    Not atomic, so that a wrong try stays counted. Raises ``MailedCodeWrong``,
    ``MailedCodeVoid``, ``TooManyAttempts``.
    """
    limits_require(
        [Limit(name="workspace.tries", subject=place, allowed=TRIES_PER_PLACE, window=HOUR)]
    )
    found = _tried(request_id, code)
    if found is None:
        raise MailedCodeVoid
    if not found:
        raise MailedCodeWrong(field="code")


def _letter_limits(email: str, place: str) -> tuple[list[Limit], list[Limit], list[Limit]]:
    name = "workspace.letter"
    here = Limit(
        name=f"{name}.email.place",
        subject=f"{email} {place}",
        allowed=LETTERS_PER_EMAIL_AND_PLACE,
        window=DAY,
    )
    crowd = Limit(name=f"{name}.place", subject=place, allowed=LETTERS_PER_PLACE, window=HOUR)
    everywhere = Limit(name=f"{name}.email", subject=email, allowed=LETTERS_PER_EMAIL, window=DAY)
    return (
        [here, crowd],
        [everywhere],
        [Limit(name=f"{name}.spare", subject=f"{email} {place}", allowed=1, window=DAY)],
    )


@transaction.atomic
def _send(request_id: UUID) -> None:
    row = WorkspaceRequest.objects.select_for_update().get(pk=request_id)
    code = get_random_string(CODE_DIGITS, "0123456789")
    row.code_digest = _digest(row, code)
    row.code_expires_at, row.code_tries = clock.now() + CODE_LIFE, 0
    row.save(update_fields=["code_digest", "code_expires_at", "code_tries"])
    request_mail_queue(row, CODE, life=CODE_LIFE, code=code)


@transaction.atomic
def _tried(request_id: UUID, typed: str) -> bool | None:
    """Return whether ``typed`` is the code; ``None`` if the code is void."""
    rows = WorkspaceRequest.objects.select_for_update().filter(state=RequestState.UNPROVED)
    row = rows.filter(pk=request_id, code_expires_at__gt=clock.now()).first()
    if row is None or row.code_digest is None or row.code_tries >= MAX_TRIES:
        return None
    if constant_time_compare(bytes(row.code_digest), _digest(row, typed)):
        row.email_proved_at, row.code_digest, row.code_expires_at = clock.now(), None, None
        row.save(update_fields=["email_proved_at", "code_digest", "code_expires_at"])
        return True
    row.code_tries += 1
    row.save(update_fields=["code_tries"])
    return None if row.code_tries == MAX_TRIES else False


def _digest(row: WorkspaceRequest, code: str) -> bytes:
    # Without a key, a copy of the database would reveal the code after a million guesses.
    return salted_hmac(
        "public.signup.code", f"{row.pk.hex} {row.email} {code}", algorithm="sha256"
    ).digest()
