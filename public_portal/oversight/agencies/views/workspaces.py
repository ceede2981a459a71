"""The page of one workspace, and a page for each thing that can be done with it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from public_portal.oversight.agencies.forms.workspaces import ActForm, ApprovalForm, FleetForm
from public_portal.oversight.agencies.presenters import (
    CSV_HEADINGS,
    csv_rows,
    fleet_top,
    history_lines,
)
from public_portal.oversight.agencies.selectors import fleet_rows, workspace_detail
from public_portal.oversight.agencies.types import WorkspaceDetail
from public_portal.oversight.agencies.views.action import Act
from public_portal.oversight.agencies.views.actions import ACTS, act_list, answer_list
from public_portal.oversight.agencies.views.approval_actions import ANSWERS
from public_portal.oversight.agencies.views.jobs import work_page
from shared.accounts.permissions import (
    OversightRequest,
    may_operate,
    may_oversee,
    national_required,
    operator_required,
    recent_proof_required,
)
from shared.jobs.presenters import job_detail
from shared.kernel.errors import DomainError
from shared.ui.messages import refusal_message, refusal_status
from shared.ui.spreadsheets import csv_response
from shared.ui.types import NavItem
from tenants.agencies.errors import AgencyNotFound
from tenants.fleet.services import host_approvals
from tenants.fleet.services.health.agency_list import fleet


@require_safe
@national_required
def show_workspace(request: OversightRequest, code: str) -> HttpResponse:
    """How a workspace stands, and what the reader can do with it."""
    sheet = workspace_detail(code=code, reader_id=request.user.pk)
    acts = act_list(sheet=sheet, role=request.user.role)
    context = {
        "sheet": sheet,
        "acts": [act for act in acts if act[0] not in ANSWERS],
        "approvals": [(one, answer_list(one.slug, acts)) for one in sheet.approvals],
        "order_answers": answer_list("destroy", acts),
        "job": job_detail(sheet.job, url=request.path) if sheet.job else None,
        "history": history_lines(code=code),
        "more": _more(code, request.user.role),
        "may_operate": may_operate(request.user.role),
    }
    return work_page(request, "workspace", context)


@require_http_methods(["GET", "HEAD", "POST"])
@national_required
@recent_proof_required()
def change_workspace(request: OversightRequest, code: str, slug: str) -> HttpResponse:
    """One act: what follows from it, what must be given, and its button."""
    act = _permitted(slug, request.user.role)
    sheet = workspace_detail(code=code, reader_id=request.user.pk)
    form = act.form(request.POST if request.method == "POST" else None, code=code)
    if form.is_bound and form.is_valid():
        refusal = _refused(act, form, request)
        if refusal is None:
            messages.success(request, str(act.told))
            return redirect("agencies:show-workspace", code=code)
        return _act_page(request, sheet, slug, form, status=refusal_status(refusal))
    return _act_page(request, sheet, slug, form, status=400 if form.errors else 200)


@require_POST
@operator_required
@recent_proof_required("agencies:show-workspace", "code")
def change_host(request: OversightRequest, code: str) -> HttpResponse:
    """Check a host name that two people want, or give one up."""
    host, back = request.POST.get("host", ""), redirect("agencies:show-workspace", code=code)
    try:
        told = _host_changed(request, code, host)
    except DomainError as refusal:
        if isinstance(refusal, AgencyNotFound):
            raise
        messages.error(request, refusal_message(refusal))
        return back
    messages.success(request, told)
    return back


def _more(code: str, role: str) -> list[NavItem]:
    """Other pages about that agency which the reader may open."""
    others = [(_("Its figures"), "oversight:show-agency")] if may_oversee(role) else []
    others.append((_("Plan and invoices"), "agencies:show-bill"))
    if may_operate(role):
        others.append((_("Take all its data out"), "agencies:export-agency"))
    return [
        NavItem(label=label, url=reverse(name, args=[code]), is_current=False)
        for label, name in others
    ]


def _host_changed(request: OversightRequest, code: str, host: str) -> str:
    match request.POST.get("do", ""):
        case "check":
            fault = host_approvals.host_check(agency_code=code, host=host, actor=request.actor)
            return str(fault.label) if fault else _("The name leads here and is answered now.")
        case "release":
            host_approvals.host_release(agency_code=code, host=host, actor=request.actor)
            return _("The name is given up.")
    raise Http404(code)


def _permitted(slug: str, role: str) -> Act:
    act = ACTS.get(slug)
    if act is None:
        raise Http404(slug)
    if not act.may(role):
        raise PermissionDenied
    return act


def _refused(act: Act, form: ActForm, request: OversightRequest) -> DomainError | None:
    """Do it; what the domain refuses stands beside the field to blame, and nothing is lost."""
    try:
        act.do(form, request.actor)
    except AgencyNotFound:
        raise
    except DomainError as refusal:
        blamed = getattr(refusal, "field", None)
        form.add_error(blamed if blamed in form.fields else None, refusal_message(refusal))
        return refusal
    return None


def _act_page(
    request: OversightRequest, sheet: WorkspaceDetail, slug: str, form: ActForm, *, status: int
) -> HttpResponse:
    act = ACTS[slug]
    approval = next((one for one in sheet.approvals if slug.startswith(f"{one.slug}-")), None)
    if isinstance(form, ApprovalForm):
        read = sheet.order if slug.startswith("destroy-") else approval
        form.show(read.id if read else None)
    context = {
        "sheet": sheet,
        "act": act,
        "form": form,
        "fits": act.fits(sheet),
        "tells_of_bill": sheet.is_billed and slug in ("archive", "archive-confirm", "destroy"),
        "is_grave": slug in ("destroy", "destroy-confirm"),
        "approval": approval,
        "back_url": reverse("agencies:show-workspace", args=[form.code]),
    }
    return work_page(request, "act", context, status=status)


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
