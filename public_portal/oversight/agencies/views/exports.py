"""An agency is exported on its behalf, or brought back from its bundle."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from public_portal.oversight.agencies.forms.workspaces import RecipientForm
from public_portal.oversight.agencies.selectors import job_lines
from public_portal.oversight.agencies.views.jobs import work_page
from shared.accounts.permissions import (
    OversightRequest,
    national_required,
    operator_required,
    recent_proof_required,
)
from shared.jobs.selectors import jobs_recent
from shared.kernel.errors import Conflict, NotAllowed, NotFound
from shared.kernel.identifiers import uuid_parse
from shared.ui.links import own_url
from shared.ui.messages import refusal_message
from tenants.agencies.selectors import NATIONAL_SCHEMA, agency_by_code, agency_info
from tenants.agency_export.services import (
    export_approval_ask,
    export_approval_confirm,
    export_read,
    exports_of,
)
from tenants.approvals.services import approval_withdraw, approvals_shown
from tenants.models import Agency
from tenants.models.enums import ApprovalKind

MAX_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
@recent_proof_required()
def export_agency(request: OversightRequest, code: str) -> HttpResponse:
    """Ask that everything of an agency be put in a file that its own key alone opens."""
    agency = agency_by_code(code)
    form = RecipientForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _asked(request, agency, form):
        messages.success(
            request, _("It is asked for. Another person must agree within seven days.")
        )
        return redirect("agencies:export-agency", code=code)
    bundles = exports_of(schema_name=NATIONAL_SCHEMA, subject=code)
    waiting = approvals_shown(reader_id=request.user.pk, kind=ApprovalKind.EXPORT, subject=code)
    context = {
        "form": form,
        "agency": agency_info(agency),
        "bundles": bundles,
        "under_way": next((one for one in bundles if not one.job.is_ended), None),
        "approval": next(iter(waiting), None),
    }
    return work_page(request, "bundle", context, status=400 if form.errors else 200)


@require_POST
@national_required
@recent_proof_required("agencies:export-agency", "code")
def answer_export(request: OversightRequest, code: str) -> HttpResponse:
    """Agree, as the second person, that the file be made; or withdraw or refuse it."""
    agency, back = agency_by_code(code), redirect("agencies:show-workspace", code=code)
    read, actor = uuid_parse(request.POST.get("approval", "")), request.actor
    try:
        if request.POST.get("do") == "agree":
            export_approval_confirm(agency=agency, approval_id=read, actor=actor)
            messages.success(request, _("The file is being made. Its administrators are told."))
        else:
            kind = ApprovalKind.EXPORT
            approval_withdraw(kind=kind, subject=code, approval_id=read, actor=actor)
            messages.success(request, _("It will not be made."))
    except (Conflict, NotAllowed, NotFound) as refusal:
        messages.error(request, refusal_message(refusal))
    return back


def _asked(request: OversightRequest, agency: Agency, form: RecipientForm) -> bool:
    page = own_url(request, reverse("agencies:export-agency", args=[agency.code]))
    try:
        export_approval_ask(agency=agency, page=page, actor=request.actor, **form.cleaned_data)
    except Conflict as refusal:
        form.add_error(None, refusal_message(refusal))
        return False
    return True


@require_safe
@operator_required
@recent_proof_required()
def take_bundle(request: OversightRequest, code: str, job_id: UUID) -> FileResponse:
    """The file itself; the log says who took it."""
    path = export_read(
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
    rows = list(jobs_recent(kinds=("restore",))[:MAX_SHOWN])
    return work_page(request, "restores", {"jobs": job_lines(rows)})
