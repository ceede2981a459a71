"""Middleware for a wrong clock, a lost database connection and the caching of private pages."""

from django.http import HttpRequest, HttpResponse

from shared.kernel.errors import ClockWrong
from shared.ui.error_pages import refusal_page
from shared.ui.middleware import ResponderMiddleware
from tenants.isolation.schema_switch import connection

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class ReconnectMiddleware(ResponderMiddleware):
    """Middleware that repeats a read request whose database connection was lost.

    A request that writes is not repeated, because it may have been done: the sender is asked to
    send it again with its idempotency key.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; repeat a read whose connection was lost, but not after a time limit."""
        connection.is_lost = False
        response = self.get_response(request)
        is_read = request.method in ("GET", "HEAD")
        if response.status_code != 503 or not is_read or not connection.is_lost:
            return response
        connection.close()
        return self.get_response(request)


class ClockMiddleware(ResponderMiddleware):
    """Middleware that refuses writes while this server's clock is wrong; reads are answered."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request that could write with 503: another server or a later try may succeed."""
        if request.method not in SAFE_METHODS:
            try:
                connection.require_clock()
            except ClockWrong as refusal:
                return refusal_page(request, refusal)
        return self.get_response(request)


class PrivatePagesMiddleware(ResponderMiddleware):
    """Middleware that forbids shared and browser caches to store pages about people."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forbid caching the page of a session or an agency, unless the view set the header."""
        response = self.get_response(request)
        if request.session.accessed or connection.schema_name != "public":
            response.setdefault("Cache-Control", "no-store, private")
        return response
