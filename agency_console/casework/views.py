"""A case, and one small page for each thing that an officer does to it."""

from io import BytesIO
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agency_console.access.views import (
    OfficerRequest,
    console_page,
    get_case,
    officer_required,
    supervisor_required,
)
from agency_console.casework.filters import case_url, view_asked, view_query
from agency_console.casework.forms import (
    AssignForm,
    CaseForm,
    LetterForm,
    MessageForm,
    NoteForm,
    QuestionForm,
    RefusalForm,
    ReplyForm,
)
from agency_console.casework.permissions import acts_on, may_handle
from agency_console.casework.selectors import (
    case_days,
    case_detail,
    changes_since,
    next_case,
)
from agency_console.casework.types import Act, Desk
from shared.complaints.errors import AttachmentNotFound, StaleCase
from shared.complaints.selectors import attachment_open, complaint_get
from shared.complaints.services import (
    attachment_content,
    complaint_assign,
    complaint_refuse,
    complaint_reply,
    note_add,
    officer_message_add,
    question_ask,
)
from shared.ui.downloads import as_download
from shared.ui.messages import refusals_beside

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from shared.complaints.models import Complaint

DESKS = {
    Act.ASSIGN: Desk(
        title=_("Give the case to an officer"),
        intro=_("Whoever holds it now loses it at once."),
        button=_("Give the case"),
    ),
    Act.REPLY: Desk(
        title=_("Reply to the citizen"),
        intro=_("A reply states what was found, the rule, the decision and what will be done."),
        button=_("Check the reply"),
    ),
    Act.REFUSE: Desk(
        title=_("Refuse as inadmissible"),
        intro=_("Only the grounds of decree 2.17.265 allow it, and the citizen is shown a way on."),
        button=_("Check the refusal"),
    ),
    Act.ASK: Desk(
        title=_("Ask the citizen a question"),
        intro=_("The legal term goes on while you wait for the answer."),
        button=_("Send the question"),
    ),
    Act.MESSAGE: Desk(
        title=_("Write to the citizen"),
        intro=_("This is not the reply: the case stays open."),
        button=_("Send the message"),
    ),
    Act.NOTE: Desk(
        title=_("Add an internal note"),
        intro=_("Notes are for colleagues. They are never sent to the citizen."),
        button=_("Save the note"),
    ),
}


@officer_required
@require_safe
def show_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Everything about one case, with the acts that are possible now."""
    case = get_case(request, reference)
    context = {
        "case": case,
        "sheet": case_detail(case, officer=request.user, agency=request.agency),
        "view": view_asked(request),
        "view_query": view_query(request),
        "next_reference": next_case(case, view=view_asked(request), officer=request.user),
    }
    return console_page(request, "agency_console/case.html", context)


@officer_required
@require_safe
def show_days(request: OfficerRequest, reference: str) -> HttpResponse:
    """Both clocks of one case, day by day."""
    case = get_case(request, reference)
    context = {"case": case, "days": case_days(case), "view_query": view_query(request)}
    return console_page(request, "agency_console/case_days.html", context)


@officer_required
@require_safe
def download_file(request: OfficerRequest, reference: str, attachment_id: str) -> FileResponse:
    """One file of the case, always as a download; never one that may hold a virus."""
    case = get_case(request, reference)
    try:
        attachment = attachment_open(reference=case.reference, attachment_id=attachment_id)
    except AttachmentNotFound:
        raise Http404(attachment_id) from None
    response = FileResponse(
        BytesIO(attachment_content(attachment=attachment)),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    return as_download(response)


@officer_required
@require_POST
def take_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Take a case that nobody holds."""
    case = get_case(request, reference)
    form = CaseForm(request.POST)
    _permit(request, case, form)
    if form.is_valid():
        with refusals_beside(form):
            complaint_assign(
                reference=case.reference,
                officer=request.user,
                actor=request.actor,
                version=form.cleaned_data["version"],
            )
            return _done(request, case, _("The case is yours."))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect(case_url(request, case.reference))


@supervisor_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Give the case to any officer."""
    case = get_case(request, reference)
    form = AssignForm(request.POST or None, initial={"version": case.version})
    if form.is_valid():
        with refusals_beside(form, field="officer"):
            complaint_assign(
                reference=case.reference,
                officer=form.to_officer(),
                actor=request.actor,
                version=form.cleaned_data["version"],
            )
            return _done(request, case, _("The case has been given."))
    return _desk_page(request, case, form, Act.ASSIGN)


@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_reply(request: OfficerRequest, reference: str) -> HttpResponse:
    """Write the reasoned reply, check it as the citizen will read it, then send it."""
    case = get_case(request, reference)
    form = ReplyForm(request.POST or None, initial={"version": case.version})
    _permit(request, case, form)
    if _is_to_send(request, form):
        with refusals_beside(form):
            complaint_reply(
                reference=case.reference,
                draft=form.to_draft(),
                version=form.cleaned_data["version"],
                officer=request.user,
                actor=request.actor,
            )
            return _done(request, case, _("The reply has been sent to the citizen."))
    return _desk_or_preview(request, case, form, Act.REPLY)


@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def refuse_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Write the refusal, check it as the citizen will read it, then send it."""
    case = get_case(request, reference)
    form = RefusalForm(request.POST or None, initial={"version": case.version})
    _permit(request, case, form)
    if _is_to_send(request, form):
        with refusals_beside(form):
            complaint_refuse(
                reference=case.reference,
                draft=form.to_draft(),
                version=form.cleaned_data["version"],
                officer=request.user,
                actor=request.actor,
            )
            return _done(request, case, _("The refusal has been sent to the citizen."))
    return _desk_or_preview(request, case, form, Act.REFUSE)


@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_question(request: OfficerRequest, reference: str) -> HttpResponse:
    """Ask the citizen one question."""
    case = get_case(request, reference)
    form = QuestionForm(request.POST or None, initial={"version": case.version})
    _permit(request, case, form)
    if form.is_valid():
        with refusals_beside(form):
            question_ask(
                reference=case.reference,
                body=form.cleaned_data["body"],
                version=form.cleaned_data["version"],
                officer=request.user,
                actor=request.actor,
            )
            return _done(request, case, _("The question has been sent to the citizen."))
    return _desk_page(request, case, form, Act.ASK)


@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_message(request: OfficerRequest, reference: str) -> HttpResponse:
    """Write to the citizen without answering yet."""
    case = get_case(request, reference)
    form = MessageForm(request.POST or None, initial={"version": case.version})
    _permit(request, case, form)
    if form.is_valid():
        with refusals_beside(form):
            officer_message_add(
                reference=case.reference,
                body=form.cleaned_data["body"],
                version=form.cleaned_data["version"],
                officer=request.user,
                actor=request.actor,
            )
            return _done(request, case, _("The message has been sent to the citizen."))
    return _desk_page(request, case, form, Act.MESSAGE)


@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_note(request: OfficerRequest, reference: str) -> HttpResponse:
    """Write for colleagues."""
    case = get_case(request, reference)
    form = NoteForm(request.POST or None)
    if form.is_valid():
        with refusals_beside(form):
            note_add(
                reference=case.reference,
                body=form.cleaned_data["body"],
                officer=request.user,
                actor=request.actor,
            )
            return _done(request, case, _("The note has been saved."))
    return _desk_page(request, case, form, Act.NOTE)


def _permit(request: OfficerRequest, case: "Complaint", form: CaseForm) -> None:
    if may_handle(case, request.user):
        return
    # Given to a colleague while this officer wrote: the service refuses what comes from an older
    # version, and the page keeps what was typed. A bare 403 would lose it.
    if form.is_bound and form.made_from() not in (None, case.version):
        return
    raise PermissionDenied


def _is_to_send(request: OfficerRequest, form: LetterForm) -> bool:
    return form.is_valid() and request.POST.get("step") == "send"


def _done(request: OfficerRequest, case: "Complaint", words: "Promise") -> HttpResponse:
    messages.success(request, str(words))
    return redirect(case_url(request, case.reference))


def _desk_page(request: OfficerRequest, case: "Complaint", form: Form, act: Act) -> HttpResponse:
    changes = None
    if isinstance(form, CaseForm) and form.has_error(NON_FIELD_ERRORS, StaleCase.code):
        # Read again: somebody may have been faster even than this request.
        case = complaint_get(reference=case.reference)
        changes = changes_since(case, version=form.made_from() or 0)
        form.rebase(case.version)
    context = {
        "act": act,
        "case": case,
        "changes": changes,
        "texts": DESKS[act],
        "form": form,
        "is_possible": act in acts_on(case, request.user),
        "view_query": view_query(request),
    }
    status = 409 if form.non_field_errors() else 200
    return console_page(request, "agency_console/case_act.html", context, status=status)


def _desk_or_preview(
    request: OfficerRequest, case: "Complaint", form: LetterForm, act: Act
) -> HttpResponse:
    if not form.is_valid() or request.POST.get("step") == "change":
        return _desk_page(request, case, form, act)
    context = {
        "case": case,
        "texts": DESKS[act],
        "form": form,
        "text": form.citizen_text(case),
        "view_query": view_query(request),
    }
    return console_page(request, "agency_console/preview.html", context)
