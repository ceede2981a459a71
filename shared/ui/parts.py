"""Parts of a page: what htmx and the scripts of a page ask for never changes the page around it.

An answer to them is the part alone, or words with the status that says what happened: no title, no
sign-in page, no redirect that a script follows unseen. Signed out is 401; a token that has been
renewed since the page was shown is 403 with the reason in a header, and the script asks for the new
one.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# Pages that ask for themselves again say so: nobody sits before them for certain.
POLL_HEADER = "Insaf-Poll"
REASON_HEADER = "Insaf-Reason"
RENEWED = "renewed"
SIGNED_OUT = gettext_lazy(
    "You are signed out. What you typed is still on this page: sign in again to save it."
)
TOKEN_RENEWED = gettext_lazy("You have signed in again since this page was loaded. Try again.")


def is_htmx(request: HttpRequest) -> bool:
    """Return whether htmx asks; not by ``headers``, for which every request would parse all of
    them.
    """
    return "HTTP_HX_REQUEST" in request.META


def is_part(request: HttpRequest) -> bool:
    """Return whether a script asks for a part of a page, or for data, and not a browser for a
    page.
    """
    return is_htmx(request) or _wants_json(request)


def is_poll(request: HttpRequest) -> bool:
    """Return whether a page asks for itself again; nobody may be there."""
    return POLL_HEADER in request.headers


def words_answer(
    request: HttpRequest,
    words: str | Promise,
    *,
    status: int,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """Answer a script in words alone: as text, or under ``words`` where it asks for JSON."""
    if _wants_json(request):
        return JsonResponse({"words": str(words)}, status=status, headers=headers)
    return HttpResponse(
        str(words), status=status, headers=headers, content_type="text/plain; charset=utf-8"
    )


def signed_out_answer(request: HttpRequest) -> HttpResponse:
    """401: whoever asks for a part is not signed in (any more)."""
    return words_answer(request, SIGNED_OUT, status=401)


def _wants_json(request: HttpRequest) -> bool:
    return str(request.META.get("HTTP_ACCEPT", "")).startswith("application/json")
