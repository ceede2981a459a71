"""The requests that the web server hands in: text comes in UTF-8, whatever its sender calls it."""

from collections.abc import Mapping

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """A request that is read as UTF-8: its sender chooses no codec of Python.

    Django decodes with the codec that the header Content-Type names. Some of them decode no text,
    or raise, before any middleware could answer. ``CharsetMiddleware`` refuses what is sent so.
    """

    def _set_content_type_params(self, meta: Mapping[str, str]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(
                meta.get("CONTENT_TYPE", "")
            )
        except ValueError:
            self.content_type, self.content_params = "", {}


class Utf8Handler(WSGIHandler):
    """Django's handler for such requests."""

    request_class = Utf8Request
