"""Views of the acts with a form on the page of the case: write, check, send, assign, label.

A sent form goes through ``STEPS`` in order, until a step answers the request.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from agency_console.access.permissions import is_stub, may_handle
from agency_console.access.views import (
    OfficerRequest,
    console_page,
    get_case,
    may_open,
    officer_required,
    supervisor_required,
)
from agency_console.casework.enums import DraftAct
from agency_console.casework.errors import DraftLocked, DraftTooLong
from agency_console.casework.forms.addresses import neighbour_url, view_query
from agency_console.casework.forms.bodies import SEARCH
from agency_console.casework.forms.decisions import CheckedForm, DecisionForm, RefusalForm
from agency_console.casework.forms.direction import DirectionForm
from agency_console.casework.forms.fields import CaseForm, SentForm
from agency_console.casework.forms.texts import NoteForm
from agency_console.casework.permissions import waits_for_approval
from agency_console.casework.selectors.case_facts import case_header
from agency_console.casework.selectors.case_page import citizen_words
from agency_console.casework.services.draft_approval import case_draft_send_or_submit
from agency_console.casework.services.drafts import (
    case_draft_file_attach,
    case_draft_file_detach,
    case_draft_forget,
    case_draft_save,
    case_draft_turn,
)
from agency_console.casework.types import Act
from agency_console.casework.views.act_pages import ACT_PAGES, ActPage
from agency_console.casework.views.composer import (
    FROM_REFUSAL,
    CaseRequest,
    Written,
    case_page,
    is_stale,
    stub_page,
    written_refused,
)
from shared.complaints.errors import SameOfficer
from shared.complaints.selectors import case_deciders, complaint_get, near_copy_of
from shared.complaints.types import UploadedContent
from shared.files.upload_storage import upload_read
from shared.forms.views import reads_or_answers, redirect_with_message, refused_redirect
from shared.kernel.errors import DomainError
from shared.ui.messages import file_refusal_message, refusal_error, refusals_beside

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from agency_console.casework.models import CaseDraft

F = TypeVar("F", bound=CaseForm)
F_co = TypeVar("F_co", bound=CaseForm, covariant=True)

# These buttons do not send the text, so the page with the form is shown again.
KEEPING = ("save", "attach", "remove")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRequest(CaseRequest, Generic[F_co]):
    """A sent act: its page, its form, and the ``button`` that the officer pressed."""

    act: Act
    page: ActPage
    form: F_co
    button: str

    def is_ready(self) -> bool:
        """Return whether the form is valid, and the button is neither "change" nor "search"."""
        return self.form.is_valid() and self.button not in ("change", SEARCH)

    def save_draft(self) -> "CaseDraft | None":
        """Save the sent values as a case draft, so that no text is lost."""
        post = self.request.POST
        # A text too long for a draft gets an error beside its field, and stays on the page.
        with suppress(DraftTooLong), refusals_beside(self.form, only=(DraftLocked,)):
            return case_draft_save(
                complaint=self.case,
                officer=self.request.user,
                act=DraftAct(self.act.value),
                parts={name: post.get(name, "") for name in self.form.fields if name != "version"},
                version=self.form.made_from() or self.case.version,
            )
        return None


@dataclass(frozen=True, slots=True)
class Step(Generic[F]):
    """One step of handling a sent form of the class ``form``, if ``when`` returns true.

    ``do`` returns a response, or ``None`` if the next step is to be tried.
    """

    form: type[F]
    do: Callable[[ActRequest[F]], HttpResponse | None]
    when: Callable[[ActRequest[F]], bool] = lambda _sent: True


@supervisor_required
@reads_or_answers
def assign_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Assign the case to an officer."""
    return _answer_act(request, reference, Act.ASSIGN)


@officer_required
@reads_or_answers
def act_on_case(request: OfficerRequest, reference: str, act: Act) -> HttpResponse:
    """Do an act with a form: a text to the citizen, a note, or labels.

    The officer reviews a decision or an interim reply before it is sent.
    """
    return _answer_act(request, reference, act)


def _answer_act(request: OfficerRequest, reference: str, act: Act) -> HttpResponse:
    at = CaseRequest.of(request, get_case(request, reference))
    if request.method != "POST":
        if not at.may_show(act):
            raise PermissionDenied
        return case_page(at, asked=act)
    post = request.POST
    sent = ActRequest(
        request=request,
        case=at.case,
        deciders=at.deciders,
        act=act,
        page=ACT_PAGES[act],
        form=at.open_form(act),
        button="remove" if "remove" in post else post.get("step", ""),
    )
    met = (one for one in STEPS if isinstance(sent.form, one.form) and one.when(sent))
    return next(answer for one in met if (answer := one.do(sent)) is not None)


def _permit(sent: ActRequest[CaseForm]) -> None:
    may_act = sent.page.may_all or may_handle(sent.case, sent.request.user)
    # If the case was assigned to a colleague meanwhile, the service refuses the older version and
    # the page keeps the typed text, which a plain 403 would lose.
    if not may_act and sent.form.made_from() in (None, sent.case.version):
        raise PermissionDenied


def _save_and_stay(sent: ActRequest[CaseForm]) -> HttpResponse:
    """Save the text, add or remove its files, and show the form again."""
    draft, post = sent.save_draft(), sent.request.POST
    files = sent.request.FILES.getlist("uploads") if sent.page.is_sent else []
    refusals = _files_added(draft, files) if draft else []
    if draft and post.get("remove"):
        with refusals_beside(sent.form):
            case_draft_file_detach(draft=draft, attachment_id=_number(post["remove"]))
    for refusal in refusals:
        sent.form.add_error(None, refusal)
    if draft is None or sent.form.errors.get(NON_FIELD_ERRORS):
        return _show_again(sent)
    return redirect_with_message(
        sent.request, _("Your text has been saved."), sent.url(sent.act.value)
    )


def _files_added(draft: "CaseDraft", files: "Sequence[UploadedFile[bytes]]") -> list[str]:
    """Add files to a draft; return a message with the name of each refused file."""
    refused = []
    for file in files:
        name = file.name or ""
        try:
            case_draft_file_attach(
                draft=draft, upload=UploadedContent(name=name, content=upload_read(file))
            )
        except DomainError as refusal:
            refused.append(file_refusal_message(name, refusal))
    return refused


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _name_body(sent: ActRequest[RefusalForm]) -> HttpResponse:
    """Move a refusal's text to the form that names the competent body; redirect to that form."""
    if draft := sent.save_draft():
        with refusals_beside(sent.form):
            case_draft_turn(draft=draft, to=DraftAct.DIRECT)
            return redirect(f"{sent.url('direct')}&{FROM_REFUSAL}")
    return _show_again(sent)


def _is_offered_instead(sent: ActRequest[DirectionForm]) -> bool:
    """Return whether the chosen body answers on the portal and can be offered the case."""
    return sent.button not in ("change", SEARCH) and sent.form.is_answered()


def _lead_to_offer(sent: ActRequest[DirectionForm]) -> HttpResponse | None:
    """Save the draft, and redirect to the form of the offer, where the draft's text is filled in.

    Return ``None`` if the draft cannot be saved.
    """
    if sent.save_draft() is None:
        return None
    text = _(
        "That body answers on this portal, so the case is offered to it instead of a letter. Your "
        "text is in the form."
    )
    return redirect_with_message(
        sent.request,
        text,
        "transfers:offer-case",
        level=messages.INFO,
        reference=sent.case.reference,
    )


def _refuse_same_officer(sent: ActRequest[DecisionForm]) -> None:
    """Refuse a decision by an officer who decided on the case before, as the service does."""
    # Without this error, the page would show the text as ready to be sent.
    sent.form.add_error(None, refusal_error(SameOfficer()))


def _save(sent: ActRequest[SentForm]) -> None:
    sent.save_draft()


def _preview(sent: ActRequest[CheckedForm]) -> HttpResponse:
    form, case, request, officer = sent.form, sent.case, sent.request, sent.request.user
    text, near_copy = form.citizen_text(case), None
    if isinstance(form, DecisionForm):
        near_copy = near_copy_of(text, category_code=case.category_code)
    context = {
        "case": case_header(case),
        "form": form,
        "text": text,
        "near_copy": near_copy,
        # Not even the reference of a case of another unit is shown.
        "is_named": near_copy is not None and may_open(request, near_copy.reference),
        "action": sent.action(sent.act),
        "needs_approval": waits_for_approval(
            DraftAct(sent.act.value), officer, is_asked=request.agency.needs_approval, case=case
        ),
        "has_next": bool(view_query(request)) and officer.opens_next_case,
    }
    part = "agency_console/preview_part.html"
    return console_page(request, "agency_console/preview.html", context, part=part)


def _repeats_citizen(sent: ActRequest[NoteForm]) -> bool:
    return sent.form.is_valid() and sent.form.repeats(lambda: citizen_words(sent.case))


def _confirm(sent: ActRequest[NoteForm]) -> HttpResponse:
    return case_page(sent, written=Written(act=sent.act, form=sent.form, needs_confirmation=True))


def _do(sent: ActRequest[CaseForm]) -> HttpResponse | None:
    """Do the act now, or schedule its sending; refusals become errors of the form."""
    case, officer, form, page = sent.case, sent.request.user, sent.form, sent.page
    with refusals_beside(form, field=page.field):
        if page.service is None:
            return _leave(sent)
        command = {"officer": officer, **form.to_command()}
        page.service(reference=case.reference, actor=sent.request.actor, **command)
        if sent.act == Act.NOTE:
            case_draft_forget(complaint=case, officer=officer, act=DraftAct.NOTE)
    return None if form.errors else redirect_with_message(sent.request, page.done, sent.url())


def _leave(sent: ActRequest[CaseForm]) -> HttpResponse:
    """Check a text and schedule its sending or submit it; redirect to the next or this case."""
    request, place = sent.request, sent.place
    draft = case_draft_send_or_submit(
        complaint=sent.case,
        officer=request.user,
        act=DraftAct(sent.act.value),
        parts=sent.form.typed(),
        version=sent.form.cleaned_data["version"],
        actor=request.actor,
        needs_approval=request.agency.needs_approval,
    )
    next_url = neighbour_url(request, place.following) if request.user.opens_next_case else ""
    if draft.pressed_at is None:
        text = _("The text waits for the approval of a supervisor. Nothing has been sent yet.")
        messages.success(request, text)
    return redirect(next_url or sent.url())


def _show_again(sent: ActRequest[CaseForm]) -> HttpResponse:
    if led := refused_redirect(sent.request, sent.form):
        return led
    if is_stale(sent.act, sent.form):
        # The case is read again, because it may have changed during this request.
        case = complaint_get(reference=sent.case.reference)
        sent = replace(sent, case=case, deciders=case_deciders(case))
    return case_page(sent, written=written_refused(sent, sent.act, sent.form))


# The steps are tried in this order. ``CaseForm`` is the form of every act, ``SentForm`` of texts to
# the citizen, ``CheckedForm`` of decisions and interim replies, ``DecisionForm`` of decisions.
STEPS: tuple[Step[Any], ...] = (
    # If the case was transferred while the officer wrote, the page shows the typed text.
    Step(CaseForm, lambda sent: stub_page(sent, sent.form), when=lambda sent: is_stub(sent.case)),
    Step(CaseForm, _permit),
    Step(NoteForm, _save_and_stay, when=lambda sent: sent.button in KEEPING),
    Step(SentForm, _save_and_stay, when=lambda sent: sent.button in KEEPING),
    Step(RefusalForm, _name_body, when=lambda sent: sent.form.needs_body()),
    Step(DirectionForm, _lead_to_offer, when=_is_offered_instead),
    Step(
        DecisionForm,
        _refuse_same_officer,
        when=lambda sent: sent.request.user.pk in sent.deciders.barred,
    ),
    Step(SentForm, _save),
    Step(CheckedForm, _preview, when=lambda sent: sent.is_ready() and sent.button != "send"),
    Step(NoteForm, _confirm, when=_repeats_citizen),
    Step(CaseForm, _do, when=ActRequest.is_ready),
    Step(CaseForm, _show_again),
)
