"""An administration takes everything along: asked for here, made elsewhere, taken here."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.views import OfficerRequest, administrator_required, console_page
from shared.accounts.permissions import recent_proof_required
from shared.jobs.presenters import job_detail
from shared.ui.links import own_url
from tenants.agency_export.services.encryption import key_make
from tenants.agency_export.services.requests import (
    export_ask,
    export_cancel,
    export_get,
    export_read,
    export_retry,
    exports_of,
)


@administrator_required
@require_safe
def show_leaving(request: OfficerRequest) -> HttpResponse:
    """What would be in the file, the way to have it made, and those that were made."""
    bundles = exports_of(schema_name=request.agency.schema_name)
    under_way = next((one for one in bundles if not one.job.is_ended), None)
    context = {"bundles": bundles, "under_way": under_way}
    return console_page(request, "agency_console/agency_export.html", context)


@administrator_required
@require_POST
@recent_proof_required("agency_export:show-leaving")
@never_cache
def start_export(request: OfficerRequest) -> HttpResponse:
    """Have the file made; its key is on this one page and nowhere else."""
    keys = key_make()
    job = export_ask(
        agency=request.agency,
        recipient=keys.recipient,
        page=own_url(request, reverse("agency_export:show-leaving")),
        actor=request.actor,
    )
    context = {"keys": keys, "job": job, "code": request.agency.code}
    return console_page(request, "agency_console/agency_export_key.html", context)


@administrator_required
@require_safe
def show_bundle(request: OfficerRequest, job_id: UUID) -> HttpResponse:
    """One file: how far it is, then the way to take and to check it."""
    bundle = export_get(job_id=job_id, schema_name=request.agency.schema_name)
    sheet = job_detail(
        bundle.job,
        url=reverse("agency_export:show-bundle", args=[job_id]),
        cancel_url=reverse("agency_export:cancel-export", args=[job_id]),
        retry_url=reverse("agency_export:retry-export", args=[job_id]),
    )
    context = {"bundle": bundle, "job": sheet}
    return console_page(request, "agency_console/agency_export_job.html", context)


@administrator_required
@recent_proof_required()
@require_safe
def take_bundle(request: OfficerRequest, job_id: UUID) -> FileResponse:
    """The file itself, piece by piece; the log says who took it."""
    path = export_read(job_id=job_id, schema_name=request.agency.schema_name, actor=request.actor)
    # Closed by the answer, once it has been sent.
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=path.name,
        content_type="application/octet-stream",
    )


@administrator_required
@require_POST
def cancel_export(request: OfficerRequest, job_id: UUID) -> HttpResponse:
    """Stop the making."""
    export_cancel(job_id=job_id, schema_name=request.agency.schema_name, actor=request.actor)
    messages.success(request, _("The work will be ended after the step in hand."))
    return redirect("agency_export:show-bundle", job_id=job_id)


@administrator_required
@require_POST
def retry_export(request: OfficerRequest, job_id: UUID) -> HttpResponse:
    """Try again what failed, for the same key."""
    export_retry(job_id=job_id, schema_name=request.agency.schema_name, actor=request.actor)
    messages.success(request, _("The work goes on from the step at which it stopped."))
    return redirect("agency_export:show-bundle", job_id=job_id)
