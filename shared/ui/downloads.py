"""Files that are handed out: to be saved, and able to do nothing here."""

from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from shared.ui.cache_control import unlisted

R = TypeVar("R", bound=HttpResponseBase)


def as_download(response: R) -> R:
    """To be saved and never shown inside our pages, run, guessed at, stored or indexed."""
    # Even opened in a window of its own it has no origin, no script and no way out.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def download_response(*, content: bytes, filename: str, content_type: str) -> HttpResponse:
    """A file of ours for its owner alone; ``filename`` is plain ASCII."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return unlisted(as_download(HttpResponse(content, content_type=content_type, headers=headers)))


def as_preview(response: R) -> R:
    """To be shown inside our own pages: a PDF, a picture or a recording, and nothing that runs.

    Without ``sandbox`` and with ``object-src``, for the sake of browsers' own PDF viewers: the type
    is one of a short list, it is not guessed at, and what it holds has no script and no way out.
    """
    as_download(response)
    response["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response
