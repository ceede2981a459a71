"""Views that compare agencies, and views of the figures of one agency."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from public_portal.oversight.access.views import oversight_page, page_of
from public_portal.oversight.comparison.forms import ComparisonForm
from public_portal.oversight.comparison.selectors import (
    agency_figures_detail,
    agency_months,
    agency_whole,
    average_lines,
    compared,
    compared_groups,
    refusers,
)
from shared.accounts.permissions import (
    OversightRequest,
    may_operate,
    national_required,
    oversight_required,
)
from shared.register.forms import ScopeForm
from shared.register.presenters.lines import CSV_HEADINGS, csv_rows
from shared.register.types import FigureScope
from shared.ui.form_keys import with_input
from shared.ui.spreadsheets import csv_response
from tenants.agencies.selectors import agency_by_code, agency_info


@require_safe
@national_required
def open_oversight(request: OversightRequest) -> HttpResponseBase:
    """Show the comparison to analysts, and redirect operators to the list of agencies."""
    if may_operate(request.user.role):
        return redirect(with_input(request, reverse("agencies:list-agencies")))
    return compare_agencies(request)


@require_safe
@oversight_required
def compare_agencies(request: HttpRequest) -> HttpResponse:
    """Show the figures of the agencies that the form selects, and the averages."""
    form = ComparisonForm(request.GET)
    if not form.is_valid():
        return oversight_page(request, "comparison/compare", {"form": form})
    found = compared(question=form.to_question())
    page = page_of(request, found.agencies)
    return oversight_page(
        request,
        "comparison/compare",
        {
            "form": form,
            "scope": found.question.scope,
            "as_of": found.figures.as_of,
            "averages": average_lines(found),
            "page": page,
            "agencies": compared_groups(compared=found, agencies=list(page)),
            "file": f"{reverse('oversight:download-comparison')}?{request.GET.urlencode()}",
        },
    )


@require_safe
@oversight_required
def list_refusers(request: HttpRequest) -> HttpResponse:
    """Show the agencies that refuse more than their peers."""
    form = ScopeForm(request.GET)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        context["found"] = refusers(scope=form.to_scope())
    return oversight_page(request, "comparison/refusals", context)


@require_safe
@oversight_required
def show_agency(request: HttpRequest, agency_code: str) -> HttpResponse:
    """Show all figures of one agency, also by months."""
    agency = agency_info(agency_by_code(agency_code))
    form = ScopeForm(request.GET)
    context: dict[str, object] = {"form": form, "agency": agency}
    if form.is_valid():
        scope = form.to_scope(agency_code=agency_code)
        file = _file(scope, agency_code)
        context["detail"] = agency_figures_detail(
            scope=scope, figures_csv=file, months_csv=f"{file}&months=1"
        )
        context["figures_csv"] = file
    return oversight_page(request, "comparison/agency", context)


@require_safe
@oversight_required
def download_comparison(request: HttpRequest) -> HttpResponse:
    """Send the whole comparison as a CSV file."""
    form = ComparisonForm(request.GET)
    if not form.is_valid():
        return oversight_page(request, "comparison/compare", {"form": form}, status=400)
    found = compared(question=form.to_question())
    groups = compared_groups(compared=found, agencies=found.agencies)
    return csv_response(
        filename="insaf-comparison.csv", headings=CSV_HEADINGS, rows=csv_rows(groups)
    )


@require_safe
@oversight_required
def download_agency(request: HttpRequest, agency_code: str) -> HttpResponse:
    """Send the figures of one agency, or its figures by months, as a CSV file."""
    agency = agency_info(agency_by_code(agency_code))
    form = ScopeForm(request.GET)
    if not form.is_valid():
        return oversight_page(
            request, "comparison/agency", {"form": form, "agency": agency}, status=400
        )
    scope = form.to_scope(agency_code=agency_code)
    groups = agency_months(scope=scope) if "months" in request.GET else agency_whole(scope=scope)
    return csv_response(
        filename=f"insaf-{agency_code}.csv", headings=CSV_HEADINGS, rows=csv_rows(groups)
    )


def _file(scope: FigureScope, agency_code: str) -> str:
    asked = {"from": scope.date_from, "to": scope.date_to, "kind": scope.kind or ""}
    return f"{reverse('oversight:download-agency', args=[agency_code])}?{urlencode(asked)}"
