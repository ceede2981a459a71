"""Middleware for wrong server time, lost database connections and caching of private pages."""

from django.http import HttpRequest, HttpResponse

from shared.kernel.errors import ClockWrong
from shared.rows.data_versions import data_version_forget
from shared.ui.error_pages import refusal_page
from shared.ui.middleware import ResponderMiddleware
from tenants.isolation.schema_switch import connection

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class ReconnectMiddleware(ResponderMiddleware):
    """Middleware that repeats a read request whose database connection was lost.

    A request that writes is not repeated, because the database may already have stored its changes.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, and answer a read request again if its connection was lost."""
        connection.is_lost = False
        # Without this line, a request that reads no session could use the version of the last one.
        data_version_forget()
        response = self.get_response(request)
        is_read = request.method in ("GET", "HEAD")
        if response.status_code != 503 or not is_read or not connection.is_lost:
            return response
        connection.close()
        return self.get_response(request)


class ClockMiddleware(ResponderMiddleware):
    """Middleware that refuses requests that write while the time of this server is wrong."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request that could write with 503 while the time of this server is wrong."""
        if request.method not in SAFE_METHODS:
            try:
                connection.require_clock()
            except ClockWrong as refusal:
                return refusal_page(request, refusal)
        return self.get_response(request)


class PrivatePagesMiddleware(ResponderMiddleware):
    """Middleware that forbids shared and browser caches to store pages about people."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forbid caches to store an agency's pages, and pages for which the session was used.

        A Cache-Control header that the view has set stays.
        """
        response = self.get_response(request)
        if request.session.accessed or connection.schema_name != "public":
            response.setdefault("Cache-Control", "no-store, private")
        return response
