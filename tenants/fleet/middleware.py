"""Middleware that routes a request by its host name to an agency and its schema."""

from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import set_urlconf
from django.utils.translation import gettext_lazy

from shared.ui.error_pages import page_not_found, refusal_page
from shared.ui.form_keys import typed_texts
from shared.ui.middleware import ResponderMiddleware
from shared.ui.parts import is_part, words_answer
from tenants.agencies.selectors import agency_info, agency_is_open, domain_by_host
from tenants.fleet.services.lifecycle.selectors import acting_administration_reason
from tenants.fleet.types import ClosedConsole
from tenants.isolation.errors import AgencyUpdating
from tenants.isolation.schema_switch import require_version, start_in
from tenants.models import Agency
from tenants.models.enums import AgencyState, Site


class AgencyRequest(HttpRequest):
    """A request to a known host name, with the agency of the host name."""

    agency: Agency


URLCONFS = {
    Site.CITIZENS: settings.PUBLIC_SCHEMA_URLCONF,
    Site.OVERSIGHT: settings.OVERSIGHT_URLCONF,
    Site.AGENCY: settings.ROOT_URLCONF,
}


PROBES = ("/healthz", "/readyz")
# The paths that stay open in a closed console: bills, exports, sign-in and sign-out.
PATHS_OF_CLOSED_CONSOLE = ("/billing/", "/leaving/")
SIGN_IN_PATHS = ("/accounts/", "/language/")


CLOSED = gettext_lazy(
    "This workspace is closed for the moment. What you typed is still on this page: copy it if you "
    "need it."
)


def closed_page(request: HttpRequest, agency: Agency, *, status: int) -> HttpResponse:
    """Return the page that explains why an agency's console is closed."""
    if is_part(request):
        return words_answer(request, CLOSED, status=status)
    closed = ClosedConsole(
        agency=agency_info(agency),
        is_taken_over=agency.taken_over_at is not None,
        is_archived=agency.state == AgencyState.ARCHIVED,
        since=agency.taken_over_at or agency.state_since,
        reason=acting_administration_reason(agency=agency) or agency.state_reason,
    )
    typed = {"typed": typed_texts(request)} if request.method == "POST" else {}
    return render(
        request,
        "agency_console/closed.html",
        {"closed": closed, "contact": settings.OVERSIGHT_EMAIL, "status": status, **typed},
        status=status,
    )


class HostMiddleware(ResponderMiddleware):
    """Middleware that sets the schema and the URLconf of a request from its host name."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set a request's schema and URLconf, or refuse an unknown host or a closed console."""
        start_in(None)
        if request.path in PROBES:
            # A probe must be answered under every host name and without a database query, because
            # the database may be unavailable.
            request.urlconf = URLCONFS[Site.CITIZENS]
            set_urlconf(request.urlconf)
            return self.get_response(request)
        # Only the Host header is read, because a client could choose an agency with
        # X-Forwarded-Host.
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
        # Staff of a closed console must still be able to pay, and to export the data.
        if is_closed and not request.path.startswith((*PATHS_OF_CLOSED_CONSOLE, *SIGN_IN_PATHS)):
            return closed_page(request, domain.tenant, status=503)
        return self.get_response(request)
