"""Refuse writes while the clock is wrong; ask again on a lost connection; cache no private page."""

from django.http import HttpRequest, HttpResponse

from shared.kernel.errors import ClockWrong
from shared.ui.error_pages import refusal_page
from shared.ui.middleware import ResponderMiddleware
from tenants.isolation.schema_switch import connection

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class ReconnectMiddleware(ResponderMiddleware):
    """Make a page once more whose connection to the database was lost on the way.

    Only of what reads: a request that writes may have been done, and its sender, who has the key
    that makes it happen once, is asked to send it again.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on, a second time where that helps; not to a server that is silent."""
        connection.is_lost = False
        response = self.get_response(request)
        is_read = request.method in ("GET", "HEAD")
        if response.status_code != 503 or not is_read or not connection.is_lost:
            return response
        connection.close()
        return self.get_response(request)


class ClockMiddleware(ResponderMiddleware):
    """Write nothing while this server's clock is wrong; what only reads is answered."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse what could write with 503: another server, or this one later, will take it."""
        if request.method not in SAFE_METHODS:
            try:
                connection.require_clock()
            except ClockWrong as refusal:
                return refusal_page(request, refusal)
        return self.get_response(request)


class PrivatePagesMiddleware(ResponderMiddleware):
    """Keep pages about people out of every cache between here and the reader."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forbid storing whatever depends on a session, unless the view has said otherwise."""
        response = self.get_response(request)
        if request.session.accessed or connection.schema_name != "public":
            response.setdefault("Cache-Control", "no-store, private")
        return response
