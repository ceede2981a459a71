"""A case, and one small page for each act of an officer on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agency_console.access.views import (
    OfficerRequest,
    console_page,
    get_case,
    officer_required,
    scope_of,
    supervisor_required,
)
from agency_console.casework.filters import case_url, list_asked, neighbour_url, view_query
from agency_console.casework.forms import (
    SEARCH,
    AssignForm,
    CaseForm,
    DecisionForm,
    DirectionForm,
    MessageForm,
    NoteForm,
    QuestionForm,
    RefusalForm,
    ReplyForm,
)
from agency_console.casework.permissions import may_handle
from agency_console.casework.selectors import (
    act_rights,
    case_days,
    case_detail,
    case_header,
    changes_since,
    list_neighbours,
)
from agency_console.casework.types import Act, CaseChanges
from shared.accounts.models import User
from shared.complaints.errors import AttachmentNotFound, SameOfficer, StaleCase
from shared.complaints.selectors import Deciders, attachment_open, case_deciders, complaint_get
from shared.complaints.services import (
    attachment_content,
    case_opened,
    complaint_assign,
    complaint_direct,
    complaint_refuse,
    complaint_reply,
    note_add,
    officer_message_add,
    question_ask,
)
from shared.forms.views import redirect_with_message
from shared.ui.downloads import as_download
from shared.ui.messages import refusal_message, refusals_beside

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from shared.complaints.models import Complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """The words of the page on which one act is prepared, its form, and the service behind it.

    ``may_all``: also for those who may not answer the case. ``field`` is the one to blame.
    """

    form: type[CaseForm]
    service: Callable[..., object]
    title: "str | Promise"
    intro: "str | Promise"
    button: "str | Promise"
    done: "str | Promise"
    may_all: bool = False
    field: str | None = None


ACT_PAGES: Mapping[Act, ActPage] = {
    Act.ASSIGN: ActPage(
        form=AssignForm,
        service=complaint_assign,
        title=_("Assign the case to an officer"),
        intro=_(
            "The case is assigned to the chosen officer immediately. It is no longer assigned to "
            "an officer who had it before."
        ),
        button=_("Assign the case"),
        done=_("The case has been assigned."),
        may_all=True,
        field="officer",
    ),
    Act.REPLY: ActPage(
        form=ReplyForm,
        service=complaint_reply,
        title=_("Reply to the citizen"),
        intro=_("A reply states what was found, the rule, the decision and what will be done."),
        button=_("Check the reply"),
        done=_("The reply has been sent to the citizen."),
    ),
    Act.REFUSE: ActPage(
        form=RefusalForm,
        service=complaint_refuse,
        title=_("Refuse as inadmissible"),
        intro=_(
            "Permitted only on the grounds of decree 2.17.265. The citizen is told where to turn."
        ),
        button=_("Check the refusal"),
        done=_("The refusal has been sent to the citizen."),
    ),
    Act.DIRECT: ActPage(
        form=DirectionForm,
        service=complaint_direct,
        title=_("Name the competent body"),
        intro=_(
            "Decree 2.17.265 obliges an administration that is not competent to direct the citizen "
            "to the competent body within 15 days. The citizen is told its name in writing. If "
            "that body answers on this portal, one button files the request there."
        ),
        button=_("Check the message"),
        done=_("The message has been sent to the citizen."),
    ),
    Act.ASK: ActPage(
        form=QuestionForm,
        service=question_ask,
        title=_("Ask the citizen a question"),
        intro=_(
            "After this question, you can send the reply only once the citizen has answered, or "
            "after 15 days. The legal deadline is not moved."
        ),
        button=_("Send the question"),
        done=_("The question has been sent to the citizen."),
    ),
    Act.MESSAGE: ActPage(
        form=MessageForm,
        service=officer_message_add,
        title=_("Write to the citizen"),
        intro=_("This is not the reply: the case stays open."),
        button=_("Send the message"),
        done=_("The message has been sent to the citizen."),
    ),
    Act.NOTE: ActPage(
        form=NoteForm,
        service=note_add,
        title=_("Add an internal note"),
        intro=_("Notes are for colleagues. They are never sent to the citizen."),
        button=_("Save the note"),
        done=_("The note has been saved."),
        may_all=True,
    ),
}


@officer_required
@require_safe
def show_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Show everything about one case, with the acts that are possible now."""
    case = get_case(request, reference)
    if request.method == "GET":
        case_opened(complaint=case, user=request.user)
    around = list_neighbours(
        case, address=list_asked(request), officer=request.user, scope=scope_of(request)
    )
    return console_page(
        request,
        "agency_console/case.html",
        {
            "detail": case_detail(case, officer=request.user, agency=request.agency),
            "view_query": view_query(request),
            "previous_url": neighbour_url(request, around.previous),
            "next_url": neighbour_url(request, around.following),
        },
    )


@officer_required
@require_safe
def show_days(request: OfficerRequest, reference: str) -> HttpResponse:
    """Show both clocks of one case, day by day."""
    return console_page(
        request,
        "agency_console/case_days.html",
        {
            "days": case_days(get_case(request, reference)),
            "view_query": view_query(request),
        },
    )


@officer_required
@require_safe
def download_file(request: OfficerRequest, reference: str, attachment_id: str) -> FileResponse:
    """Send one file of the case, always as a download; never one that may hold a virus."""
    case = get_case(request, reference)
    try:
        attachment = attachment_open(reference=case.reference, attachment_id=attachment_id)
    except AttachmentNotFound:
        raise Http404(attachment_id) from None
    return as_download(
        FileResponse(
            BytesIO(attachment_content(attachment=attachment)),
            as_attachment=True,
            filename=attachment.name,
            content_type=attachment.content_type,
        )
    )


@officer_required
@require_POST
def take_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Take a case that nobody holds."""
    case, form = get_case(request, reference), CaseForm(request.POST)
    _permit(request, case, form)
    if form.is_valid():
        with refusals_beside(form):
            _call(complaint_assign, request, case, form)
            return redirect_with_message(
                request, _("The case is assigned to you."), case_url(request, case.reference)
            )
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect(case_url(request, case.reference))


@supervisor_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Give the case to any officer."""
    return _answer_act(request, reference, Act.ASSIGN)


@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def act_on_case(request: OfficerRequest, reference: str, act: Act) -> HttpResponse:
    """Reply, refuse, ask, write or add a note; replies and refusals are previewed first."""
    return _answer_act(request, reference, act)


def _answer_act(request: OfficerRequest, reference: str, act: Act) -> HttpResponse:
    case, page = get_case(request, reference), ACT_PAGES[act]
    form = page.form(request.POST or None, initial={"version": case.version})
    if isinstance(form, DirectionForm):
        form.offer_bodies(case, agency_code=request.agency.code)
    if not page.may_all:
        _permit(request, case, form)
    deciders = case_deciders(case)
    _bar(form, case, officer=request.user, deciders=deciders)
    step = request.POST.get("step")
    if form.is_valid() and (step == "send" or not isinstance(form, DecisionForm)):
        with refusals_beside(form, field=page.field):
            _call(page.service, request, case, form)
            return redirect_with_message(request, page.done, case_url(request, case.reference))
    if form.is_valid() and step not in ("change", SEARCH) and isinstance(form, DecisionForm):
        return _preview(request, case, form)
    return _form_page(request, case, form, act, deciders)


def _bar(form: CaseForm, case: "Complaint", *, officer: User, deciders: Deciders) -> None:
    """Keep those from the act who decided on the case before; the service refuses them too."""
    if isinstance(form, AssignForm):
        form.offer(case, leave_out=deciders.barred)
    # Else a text would be shown as one that can be sent.
    is_decision = form.is_bound and isinstance(form, DecisionForm)
    if is_decision and officer.pk in deciders.barred:
        form.add_error(None, ValidationError(refusal_message(SameOfficer()), code=SameOfficer.code))


def _permit(request: OfficerRequest, case: "Complaint", form: CaseForm) -> None:
    if may_handle(case, request.user):
        return
    # Assigned to a colleague while this officer wrote: the service refuses an older version, and
    # the page keeps what was typed. A plain 403 would lose it.
    if form.is_bound and form.made_from() not in (None, case.version):
        return
    raise PermissionDenied


def _call(
    service: Callable[..., object], request: OfficerRequest, case: "Complaint", form: CaseForm
) -> None:
    command = {"officer": request.user, **form.to_command()}
    service(reference=case.reference, actor=request.actor, **command)


def _form_page(
    request: OfficerRequest, case: "Complaint", form: CaseForm, act: Act, deciders: Deciders
) -> HttpResponse:
    changes = None
    if form.has_error(ACT_PAGES[act].field or NON_FIELD_ERRORS, StaleCase.code):
        case, changes = _rebased(form, case)
        deciders = case_deciders(case)
    context = {
        "act": act,
        "case": case_header(case),
        "changes": changes,
        "texts": ACT_PAGES[act],
        "form": form,
        **act_rights(case, act=act, officer=request.user, deciders=deciders),
        "view_query": view_query(request),
    }
    status = 409 if changes or form.non_field_errors() else 200
    return console_page(request, "agency_console/case_act.html", context, status=status)


def _rebased(form: CaseForm, case: "Complaint") -> tuple["Complaint", CaseChanges]:
    # Read again: the case may have changed even during this request.
    case = complaint_get(reference=case.reference)
    changes = changes_since(case, version=form.made_from() or 0)
    form.rebase(case.version)
    return case, changes


def _preview(request: OfficerRequest, case: "Complaint", form: DecisionForm) -> HttpResponse:
    return console_page(
        request,
        "agency_console/preview.html",
        {"case": case_header(case), "form": form, "text": form.citizen_text(case)},
    )
