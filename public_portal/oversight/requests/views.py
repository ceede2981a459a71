"""Oversight's desk of requests: the queue, one request, and what is decided of it."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from public_portal.oversight.requests.forms import (
    ApproveForm,
    AskForm,
    CodeCheckForm,
    DeskForms,
    RefuseForm,
)
from public_portal.workspace_requests.models import WorkspaceRequest
from public_portal.workspace_requests.presenters import (
    TONES,
    plan_offers,
    request_history,
    summary_rows,
    workspace_address,
)
from public_portal.workspace_requests.selectors import (
    answered_by,
    institution_info,
    request_by_id,
    requests_decided,
    requests_undecided,
    sheets_of,
    work_of,
)
from public_portal.workspace_requests.services.review import (
    question_ask,
    request_approve,
    request_refuse,
)
from public_portal.workspace_requests.services.submission import audit_subject
from public_portal.workspace_requests.types import RequestDetail
from shared.accounts.permissions import OversightRequest, national_required, recent_proof_required
from shared.audit.selectors import audit_entries
from shared.directory.selectors import organisations_alike
from shared.directory.types import OrganisationHit
from shared.kernel.errors import DomainError
from shared.ui.links import page_language
from shared.ui.messages import refusal_message, refusal_status
from tenants.billing.selectors import plans_offered

ON_A_PAGE = 50
CODE_REFUSALS = {"agency_code_taken", "agency_code_reserved", "organisation_code_taken"}


@require_safe
@national_required
def list_requests(request: OversightRequest) -> HttpResponse:
    """What waits for a decision, the oldest at the top."""
    return _list_page(request, "requests", requests_undecided())


@require_safe
@national_required
def list_decided(request: OversightRequest) -> HttpResponse:
    """What was decided or withdrawn, the latest at the top."""
    return _list_page(request, "decided", requests_decided())


@require_safe
@national_required
def show_request(request: OversightRequest, request_id: UUID) -> HttpResponse:
    """Everything about one request, with the directory's entry beside it."""
    return _request_page(request, request_by_id(request_id=request_id), DeskForms())


@require_safe
@national_required
def check_code(request: OversightRequest) -> HttpResponse:
    """Whether a code is in form and free, while it is typed."""
    form = CodeCheckForm(request.GET)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    context = {"form": form, "address": workspace_address(code) if code else ""}
    return render(request, "public_portal/oversight/requests/_code.html", context)


@require_POST
@national_required
@recent_proof_required("workspace_review:show-request", "request_id")
def ask(request: OversightRequest, request_id: UUID) -> HttpResponse:
    """Ask the institution something before deciding."""
    sheet = request_by_id(request_id=request_id)
    form = AskForm(request.POST, sheet=sheet)
    if not form.is_valid():
        return _request_page(request, sheet, DeskForms(ask=form))
    try:
        question_ask(request_id=request_id, actor=request.actor, **form.cleaned_data)
    except DomainError as refusal:
        return _refused_page(request, request_id, DeskForms(ask=form), refusal)
    messages.success(request, _("The question is on its way to the institution."))
    return redirect("workspace_review:list-requests")


@require_POST
@national_required
@recent_proof_required("workspace_review:show-request", "request_id")
def approve(request: OversightRequest, request_id: UUID) -> HttpResponse:
    """Let the workspace be made, and watch it."""
    sheet = request_by_id(request_id=request_id)
    form = ApproveForm(request.POST, sheet=sheet, language=page_language())
    if not form.is_valid():
        return _request_page(request, sheet, DeskForms(approve=form))
    try:
        job = request_approve(
            request_id=request_id,
            version=form.cleaned_data["version"],
            approval=form.to_approval(),
            actor=request.actor,
        )
    except DomainError as refusal:
        return _refused_page(request, request_id, DeskForms(approve=form), refusal)
    messages.success(request, _("The request is approved. The workspace is being made."))
    return redirect("agencies:show-job", job_id=job.id)


@require_POST
@national_required
@recent_proof_required("workspace_review:show-request", "request_id")
def refuse(request: OversightRequest, request_id: UUID) -> HttpResponse:
    """Refuse the request, with its reason."""
    sheet = request_by_id(request_id=request_id)
    form = RefuseForm(request.POST, sheet=sheet)
    if not form.is_valid():
        return _request_page(request, sheet, DeskForms(refuse=form))
    try:
        request_refuse(request_id=request_id, actor=request.actor, **form.cleaned_data)
    except DomainError as refusal:
        return _refused_page(request, request_id, DeskForms(refuse=form), refusal)
    messages.success(request, _("The request is refused. The institution has been written to."))
    return redirect("workspace_review:list-requests")


def _refused_page(
    request: OversightRequest, request_id: UUID, desk: DeskForms, refusal: DomainError
) -> HttpResponse:
    """The page as it stands now, with what was typed still in it."""
    sheet = request_by_id(request_id=request_id)
    field = "code" if refusal.code in CODE_REFUSALS else None
    if desk.bound is not None:
        desk.bound.add_error(field, refusal_message(refusal))
        # What is shown now has been read when the form is sent again.
        desk.bound.data = {**request.POST.dict(), "version": sheet.version}
    return _request_page(request, sheet, desk, status=refusal_status(refusal))


def _request_page(
    request: OversightRequest, sheet: RequestDetail, desk: DeskForms, *, status: int = 0
) -> HttpResponse:
    shown = replace(
        desk,
        approve=desk.approve or ApproveForm(sheet=sheet, language=page_language()),
        ask=desk.ask or AskForm(sheet=sheet),
        refuse=desk.refuse or RefuseForm(sheet=sheet),
    )
    context = {
        **_facts(sheet, page_language()),
        "sheet": sheet,
        "desk": shown,
        "form": desk.bound,
        "history": request_history(audit_entries(subject=audit_subject(sheet.id))),
    }
    response = _page(request, "request", context, status=status or (400 if desk.bound else 200))
    response["Cache-Control"] = "private, no-store"
    return response


def _facts(sheet: RequestDetail, language: str) -> dict[str, object]:
    body = institution_info(code=sheet.answers.organisation_code)
    offers = plan_offers(plans_offered(), language=language)
    return {
        "tone": TONES[sheet.state],
        "rows": summary_rows(sheet.answers, language=language, plans=offers, change={}),
        "body": body,
        "parent": body.parent_names.text(language) if body and body.parent_names else "",
        "alike": _alike(sheet, language),
        "handler": answered_by(body) if body else None,
        "work": work_of(sheet),
        "address": workspace_address(sheet.agency_code),
    }


def _alike(sheet: RequestDetail, language: str) -> list[OrganisationHit]:
    if not (sheet.is_proposed and sheet.is_undecided):
        return []
    return organisations_alike(names=sheet.answers.proposed_names, language=language)


def _list_page(
    request: OversightRequest, name: str, rows: QuerySet[WorkspaceRequest]
) -> HttpResponse:
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [(sheet, TONES[sheet.state]) for sheet in sheets_of(page)]
    return _page(request, name, {"page": page, "lines": lines})


def _page(
    request: HttpRequest, name: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    frame = {"workspace_name": _("National oversight")}
    template = f"public_portal/oversight/requests/{name}.html"
    return render(request, template, {**frame, **context}, status=status)
