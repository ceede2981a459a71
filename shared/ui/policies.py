"""Where a page may do a little more than the others."""

from typing import TypeVar

from csp.constants import SELF
from csp.decorators import csp_update
from django.http.response import HttpResponseBase

R = TypeVar("R", bound=HttpResponseBase)

# A page that plays back what was just recorded on it, before it is sent; on no other page may a
# sound or a film be played.
may_record = csp_update({"media-src": [SELF, "blob:"]})


def with_files(response: R) -> R:
    """Let a page show files of its own host: a PDF in a frame, and recordings."""
    # As ``csp_update`` does it, whose decorator knows no view with more than a request.
    setattr(response, "_csp_update", {"frame-src": [SELF], "media-src": [SELF]})  # noqa: B010
    return response
