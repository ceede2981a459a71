"""Browsers in which a member of staff has signed in before.

Each browser has signed marks in a cookie of the host. A mark is valid for one e-mail address at one
host; the mark contains no name and gives no access. A browser with a mark has a separate limit of
tries, which strangers cannot use up.
"""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import get_random_string

from shared.kernel import clock

LIFE = timedelta(days=90)
# Limits of a cookie: the count of marks, because colleagues may share a computer, and of
# characters.
MAX_MARKS = 5
LONGEST = 1_000
# Key in ``request.META`` for the e-mail address that the user of this request has proved to own.
NOTED = "accounts.place"


def known_browser_of(request: HttpRequest, *, email: str) -> str:
    """Return the key of this session or known browser to count tries for ``email``, or blank."""
    if request.user.is_authenticated:
        # Tries count per session, so that tries in a stolen session do not lock the owner out.
        return f"session {request.session.session_key}"
    signer = _signer(request, email)
    return next(filter(None, (_number(signer, mark) for mark in _marks(request))), "")


def known_browser_record(request: HttpRequest, *, email: str) -> None:
    """Store in the request that its user has proved to be the owner of ``email``."""
    request.META[NOTED] = email


def known_browser_keep(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set a new mark for the address of ``known_browser_record``; keep marks of other addresses."""
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
    # A browser accepts a cookie named ``__Host-...`` only from the host itself.
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
