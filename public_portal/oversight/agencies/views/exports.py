"""Views with which national oversight exports an agency, and the view of restores."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from public_portal.oversight.access.views import oversight_page
from public_portal.oversight.agencies.forms.workspaces import RecipientForm
from public_portal.oversight.agencies.selectors.jobs import job_lines
from shared.accounts.permissions import (
    OversightRequest,
    national_required,
    operator_required,
    recent_proof_required,
)
from shared.forms.views import posted, reads_or_answers, redirect_with_message, refusals_as_messages
from shared.jobs.selectors import jobs_recent
from shared.kernel.errors import Conflict, NotAllowed, NotFound
from shared.kernel.identifiers import uuid_parse
from shared.ui.links import own_url
from shared.ui.messages import refusals_beside
from tenants.agencies.selectors import NATIONAL_SCHEMA, agency_by_code, agency_info
from tenants.agency_export.services.requests import (
    export_approval_ask,
    export_approval_confirm,
    export_read,
    exports_of,
)
from tenants.approvals.services import approval_withdraw, approvals_shown
from tenants.models.enums import ApprovalKind

MAX_SHOWN = 50


@reads_or_answers
@operator_required
@recent_proof_required()
def export_agency(request: OversightRequest, code: str) -> HttpResponse:
    """Ask for an agency export that is encrypted for the agency's age recipient."""
    agency = agency_by_code(code)
    form = RecipientForm(posted(request))
    if form.is_valid():
        with refusals_beside(form, only=(Conflict,)):
            page = own_url(request, reverse("agencies:export-agency", args=[code]))
            export_approval_ask(agency=agency, page=page, actor=request.actor, **form.cleaned_data)
            return redirect_with_message(
                request,
                _("Your request is recorded. Another person must agree within seven days."),
                "agencies:export-agency",
                code=code,
            )
    exports = _exports(code, request.user.pk)
    # While another export runs or waits for an approval, the form is shown only with typed text.
    is_shown = form.is_bound or not (exports["under_way"] or exports["approval"])
    context = {"form": form if is_shown else None, "agency": agency_info(agency), **exports}
    return oversight_page(request, "agencies/export", context, status=400 if form.errors else 200)


def _exports(code: str, reader_id: int) -> dict[str, object]:
    export_list = exports_of(schema_name=NATIONAL_SCHEMA, subject=code)
    waiting = approvals_shown(reader_id=reader_id, kind=ApprovalKind.EXPORT, subject=code)
    return {
        "export_list": export_list,
        "under_way": next((one for one in export_list if not one.job.is_ended), None),
        "approval": next(iter(waiting), None),
    }


@require_POST
@national_required
@recent_proof_required("agencies:export-agency", "code")
def answer_export(request: OversightRequest, code: str) -> HttpResponse:
    """Approve, refuse or withdraw an export that waits for an approval."""
    agency, actor = agency_by_code(code), request.actor
    read = uuid_parse(request.POST.get("approval", ""))
    with refusals_as_messages(request, only=(Conflict, NotAllowed, NotFound)):
        if request.POST.get("do") == "agree":
            export_approval_confirm(agency=agency, approval_id=read, actor=actor)
            messages.success(request, _("The export has started. Its administrators are notified."))
        else:
            approval_withdraw(kind=ApprovalKind.EXPORT, subject=code, approval_id=read, actor=actor)
            messages.success(request, _("The file will not be made."))
    return redirect("agencies:show-workspace", code=code)


@require_safe
@operator_required
@recent_proof_required()
def take_export(request: OversightRequest, code: str, job_id: UUID) -> FileResponse:
    """Send the export file, and write the reader into the log."""
    path = export_read(
        job_id=job_id, schema_name=NATIONAL_SCHEMA, subject=code, actor=request.actor
    )
    return FileResponse(
        # ``FileResponse`` closes the file.
        path.open("rb"),
        as_attachment=True,
        filename=path.name,
        content_type="application/octet-stream",
    )


@require_safe
@operator_required
def list_restores(request: OversightRequest) -> HttpResponse:
    """Show instructions for restoring an agency, and the latest restores."""
    jobs = job_lines(list(jobs_recent(kinds=("restore",))[:MAX_SHOWN]))
    return oversight_page(request, "agencies/restores", {"jobs": jobs})
