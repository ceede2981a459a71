"""Pages and files with an agency's own figures."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from agency_console.access.views import OfficerRequest, console_page, officer_required
from agency_console.reports.selectors import (
    agency_figures,
    current_figures,
    group_figures,
    interim_figures,
)
from shared.kernel import clock
from shared.register.forms import ScopeForm
from shared.register.presenters.lines import CSV_HEADINGS, csv_rows, month_groups, whole_group
from shared.register.selectors.figures import monthly_received_and_replied
from shared.register.types import FigureScope
from shared.ui.spreadsheets import csv_response
from tenants.billing.enums import Capability
from tenants.billing.permissions.entitlements import allows


@officer_required
@require_safe
def show_figures(request: OfficerRequest) -> HttpResponse:
    """Show the present numbers of cases, and the figures of a period."""
    form = ScopeForm(request.GET)
    may_analyse = allows(request.agency, Capability.ANALYSIS, today=clock.today())
    if not form.is_valid():
        return _page(request, form, is_limited=not may_analyse)
    scope = form.to_scope(agency_code=request.agency.code)
    # The file is available even without payment, because the data belong to the agency.
    file = _file_url(scope)
    if not may_analyse:
        return _page(request, form, figures_csv=file, is_limited=True)
    found = agency_figures(scope=scope, months_csv=f"{file}&months=1")
    interim = interim_figures(scope=scope, reader=request.user)
    return _page(request, form, figures_csv=file, detail=found, interim=interim)


@officer_required
@require_safe
def show_groups(request: OfficerRequest) -> HttpResponse:
    """Show how the requests of a period were answered, by unit, category and officer."""
    form = ScopeForm(request.GET)
    may_analyse = allows(request.agency, Capability.ANALYSIS, today=clock.today())
    shown = (
        group_figures(scope=form.to_scope(), reader=request.user)
        if form.is_valid() and may_analyse
        else None
    )
    context = {"form": form, "shown": shown, "is_limited": not may_analyse}
    return console_page(request, "agency_console/figures_groups.html", context)


@officer_required
@require_safe
def download_figures(request: OfficerRequest) -> HttpResponse:
    """Send a file of the figures of a period, or of its months."""
    form = ScopeForm(request.GET)
    if not form.is_valid():
        return _page(request, form, status=400)
    scope = form.to_scope(agency_code=request.agency.code)
    if "months" in request.GET:
        groups = month_groups(monthly_received_and_replied(scope=scope))
    else:
        groups = [whole_group(agency_figures(scope=scope, months_csv="").sections)]
    return csv_response(
        filename=f"insaf-{request.agency.code}.csv", headings=CSV_HEADINGS, rows=csv_rows(groups)
    )


def _page(
    request: OfficerRequest, form: ScopeForm, status: int = 200, **figures: object
) -> HttpResponse:
    return console_page(
        request,
        "agency_console/figures.html",
        {"form": form, "current": current_figures(officer=request.user), **figures},
        status=status,
    )


def _file_url(scope: FigureScope) -> str:
    query = urlencode({"from": scope.date_from, "to": scope.date_to, "kind": scope.kind or ""})
    return f"{reverse('reports:download-figures')}?{query}"
