"""Decisions that wait for the agreement of a second officer."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.forms import moment_read
from agency_console.access.views import (
    OfficerRequest,
    console_form_page,
    console_page,
    get_case,
    supervisor_required,
)
from agency_console.casework.forms import CaseForm, ReturnForm
from agency_console.casework.presenters import draft_text
from agency_console.casework.selectors import (
    case_header,
    draft_find,
    waiting_approvals,
    waiting_text,
)
from agency_console.casework.services.approval import draft_approve, draft_return
from shared.forms.views import (
    redirect_with_message,
    refusals_as_messages,
    refused_page,
)
from shared.kernel import clock
from shared.ui.form_keys import with_input
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of


@supervisor_required
@require_safe
def list_approvals(request: OfficerRequest) -> HttpResponse:
    """The decisions that wait, the oldest first."""
    context = {"waiting": waiting_approvals(user=request.user)}
    return console_page(request, "agency_console/case_approvals.html", context)


@supervisor_required
@require_safe
def show_approval(request: OfficerRequest, draft_id: UUID) -> HttpResponse:
    """One decision as the citizen will read it, to be approved or returned."""
    return _approval_page(request, draft_id, ReturnForm())


@supervisor_required
@require_POST
def approve(request: OfficerRequest, draft_id: UUID) -> HttpResponse:
    """Agree to a decision: it leaves in ten seconds."""
    _require_case(request, draft_id)
    with refusals_as_messages(request):
        draft_approve(
            draft_id=draft_id,
            asked_at=_moment(request),
            officer=request.user,
            version=CaseForm(request.POST).made_from() or 0,
            digest=request.POST.get("digest", ""),
        )
        messages.success(request, _("You approved the text."))
    # A text that still waits is shown again; any other leads on to the list.
    return redirect("casework:show-approval", draft_id=draft_id)


@supervisor_required
@form_of("casework:show-approval", "draft_id")
def return_text(request: OfficerRequest, draft_id: UUID) -> HttpResponse:
    """Give a decision back to its author, with what has to be changed."""
    _require_case(request, draft_id)
    form = ReturnForm(request.POST)
    if form.is_valid():
        with refusals_beside(form):
            draft_return(
                draft_id=draft_id,
                asked_at=_moment(request),
                officer=request.user,
                actor=request.actor,
                **form.cleaned_data,
            )
            return redirect_with_message(
                request, _("The text has been returned to its author."), "casework:list-approvals"
            )
    return _approval_page(request, draft_id, form)


def _approval_page(request: OfficerRequest, draft_id: UUID, form: ReturnForm) -> HttpResponse:
    """A text that waits; of one that waits no more the list, with what was typed about it."""
    draft = draft_find(draft_id=draft_id)
    if draft is None:
        raise Http404(str(draft_id))
    case = get_case(request, draft.complaint.reference)
    if draft.approval_asked_at is None or draft.pressed_at is not None:
        if form.errors and (target := refused_page(request, form, status=409)):
            return redirect(target)
        return redirect(with_input(request, reverse("casework:list-approvals")))
    return console_form_page(
        request,
        "agency_console/case_approval.html",
        form,
        case=case_header(case),
        waiting=waiting_text(draft, user=request.user),
        text=draft_text(draft),
    )


def _require_case(request: OfficerRequest, draft_id: UUID) -> None:
    """Raises ``Http404`` unless the draft is there and the officer may see its case."""
    draft = draft_find(draft_id=draft_id)
    if draft is None:
        raise Http404(str(draft_id))
    get_case(request, draft.complaint.reference)


def _moment(request: OfficerRequest) -> datetime:
    return moment_read(request.POST.get("asked_at", "")) or clock.now()
