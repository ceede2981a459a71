"""Pages on which an administrator orders an agency export, and downloads it once a job made it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.views import (
    OfficerRequest,
    administrator_required,
    console_page,
)
from shared.accounts.permissions import recent_proof_required
from shared.forms.views import reads_or_answers, redirect_with_message
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
    """List what an export contains, earlier exports, and the form that starts an export."""
    export_list = exports_of(schema_name=request.agency.schema_name)
    return console_page(
        request,
        "agency_console/agency_export.html",
        {
            "export_list": export_list,
            "under_way": next((one for one in export_list if not one.job.is_ended), None),
        },
    )


@administrator_required
@reads_or_answers
def start_export(request: OfficerRequest) -> HttpResponse:
    """Start an export at a POST request; redirect a GET request."""
    return _key_page(request) if request.method == "POST" else _key_was_shown(request)


@recent_proof_required("agency_export:show-leaving")
@never_cache
def _key_page(request: OfficerRequest) -> HttpResponse:
    """Start an export and show its secret key, which is stored nowhere and shown only here."""
    keys = key_make()
    job = export_ask(
        agency=request.agency,
        recipient=keys.recipient,
        page=own_url(request, reverse("agency_export:show-leaving")),
        actor=request.actor,
    )
    return console_page(
        request,
        "agency_console/agency_export_key.html",
        {"keys": keys, "job_id": job.id, "code": request.agency.code},
    )


@administrator_required
@require_safe
def show_export(request: OfficerRequest, job_id: UUID) -> HttpResponse:
    """Show one export: its progress, then how to download and verify the export."""
    export = export_get(job_id=job_id, schema_name=request.agency.schema_name)
    job = job_detail(
        export.job,
        url=reverse("agency_export:show-bundle", args=[job_id]),
        cancel_url=reverse("agency_export:cancel-export", args=[job_id]),
        retry_url=reverse("agency_export:retry-export", args=[job_id]),
    )
    return console_page(
        request,
        "agency_console/agency_export_job.html",
        {"export": export, "job": job},
        part="components/job_card.html",
    )


@administrator_required
@recent_proof_required()
@require_safe
def take_export(request: OfficerRequest, job_id: UUID) -> FileResponse:
    """Send the file of an export in pieces; the audit log records who downloaded the file."""
    path = export_read(job_id=job_id, schema_name=request.agency.schema_name, actor=request.actor)
    # The response closes the file once it has been sent.
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=path.name,
        content_type="application/octet-stream",
    )


@administrator_required
@require_POST
def cancel_export(request: OfficerRequest, job_id: UUID) -> HttpResponse:
    """Cancel the job of an export."""
    return _change_job(
        request, job_id, export_cancel, _("The export will end after the current step.")
    )


@administrator_required
@require_POST
def retry_export(request: OfficerRequest, job_id: UUID) -> HttpResponse:
    """Retry a failed export with the same key."""
    return _change_job(
        request, job_id, export_retry, _("The export continues from the step at which it stopped.")
    )


def _key_was_shown(request: OfficerRequest) -> HttpResponse:
    """Redirect to the latest export, if there is one, and say that its key was shown once."""
    latest = next(iter(exports_of(schema_name=request.agency.schema_name)), None)
    if latest is None:
        return redirect("agency_export:show-leaving")
    return redirect_with_message(
        request,
        _(
            "The key was shown once, when the export was started. It cannot be shown again. If you "
            "have not saved it, start another export."
        ),
        "agency_export:show-bundle",
        level=messages.WARNING,
        job_id=latest.job.id,
    )


def _change_job(
    request: OfficerRequest, job_id: UUID, change: Callable[..., object], message: str
) -> HttpResponse:
    change(job_id=job_id, schema_name=request.agency.schema_name, actor=request.actor)
    return redirect_with_message(
        request, message, reverse("agency_export:show-bundle", args=[job_id])
    )
