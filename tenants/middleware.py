"""From the host name to the schema, and what pages about people may never be."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import set_urlconf

from shared.accounts.models import User
from shared.accounts.permissions import is_citizens_site
from shared.kernel import clock
from shared.kernel.devices import device_of
from shared.kernel.errors import ClockWrong
from shared.kernel.identifiers import uuid7
from shared.ui.views import page_not_found, refusal_page
from tenants.context import connection, require_version, start_in
from tenants.enums import Site
from tenants.errors import AgencyUpdating
from tenants.lifecycle.looks import take_over_reason
from tenants.models import Agency
from tenants.selectors import agency_is_open, domain_by_host
from tenants.types import VISIT_IN_SESSION
from tenants.visits import visit_note


class AgencyRequest(HttpRequest):
    """A request that has reached a known host."""

    agency: Agency


Responder = Callable[[HttpRequest], HttpResponse]

URLCONFS = {
    Site.CITIZENS: settings.PUBLIC_SCHEMA_URLCONF,
    Site.OVERSIGHT: settings.OVERSIGHT_URLCONF,
    Site.AGENCY: settings.ROOT_URLCONF,
}


PROBES = ("/healthz", "/readyz")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
# A visit is written down as going on once in so many seconds.
NOTED_SECONDS = 600
# In a closed console: what its administrators can always do, and the way in and out for it.
STILL_OPEN = ("/billing/", "/leaving/")
DOOR = ("/accounts/", "/language/")


def closed_page(request: HttpRequest, agency: Agency, *, status: int) -> HttpResponse:
    """Why the staff of an agency cannot work here, in three languages, and what is left to them."""
    context = {
        "agency": agency,
        "reason": take_over_reason(agency=agency) or agency.state_reason,
        "contact": settings.OVERSIGHT_EMAIL,
        "status": status,
    }
    return render(request, "agency_console/closed.html", context, status=status)


class ReconnectMiddleware:
    """Make a page once more whose connection to the database was lost on the way.

    Only of what reads: a request that writes may have been done, and its sender, who has the key
    that makes it happen once, is asked to send it again.
    """

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on, a second time where that helps; not to a server that is silent."""
        connection.is_lost = False
        response = self.get_response(request)
        if response.status_code != 503 or request.method not in ("GET", "HEAD"):
            return response
        if not connection.is_lost:
            return response
        connection.close()
        return self.get_response(request)


class HostMiddleware:
    """Answer each host from its own schema and its own list of URLs; an unknown host gets 404."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Choose the schema for this request; a thread's last agency must not stay behind."""
        start_in(None)
        if request.path in PROBES:
            # For any host, and without a question to the database, which may be what is away.
            request.urlconf = URLCONFS[Site.CITIZENS]
            set_urlconf(request.urlconf)
            return self.get_response(request)
        # Only the Host header: with X-Forwarded-Host a client could choose its agency.
        host, _port = split_domain_port(request.META.get("HTTP_HOST", "").lower())
        domain = domain_by_host(host.rstrip("."))
        site = Site(domain.site) if domain else Site.CITIZENS
        request.urlconf = URLCONFS[site]
        set_urlconf(request.urlconf)
        if domain is None:
            return page_not_found(request, Http404())
        if site is Site.AGENCY:
            try:
                require_version(domain.tenant)
            except AgencyUpdating as refusal:
                return refusal_page(request, refusal)
        start_in(domain.tenant)
        cast(AgencyRequest, request).agency = domain.tenant
        is_closed = site is Site.AGENCY and not agency_is_open(domain.tenant)
        # Who is shut out must still be able to pay, and to take the data along.
        if is_closed and not request.path.startswith((*STILL_OPEN, *DOOR)):
            return closed_page(request, domain.tenant, status=503)
        return self.get_response(request)


class ClockMiddleware:
    """Write nothing while this server's clock is wrong; what only reads is answered."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse what could write with 503: another server, or this one later, will take it."""
        if request.method not in SAFE_METHODS:
            try:
                connection.require_clock()
            except ClockWrong as refusal:
                return refusal_page(request, refusal)
        return self.get_response(request)


class VisitMiddleware:
    """Note, every few minutes, where a citizen is signed in, so that they can see and end it."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; whoever is signed in afterwards has been here."""
        response = self.get_response(request)
        # Only where the session was opened anyway, which is where somebody is signed in.
        is_here = is_citizens_site(request) and request.session.accessed
        # The REST interface knows tokens alone and leaves no user at all on a request.
        user = cast(User | AnonymousUser | None, request.user)
        if is_here and user and user.is_authenticated and request.session.session_key:
            _note(request, request.session.session_key, user.pk)
        return response


def _note(request: HttpRequest, key: str, user_id: int) -> None:
    now = clock.now()
    known = request.session.get(VISIT_IN_SESSION, {})
    # Another key after each proof of who one is: a visit must be found by the present one.
    is_fresh = known.get("key") == key and now.timestamp() - known["at"] < NOTED_SECONDS
    if is_fresh and known.get("user") == user_id:
        return
    if known.get("user") != user_id:
        known = {"id": str(uuid7()), "user": user_id}
        # Fixed, or what is noted in it would move the end of the session on and on.
        request.session.set_expiry(request.session.get_expiry_date())
    visit_note(
        visit_id=UUID(known["id"]),
        user_id=user_id,
        session_key=key,
        device=device_of(request.headers.get("User-Agent", "")),
    )
    request.session[VISIT_IN_SESSION] = {**known, "key": key, "at": now.timestamp()}


class PrivatePagesMiddleware:
    """Keep pages about people out of every cache between here and the reader."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forbid storing whatever depends on a session, unless the view has said otherwise."""
        response = self.get_response(request)
        if request.session.accessed or connection.schema_name != "public":
            response.setdefault("Cache-Control", "no-store, private")
        return response
