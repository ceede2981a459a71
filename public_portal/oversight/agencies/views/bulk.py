"""Views that create many workspaces from a list: template, check, start."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.oversight.access.views import oversight_page
from public_portal.oversight.agencies.forms.bulk import BulkFileForm, BulkTextForm, RegionForm
from public_portal.oversight.agencies.selectors.jobs import MAX_LINES, bulk_lines
from shared.accounts.permissions import OversightRequest, national_required, recent_proof_required
from shared.forms.views import posted, reads_or_answers
from shared.kernel.errors import InvalidInput
from shared.ui.methods import form_of
from shared.ui.spreadsheets import csv_response
from tenants.fleet.services.bulk_creation import COLUMNS, bulk_ask, template_rows
from tenants.fleet.types import BulkList


@reads_or_answers
@national_required
@recent_proof_required()
def check_list(request: OversightRequest) -> HttpResponse:
    """Check an uploaded list, and show which workspaces would be created."""
    form = BulkFileForm(posted(request), request.FILES or None)
    if not form.is_valid():
        return _start_page(request, form, RegionForm())
    return oversight_page(
        request,
        "agencies/bulk_check",
        {
            "total": len(form.bulk_list.rows),
            "rows": form.bulk_list.rows[:MAX_LINES],
            "faults_total": len(form.bulk_list.faults),
            "faults": bulk_lines(form.bulk_list.faults[:MAX_LINES]),
            "text_form": BulkTextForm(initial={"content": form.content}),
        },
    )


@require_safe
@national_required
def download_template(request: OversightRequest) -> HttpResponse:
    """Send a CSV file to fill in, with the communes of a region that have no workspace."""
    form = RegionForm(request.GET)
    if not form.is_valid():
        return _start_page(request, BulkFileForm(), form)
    region = form.cleaned_data["region"]
    return csv_response(
        filename=f"insaf-{region}.csv", headings=COLUMNS, rows=template_rows(region=region)
    )


@form_of("agencies:check-list")
@national_required
@recent_proof_required("agencies:check-list")
def download_faults(request: OversightRequest) -> HttpResponse:
    """Send the errors in the lines of a list, as a CSV file."""
    bulk_list = _bulk_list(request)
    rows = [
        (one.line, one.column, one.value, one.message)
        for one in bulk_lines(bulk_list.faults if bulk_list else ())
    ]
    return csv_response(
        filename="insaf-faults.csv",
        headings=(_("Line"), _("Column"), _("Value"), _("What is wrong")),
        rows=rows,
    )


@form_of("agencies:check-list")
@national_required
@recent_proof_required("agencies:check-list")
def start_list(request: OversightRequest) -> HttpResponse:
    """Start the job that creates the workspaces of a checked list."""
    bulk_list = _bulk_list(request)
    if bulk_list is None or not bulk_list.rows:
        return redirect("agencies:check-list")
    return redirect(
        "agencies:show-job", job_id=bulk_ask(rows=bulk_list.rows, actor=request.actor).id
    )


def _bulk_list(request: HttpRequest) -> BulkList | None:
    form = BulkTextForm(request.POST)
    try:
        return form.to_bulk_list() if form.is_valid() else None
    except InvalidInput:
        # The list was valid on the check page, so somebody must have changed the hidden field.
        return None


def _start_page(request: HttpRequest, form: BulkFileForm, region_form: RegionForm) -> HttpResponse:
    is_wrong = form.errors or region_form.errors
    context: dict[str, object] = {"form": form, "region_form": region_form}
    return oversight_page(request, "agencies/bulk", context, status=400 if is_wrong else 200)
