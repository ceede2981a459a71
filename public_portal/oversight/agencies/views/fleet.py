"""All agencies: what they use, what ails them, and how the machine does."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from public_portal.oversight.agencies.forms import FleetForm
from public_portal.oversight.agencies.presenters import CSV_HEADINGS, csv_rows, fleet_top
from public_portal.oversight.agencies.selectors import fleet_rows
from public_portal.oversight.agencies.views.work import work_page
from shared.accounts.permissions import OversightRequest, national_required
from shared.ui.spreadsheets import csv_response
from tenants.fleet.services.health.agency_list import fleet

AGENCIES_ON_A_PAGE = 50


@require_safe
@national_required
def list_agencies(request: OversightRequest) -> HttpResponse:
    """A page of them, below the figures of the whole."""
    form = FleetForm(request.GET)
    context: dict[str, object] = {"form": form, "head": fleet_top()}
    if form.is_valid():
        found = fleet(query=form.to_query())
        page = Paginator(found, AGENCIES_ON_A_PAGE).get_page(request.GET.get("page"))
        file = f"{reverse('agencies:download-agencies')}?{request.GET.urlencode()}"
        context |= {"page": page, "rows": fleet_rows(agencies=list(page)), "file": file}
    return work_page(request, "fleet", context)


@require_safe
@national_required
def download_agencies(request: OversightRequest) -> HttpResponse:
    """All that the question means, as a file."""
    form = FleetForm(request.GET)
    if not form.is_valid():
        return work_page(request, "fleet", {"form": form, "head": fleet_top()}, status=400)
    rows = fleet_rows(agencies=list(fleet(query=form.to_query())))
    return csv_response(filename="insaf-agencies.csv", headings=CSV_HEADINGS, rows=csv_rows(rows))
