"""Security headers of responses with files, and of pages that show files."""

from typing import TypeVar

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from shared.ui.cache_control import unlisted

R = TypeVar("R", bound=HttpResponseBase)

# A policy for pages that play a recording before it is sent.
may_record = csp_update({"media-src": [SELF, "blob:"]})


def as_download(response: R) -> R:
    """Set the headers of a file to be saved only: not shown, run, sniffed, stored or indexed."""
    # If a browser still shows the file, the file has no origin, runs no script and loads nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def download_response(*, content: bytes, filename: str, content_type: str) -> HttpResponse:
    """Return a file that the portal made for the reader alone; ``filename`` must be ASCII."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return unlisted(as_download(HttpResponse(content, content_type=content_type, headers=headers)))


def as_preview(response: R) -> R:
    """Set the headers of a file shown in our pages: a PDF, a picture or a recording; no script.

    Browsers' PDF viewers fail with ``sandbox``. Without ``sandbox`` the file is safe, because its
    type is from a short list and is not sniffed, and the file runs no script and loads nothing.
    """
    as_download(response)
    response["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


def with_files(response: R) -> R:
    """Allow a page to show files of its own host: PDF files in a frame, and recordings."""
    # ``csp_update`` would do the same, but only for views whose only argument is the request.
    setattr(response, "_csp_update", {"frame-src": [SELF], "media-src": [SELF]})  # noqa: B010
    return response
