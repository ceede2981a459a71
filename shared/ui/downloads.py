"""Security headers of answers with files, and of pages that show files."""

from typing import TypeVar

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from shared.ui.cache_control import unlisted

R = TypeVar("R", bound=HttpResponseBase)

# A page that plays back what was just recorded on it, before it is sent; on no other page may a
# sound or a film be played.
may_record = csp_update({"media-src": [SELF, "blob:"]})


def as_download(response: R) -> R:
    """Set the headers of a file to be saved: never shown, run, sniffed, stored or indexed."""
    # Even opened in a window of its own, the file has no origin, runs no script and loads nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def download_response(*, content: bytes, filename: str, content_type: str) -> HttpResponse:
    """Return a file of ours for its owner alone; ``filename`` is plain ASCII."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return unlisted(as_download(HttpResponse(content, content_type=content_type, headers=headers)))


def as_preview(response: R) -> R:
    """Set the headers of a file shown in our pages: a PDF, a picture or a recording; no script.

    Without ``sandbox`` and with ``object-src``, for the sake of browsers' own PDF viewers: the type
    is one of a short list, it is not sniffed, and the content can run no script and load nothing.
    """
    as_download(response)
    response["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


def with_files(response: R) -> R:
    """Let a page show files of its own host: a PDF in a frame, and recordings."""
    # As ``csp_update`` does it, whose decorator knows no view with more than a request.
    setattr(response, "_csp_update", {"frame-src": [SELF], "media-src": [SELF]})  # noqa: B010
    return response
