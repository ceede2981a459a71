"""An agency is exported on its behalf, or brought back from its bundle."""

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from public_portal.agencies.forms import RecipientForm
from public_portal.agencies.selectors import job_lines
from public_portal.agencies.views.work import work_page
from shared.accounts.permissions import OversightRequest, operator_required, recent_proof_required
from shared.jobs.selectors import jobs_recent
from shared.ui.links import own_url
from tenants.bundle import bundle_read, bundles_of, export_ask
from tenants.selectors import NATIONAL_SCHEMA, agency_by_code, agency_info

MOST_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
@recent_proof_required()
def export_agency(request: OversightRequest, code: str) -> HttpResponse:
    """Have everything of an agency put in a file that its own key alone opens."""
    agency = agency_by_code(code)
    form = RecipientForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        job = export_ask(
            agency=agency,
            recipient=form.cleaned_data["recipient"],
            page=own_url(request, reverse("agencies:export-agency", args=[code])),
            actor=request.actor,
            schema_name=NATIONAL_SCHEMA,
        )
        return redirect("agencies:show-job", job_id=job.id)
    bundles = bundles_of(schema_name=NATIONAL_SCHEMA, subject=code)
    context = {
        "form": form,
        "agency": agency_info(agency),
        "bundles": bundles,
        "under_way": next((one for one in bundles if not one.job.is_ended), None),
    }
    return work_page(request, "bundle", context, status=400 if form.errors else 200)


@require_safe
@operator_required
@recent_proof_required()
def take_bundle(request: OversightRequest, code: str, job_id: UUID) -> FileResponse:
    """The file itself; the log says who took it."""
    path = bundle_read(
        job_id=job_id, schema_name=NATIONAL_SCHEMA, subject=code, actor=request.actor
    )
    return FileResponse(
        # Closed by the answer, once it has been sent.
        path.open("rb"),
        as_attachment=True,
        filename=path.name,
        content_type="application/octet-stream",
    )


@require_safe
@operator_required
def list_restores(request: OversightRequest) -> HttpResponse:
    """How an agency is brought back, and those that were."""
    rows = list(jobs_recent(kinds=("restore",))[:MOST_SHOWN])
    return work_page(request, "restores", {"jobs": job_lines(rows)})
