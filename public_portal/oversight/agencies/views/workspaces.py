"""Views of all agencies, of one workspace, and of each action on it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from public_portal.oversight.access.views import oversight_page, page_of
from public_portal.oversight.agencies.forms.workspaces import ActionForm, ApprovalForm, FleetForm
from public_portal.oversight.agencies.presenters import CSV_HEADINGS, agency_csv_rows
from public_portal.oversight.agencies.selectors.fleet import fleet_rows, fleet_top
from public_portal.oversight.agencies.selectors.history import history_lines
from public_portal.oversight.agencies.selectors.workspaces import workspace_detail
from public_portal.oversight.agencies.types import WorkspaceDetail
from public_portal.oversight.agencies.views.actions import ACTIONS, action_list, answer_list
from public_portal.oversight.agencies.views.approval_actions import ANSWERS
from shared.accounts.permissions import (
    OversightRequest,
    may_operate,
    may_oversee,
    national_required,
    operator_required,
    recent_proof_required,
)
from shared.forms.views import form_status, posted, reads_or_answers, redirect_with_message
from shared.jobs.presenters import job_detail
from shared.kernel.errors import DomainError
from shared.ui.messages import refusal_message, refusals_beside
from shared.ui.spreadsheets import csv_response
from shared.ui.types import NavItem
from tenants.agencies.errors import AgencyNotFound
from tenants.fleet.services import host_approvals
from tenants.fleet.services.health.agency_list import fleet


@require_safe
@national_required
def list_agencies(request: OversightRequest) -> HttpResponse:
    """Show a page of the list of agencies."""
    form = FleetForm(request.GET)
    context: dict[str, object] = {"form": form, "head": fleet_top()}
    if form.is_valid():
        page = page_of(request, fleet(query=form.to_query()))
        file = f"{reverse('agencies:download-agencies')}?{request.GET.urlencode()}"
        context |= {"page": page, "rows": fleet_rows(agencies=list(page)), "file": file}
    return oversight_page(request, "agencies/fleet", context)


@require_safe
@national_required
def download_agencies(request: OversightRequest) -> HttpResponse:
    """Send the agencies that the filter selects, as a CSV file."""
    form = FleetForm(request.GET)
    if not form.is_valid():
        return oversight_page(
            request, "agencies/fleet", {"form": form, "head": fleet_top()}, status=400
        )
    rows = fleet_rows(agencies=list(fleet(query=form.to_query())))
    return csv_response(
        filename="insaf-agencies.csv", headings=CSV_HEADINGS, rows=agency_csv_rows(rows)
    )


@require_safe
@national_required
def show_workspace(request: OversightRequest, code: str) -> HttpResponse:
    """Show the state of a workspace, and the actions that the reader can do."""
    detail = workspace_detail(code=code, reader_id=request.user.pk)
    actions = action_list(detail=detail, role=request.user.role)
    return oversight_page(
        request,
        "agencies/workspace",
        {
            "detail": detail,
            "actions": [one for one in actions if one[0] not in ANSWERS],
            "approvals": [(one, answer_list(one.slug, actions)) for one in detail.approvals],
            "order_answers": answer_list("destroy", actions),
            "job": job_detail(detail.job, url=request.path) if detail.job else None,
            "history": history_lines(code=code),
            "more": _more(code, request.user.role),
            "may_operate": may_operate(request.user.role),
        },
        part="components/job_card.html",
    )


@reads_or_answers
@national_required
@recent_proof_required()
def change_workspace(request: OversightRequest, code: str, slug: str) -> HttpResponse:
    """Show the form of one action on a workspace, or do the action."""
    if slug not in ACTIONS:
        raise Http404(slug)
    action = ACTIONS[slug]
    if not action.may(request.user.role):
        raise PermissionDenied
    detail = workspace_detail(code=code, reader_id=request.user.pk)
    form = action.form(posted(request), code=code)
    if form.is_valid():
        with refusals_beside(form):
            action.do(agency_code=code, actor=request.actor, **form.arguments())
            return redirect_with_message(
                request, str(action.success), "agencies:show-workspace", code=code
            )
    return _action_page(request, detail, slug, form)


@require_POST
@operator_required
@recent_proof_required("agencies:show-workspace", "code")
def change_host(request: OversightRequest, code: str) -> HttpResponse:
    """Check an approved host name, or remove a host name."""
    host = request.POST.get("host", "")
    try:
        messages.success(request, _host_changed(request, code, host))
    except AgencyNotFound:
        raise
    except DomainError as refusal:
        messages.error(request, refusal_message(refusal))
    return redirect("agencies:show-workspace", code=code)


def _more(code: str, role: str) -> list[NavItem]:
    """Return links to the other pages about an agency that the reader may open."""
    others = [(_("Its figures"), "oversight:show-agency")] if may_oversee(role) else []
    others.append((_("Plan and invoices"), "agencies:show-bill"))
    if may_operate(role):
        others.append((_("Export all its data"), "agencies:export-agency"))
    return [
        NavItem(label=label, url=reverse(name, args=[code]), is_current=False)
        for label, name in others
    ]


def _host_changed(request: OversightRequest, code: str, host: str) -> str:
    match request.POST.get("do", ""):
        case "check":
            fault = host_approvals.host_check(agency_code=code, host=host, actor=request.actor)
            return (
                str(fault.label)
                if fault
                else _("The host name points to the portal and is active now.")
            )
        case "release":
            host_approvals.host_release(agency_code=code, host=host, actor=request.actor)
            return _("The host name has been removed.")
    raise Http404(code)


def _action_page(
    request: OversightRequest, detail: WorkspaceDetail, slug: str, form: ActionForm
) -> HttpResponse:
    approval = next((one for one in detail.approvals if slug.startswith(f"{one.slug}-")), None)
    if isinstance(form, ApprovalForm):
        read = detail.order if slug.startswith("destroy-") else approval
        form.show(read.id if read else None)
    is_shown = ACTIONS[slug].is_offered(detail) or form.is_bound
    context = {
        "detail": detail,
        "action": ACTIONS[slug],
        # An action that is no longer possible has no form, unless the form has typed text.
        "form": form if is_shown else None,
        "tells_of_bill": detail.is_billed and slug in ("archive", "archive-confirm", "destroy"),
        "is_grave": slug in ("destroy", "destroy-confirm"),
        "approval": approval,
        "back_url": reverse("agencies:show-workspace", args=[form.code]),
    }
    return oversight_page(request, "agencies/act", context, status=form_status(form))
