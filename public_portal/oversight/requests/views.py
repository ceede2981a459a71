"""Views with which national oversight reviews requests for a workspace."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.oversight.access.views import not_stored, oversight_page, page_of
from public_portal.oversight.requests.forms import (
    ApproveForm,
    AskForm,
    CodeCheckForm,
    DecisionForm,
    RefuseForm,
    decision_forms,
    unsent_forms,
)
from public_portal.workspace_requests.models import WorkspaceRequest
from public_portal.workspace_requests.selectors.institutions import answered_by, workspace_address
from public_portal.workspace_requests.selectors.requests import (
    TONES,
    plan_offers,
    request_by_id,
    request_details_of,
    request_history,
    requests_decided,
    requests_undecided,
    work_of,
    workspace_summary_rows,
)
from public_portal.workspace_requests.services.request_review import (
    institution_question_ask,
    request_approve,
    request_refuse,
)
from public_portal.workspace_requests.services.submission import audit_subject
from public_portal.workspace_requests.types import RequestDetail
from shared.accounts.permissions import OversightRequest, national_required, recent_proof_required
from shared.audit.selectors import audit_entries
from shared.directory.errors import OrganisationCodeTaken
from shared.directory.selectors.organisation_search import organisations_alike
from shared.directory.selectors.organisations import organisation_find
from shared.forms.views import form_refilled, form_status, redirect_with_message
from shared.ui.links import page_language
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of
from tenants.billing.selectors import plans_offered
from tenants.fleet.errors import AgencyCodeReserved, AgencyCodeTaken

CODE_REFUSALS = (AgencyCodeTaken, AgencyCodeReserved, OrganisationCodeTaken)


@require_safe
@national_required
def list_requests(request: OversightRequest) -> HttpResponse:
    """Show the workspace requests that wait for a decision, the oldest first."""
    return _list_page(request, "requests", requests_undecided())


@require_safe
@national_required
def list_decided(request: OversightRequest) -> HttpResponse:
    """Show the workspace requests that were decided or withdrawn, the latest first."""
    return _list_page(request, "decided", requests_decided())


@require_safe
@national_required
def show_request(request: OversightRequest, request_id: UUID) -> HttpResponse:
    """Show one request for a workspace, and the entry of its body in the directory."""
    return _request_page(request, request_id)


@require_safe
@national_required
def check_code(request: OversightRequest) -> HttpResponse:
    """Show whether a typed code is valid and free."""
    form = CodeCheckForm(request.GET)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    return render(
        request,
        "public_portal/oversight/requests/_code.html",
        {"form": form, "address": workspace_address(code) if code else ""},
    )


@form_of("workspace_review:show-request", "request_id")
@national_required
@recent_proof_required("workspace_review:show-request", "request_id")
def ask(request: OversightRequest, request_id: UUID) -> HttpResponse:
    """Ask the institution a question before the decision."""
    form = AskForm(request.POST, request_detail=request_by_id(request_id=request_id))
    text = _("The question is on its way to the institution.")
    return _decided(request, request_id, form, institution_question_ask, text)


@form_of("workspace_review:show-request", "request_id")
@national_required
@recent_proof_required("workspace_review:show-request", "request_id")
def approve(request: OversightRequest, request_id: UUID) -> HttpResponse:
    """Approve a workspace request, and redirect to the job that creates the workspace."""
    form = ApproveForm(
        request.POST, request_detail=request_by_id(request_id=request_id), language=page_language()
    )
    if form.is_valid():
        version, approval = form.cleaned_data["version"], form.to_approval()
        with refusals_beside(form), refusals_beside(form, field="code", only=CODE_REFUSALS):
            job = request_approve(
                request_id=request_id, version=version, approval=approval, actor=request.actor
            )
            return redirect_with_message(
                request,
                _("The request is approved. The workspace is being made."),
                "agencies:show-job",
                job_id=job.id,
            )
    return _request_page(request, request_id, form)


@form_of("workspace_review:show-request", "request_id")
@national_required
@recent_proof_required("workspace_review:show-request", "request_id")
def refuse(request: OversightRequest, request_id: UUID) -> HttpResponse:
    """Refuse a workspace request, with a reason."""
    form = RefuseForm(request.POST, request_detail=request_by_id(request_id=request_id))
    text = _("The request is refused. The institution has been written to.")
    return _decided(request, request_id, form, request_refuse, text)


def _decided(
    request: OversightRequest,
    request_id: UUID,
    form: DecisionForm,
    decide: Callable[..., None],
    text: str,
) -> HttpResponse:
    if form.is_valid():
        with refusals_beside(form):
            decide(request_id=request_id, actor=request.actor, **form.cleaned_data)
            return redirect_with_message(request, text, "workspace_review:list-requests")
    return _request_page(request, request_id, form)


def _request_page(
    request: OversightRequest, request_id: UUID, sent: DecisionForm | None = None
) -> HttpResponse:
    """Render the request with the decision forms; the sent form keeps its values."""
    request_detail, language = request_by_id(request_id=request_id), page_language()
    sent = _sent_form(request, sent, request_detail)
    context = {
        **_facts(request_detail, language),
        "request_detail": request_detail,
        "decisions": decision_forms(request_detail, sent, language=language),
        "form": sent,
        "history": request_history(audit_entries(subject=audit_subject(request_detail.id))),
    }
    return not_stored(
        oversight_page(
            request, "requests/request", context, status=form_status(sent) if sent else 200
        )
    )


def _sent_form(
    request: OversightRequest, sent: DecisionForm | None, request_detail: RequestDetail
) -> DecisionForm | None:
    if sent is None:
        unsent = unsent_forms(request_detail, page_language())
        return cast(DecisionForm | None, form_refilled(request, *unsent))
    if hasattr(sent, "refusal"):
        # The page shows the stored version, so the form must send that version.
        sent.data = {**request.POST.dict(), "version": request_detail.version}
    return sent


def _facts(request_detail: RequestDetail, language: str) -> dict[str, object]:
    body = organisation_find(code=request_detail.answers.organisation_code)
    offers = plan_offers(plans_offered(), language=language)
    return {
        "tone": TONES[request_detail.state],
        "rows": workspace_summary_rows(
            request_detail.answers, language=language, plans=offers, change={}
        ),
        "body": body,
        "parent": body.parent_names.text(language) if body and body.parent_names else "",
        "alike": (
            organisations_alike(names=request_detail.answers.proposed_names, language=language)
            if request_detail.is_proposed and request_detail.is_undecided
            else []
        ),
        "handler": answered_by(body) if body else None,
        "work": work_of(request_detail),
        "address": workspace_address(request_detail.agency_code),
    }


def _list_page(
    request: OversightRequest, name: str, rows: QuerySet[WorkspaceRequest]
) -> HttpResponse:
    page = page_of(request, rows)
    return oversight_page(
        request,
        f"requests/{name}",
        {
            "page": page,
            "lines": [
                (request_detail, TONES[request_detail.state])
                for request_detail in request_details_of(page)
            ],
        },
    )
