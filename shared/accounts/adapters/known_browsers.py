"""Browsers in which somebody of staff has signed in before.

Each keeps a mark in a cookie of its host. The mark is good for one address of one host; it names
nobody and opens nothing: it spares its owner what strangers' guesses cost everybody else.
"""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import get_random_string

from shared.kernel import clock

LIFE = timedelta(days=90)
# Colleagues may share a computer; what comes in a header is read so far and no further.
MAX_MARKS = 5
LONGEST = 1_000
# Where a request keeps whose browser it has turned out to be, until it is answered.
NOTED = "accounts.place"


def known_browser_of(request: HttpRequest, *, email: str) -> str:
    """Return the known place from which somebody tries to be that owner; blank for an unknown
    one.
    """
    if request.user.is_authenticated:
        # Whoever has taken a session over has no other one to guess from.
        return f"session {request.session.session_key}"
    signer = _signer(request, email)
    return next(filter(None, (_number(signer, mark) for mark in _marks(request))), "")


def known_browser_record(request: HttpRequest, *, email: str) -> None:
    """Whoever sits before this browser has proved that they are the owner of that address."""
    request.META[NOTED] = email


def known_browser_keep(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser its mark, if somebody has proved who they are; those of others stay."""
    email = str(request.META.get(NOTED, ""))
    if not email:
        return
    signer = _signer(request, email)
    others = [mark for mark in _marks(request) if not _number(signer, mark)]
    ends = int(clock.timestamp() + LIFE.total_seconds())
    response.set_cookie(
        _name(),
        "|".join([signer.sign(f"{get_random_string(22)}.{ends}"), *others][:MAX_MARKS]),
        max_age=LIFE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _name() -> str:
    # As the other cookies: a browser takes this name from the host itself alone.
    return "__Host-places" if settings.SESSION_COOKIE_SECURE else "places"


def _marks(request: HttpRequest) -> list[str]:
    kept = request.COOKIES.get(_name(), "")
    return kept.split("|")[:MAX_MARKS] if 0 < len(kept) <= LONGEST else []


def _signer(request: HttpRequest, email: str) -> Signer:
    return Signer(salt=f"accounts.places {request.get_host().lower()} {email.strip().lower()}")


def _number(signer: Signer, mark: str) -> str:
    try:
        number, _point, ends = signer.unsign(mark).partition(".")
    except BadSignature:
        return ""
    return number if float(ends) > clock.timestamp() else ""
