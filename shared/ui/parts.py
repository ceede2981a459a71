"""Requests of htmx and of scripts for parts of a page, whose answers never change the page.

An answer is the part alone, or words with the status that says what happened: no title, no sign-in
page, no redirect that a script follows unseen. Signed out is 401; a token that was renewed since
the page was shown is 403 with the reason in a header, and the script fetches the new token.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# Sent by pages that refresh themselves: perhaps nobody reads them.
POLL_HEADER = "Insaf-Poll"
REASON_HEADER = "Insaf-Reason"
RENEWED = "renewed"
SIGNED_OUT = gettext_lazy(
    "You are signed out. What you typed is still on this page: sign in again to save it."
)
TOKEN_RENEWED = gettext_lazy("You have signed in again since this page was loaded. Try again.")


def is_htmx(request: HttpRequest) -> bool:
    """Return whether htmx sent the request; by ``META``, as ``headers`` would parse all of them."""
    return "HTTP_HX_REQUEST" in request.META


def is_part(request: HttpRequest) -> bool:
    """Return whether a script requests a part or data, and not a browser a page."""
    return is_htmx(request) or _wants_json(request)


def is_poll(request: HttpRequest) -> bool:
    """Return whether a page refreshes itself; perhaps nobody reads it."""
    return POLL_HEADER in request.headers


def words_answer(
    request: HttpRequest,
    words: str | Promise,
    *,
    status: int,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """Return an answer in words to a script: as text, or under ``words`` as JSON."""
    if _wants_json(request):
        return JsonResponse({"words": str(words)}, status=status, headers=headers)
    return HttpResponse(
        str(words), status=status, headers=headers, content_type="text/plain; charset=utf-8"
    )


def signed_out_answer(request: HttpRequest) -> HttpResponse:
    """Return 401: the reader whose page requests a part is not signed in (any more)."""
    return words_answer(request, SIGNED_OUT, status=401)


def _wants_json(request: HttpRequest) -> bool:
    return str(request.META.get("HTTP_ACCEPT", "")).startswith("application/json")
