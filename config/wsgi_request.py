"""The request class of the WSGI handler, which reads all text as UTF-8."""

from collections.abc import Mapping

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """A request that is read as UTF-8, so that its sender can choose no other codec of Python.

    Django decodes with the codec that the header Content-Type names. Some codecs decode no text, or
    raise, before any middleware could answer. ``CharsetMiddleware`` refuses such requests.
    """

    def _set_content_type_params(self, meta: Mapping[str, str]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(
                meta.get("CONTENT_TYPE", "")
            )
        except ValueError:
            self.content_type, self.content_params = "", {}


class Utf8Handler(WSGIHandler):
    """Django's WSGI handler with ``Utf8Request`` as its request class."""

    request_class = Utf8Request
