"""What other people have sent, handed out so that it can do nothing here."""

from typing import TypeVar

from django.http.response import HttpResponseBase

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
