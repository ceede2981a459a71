"""A WSGI request class that decodes all text as UTF-8."""

from collections.abc import Mapping

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """A request that is decoded as UTF-8, whatever charset the Content-Type header names.

    Django would use the named charset, and some charsets of Python raise an error before a
    middleware can answer. ``CharsetMiddleware`` refuses requests with another charset.
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
