"""Requests of htmx and scripts for parts of a page.

A response is only the part, or a text with a status: never a whole page, a sign-in page or a
redirect. Status 401 means signed out. Status 403 with a reason in a header means that the token was
renewed after the page was shown; the script then fetches the new token.
"""

from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# Pages that refresh themselves send this header, also when nobody looks at the page.
POLL_HEADER = "Insaf-Poll"
REASON_HEADER = "Insaf-Reason"
RENEWED = "renewed"
SIGNED_OUT = gettext_lazy(
    "You are signed out. What you typed is still on this page: sign in again to save it."
)
TOKEN_RENEWED = gettext_lazy("You have signed in again since this page was loaded. Try again.")


def is_htmx(request: HttpRequest) -> bool:
    """Return whether htmx sent the request; ``META`` is read, because ``headers`` is slower."""
    return "HTTP_HX_REQUEST" in request.META


def is_part(request: HttpRequest) -> bool:
    """Return whether a script requests a part of a page or data."""
    return is_htmx(request) or _wants_json(request)


def is_poll(request: HttpRequest) -> bool:
    """Return whether a page that refreshes itself sent the request, perhaps without a reader."""
    return POLL_HEADER in request.headers


def etag_of(*shown: object) -> str:
    """Return the ETag of a part of a page, from everything that the part shows."""
    return f'"{sha256(repr(shown).encode()).hexdigest()[:32]}"'


def part_if_changed(
    request: HttpRequest, etag: str, render_part: Callable[[], HttpResponse]
) -> HttpResponse:
    """Return the rendered part, or status 304 if the page shows the part with this ETag already.

    The response has this ETag unless ``render_part`` has set another one.
    """
    is_same = request.headers.get("If-None-Match") == etag
    response = HttpResponse(status=304) if is_same else render_part()
    response.setdefault("ETag", etag)
    return response


def words_answer(
    request: HttpRequest,
    words: str | Promise,
    *,
    status: int,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """Return a text for a script: plain text, or JSON with the key ``words``."""
    if _wants_json(request):
        return JsonResponse({"words": str(words)}, status=status, headers=headers)
    return HttpResponse(
        str(words), status=status, headers=headers, content_type="text/plain; charset=utf-8"
    )


def signed_out_answer(request: HttpRequest) -> HttpResponse:
    """Return 401 for a part requested by a reader who is not signed in any more."""
    return words_answer(request, SIGNED_OUT, status=401)


def _wants_json(request: HttpRequest) -> bool:
    return str(request.META.get("HTTP_ACCEPT", "")).startswith("application/json")
