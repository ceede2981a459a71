"""Write, check and send; assign and label: one form each, on the page of the case."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agency_console.access.permissions import is_stub, may_handle
from agency_console.access.presenters import case_url as page_url
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
from agency_console.casework.filters import case_url, neighbour_url, view_query
from agency_console.casework.forms import (
    SEARCH,
    CaseForm,
    CheckedForm,
    DecisionForm,
    DirectionForm,
    NoteForm,
    RefusalForm,
)
from agency_console.casework.permissions import waits_for_approval
from agency_console.casework.selectors import case_header, citizen_words
from agency_console.casework.services.approval import draft_send_or_submit
from agency_console.casework.services.drafts import (
    draft_file_attach,
    draft_file_detach,
    draft_forget,
    draft_save,
    draft_turn,
)
from agency_console.casework.types import Act
from agency_console.casework.views.act_pages import ACT_PAGES
from agency_console.casework.views.composer import (
    FROM_REFUSAL,
    Written,
    case_page,
    is_stale,
    may_open as may_open_act,
    open_form,
    place_of,
    stub_page,
    written_refused,
)
from shared.complaints.errors import SameOfficer
from shared.complaints.selectors import (
    Deciders,
    case_deciders,
    complaint_get,
    near_copy_of,
)
from shared.complaints.types import UploadedContent
from shared.files.upload_storage import upload_read
from shared.forms.views import redirect_with_message, refused_redirect
from shared.kernel.errors import DomainError
from shared.ui.messages import file_refusal_message, refusal_message, refusals_beside

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from agency_console.casework.models import CaseDraft
    from shared.complaints.models import Complaint

# The steps after which the officer goes on writing.
KEEPING = ("save", "attach", "remove")


@supervisor_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Give the case to any officer."""
    return _answer_act(request, reference, Act.ASSIGN)


@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def act_on_case(request: OfficerRequest, reference: str, act: Act) -> HttpResponse:
    """Reply, refuse, ask, write, add a note or labels; replies and refusals are checked first."""
    return _answer_act(request, reference, act)


def _answer_act(request: OfficerRequest, reference: str, act: Act) -> HttpResponse:
    case = get_case(request, reference)
    deciders = case_deciders(case)
    if request.method != "POST":
        if not may_open_act(act, case, request):
            raise PermissionDenied
        return case_page(request, case, asked=act, deciders=deciders)
    form = open_form(request, case, act, deciders=deciders)
    if is_stub(case):
        # It went to another administration while they wrote; what they typed is on the page.
        return stub_page(request, case, form)
    _permit(request, case, form, act)
    step = "remove" if "remove" in request.POST else request.POST.get("step", "")
    if step in KEEPING and act.value in DraftAct.values:
        return _save_and_stay(request, case, form, act, deciders)
    if isinstance(form, RefusalForm) and form.needs_body():
        return _name_body(request, case, form, deciders)
    if _is_offered_instead(form, step) and _save_draft(request, case, form, act):
        return _led_to_the_offer(request, case)
    return _check_or_send(request, case, form, act, deciders, step)


def _name_body(
    request: OfficerRequest, case: "Complaint", form: RefusalForm, deciders: Deciders
) -> HttpResponse:
    """Go on to the letter that names the competent body, with all that was typed of a refusal."""
    draft = _save_draft(request, case, form, Act.REFUSE)
    if draft is not None:
        with refusals_beside(form):
            draft_turn(draft=draft, to=DraftAct.DIRECT)
            return redirect(f"{case_url(request, case.reference, write='direct')}&{FROM_REFUSAL}")
    return _shown_again(request, case, form, Act.REFUSE, deciders)


def _permit(request: OfficerRequest, case: "Complaint", form: CaseForm, act: Act) -> None:
    if ACT_PAGES[act].may_all or may_handle(case, request.user):
        return
    # Assigned to a colleague while this officer wrote: the service refuses an older version, and
    # the page keeps what was typed. A plain 403 would lose it.
    if form.made_from() in (None, case.version):
        raise PermissionDenied


def _check_or_send(
    request: OfficerRequest,
    case: "Complaint",
    form: CaseForm,
    act: Act,
    deciders: Deciders,
    step: str,
) -> HttpResponse:
    _refuse_same_officer(request, form, deciders)
    draft = _save_draft(request, case, form, act) if ACT_PAGES[act].is_sent else None
    is_valid = form.is_valid()
    if is_valid and isinstance(form, CheckedForm) and step not in ("send", "change", SEARCH):
        return _preview(request, case, form, act)
    if is_valid and isinstance(form, NoteForm) and form.repeats(partial(citizen_words, case)):
        written = Written(act=act, form=form, needs_confirmation=True)
        return case_page(request, case, written=written, deciders=deciders)
    if is_valid and step not in ("change", SEARCH):
        with refusals_beside(form, field=ACT_PAGES[act].field):
            return _done(request, case, form, act, draft)
    return _shown_again(request, case, form, act, deciders)


def _is_offered_instead(form: CaseForm, step: str) -> bool:
    """Whether the body that the letter would name answers on the portal, and can take the case."""
    if not isinstance(form, DirectionForm) or step in ("change", SEARCH):
        return False
    return form.is_answered()


def _led_to_the_offer(request: OfficerRequest, case: "Complaint") -> HttpResponse:
    """Go on in the form of the offer, which begins with what the draft of the letter keeps."""
    text = _(
        "That body answers on this portal, so the case is offered to it instead of a letter. Your "
        "text is in the form."
    )
    target = reverse("transfers:offer-case", args=[case.reference])
    return redirect_with_message(request, text, target, level=messages.INFO)


def _refuse_same_officer(request: OfficerRequest, form: CaseForm, deciders: Deciders) -> None:
    """Keep those from a decision who decided on the case before; the service refuses them too."""
    # Else a text would be shown as one that can be sent.
    if isinstance(form, DecisionForm) and request.user.pk in deciders.barred:
        form.add_error(None, ValidationError(refusal_message(SameOfficer()), code=SameOfficer.code))


def _save_draft(
    request: OfficerRequest, case: "Complaint", form: CaseForm, act: Act
) -> "CaseDraft | None":
    """Save what was sent as a draft: whatever comes of it, no word is lost."""
    parts = {name: request.POST.get(name, "") for name in form.fields if name != "version"}
    # What is too long for a draft is told beside its field, and stands on the page.
    with suppress(DraftTooLong), refusals_beside(form, only=(DraftLocked,)):
        return draft_save(
            complaint=case,
            officer=request.user,
            act=DraftAct(act.value),
            parts=parts,
            version=form.made_from() or case.version,
        )
    return None


def _save_and_stay(
    request: OfficerRequest, case: "Complaint", form: CaseForm, act: Act, deciders: Deciders
) -> HttpResponse:
    """Save the text, and add or remove files beside it; the officer goes on writing."""
    draft, files = _save_draft(request, case, form, act), request.FILES.getlist("uploads")
    refusals = _files_added(draft, files) if draft and ACT_PAGES[act].is_sent else []
    if draft and request.POST.get("remove"):
        with refusals_beside(form):
            draft_file_detach(draft=draft, attachment_id=_number(request.POST["remove"]))
    for refusal in refusals:
        form.add_error(None, refusal)
    if draft is None or form.errors.get(NON_FIELD_ERRORS):
        return _shown_again(request, case, form, act, deciders)
    target = case_url(request, case.reference, write=act.value)
    return redirect_with_message(request, _("Your text has been saved."), target)


def _files_added(draft: "CaseDraft", files: "Sequence[UploadedFile[bytes]]") -> list[str]:
    """Why some of the files were not added, by their names."""
    refused = []
    for file in files:
        name = file.name or ""
        try:
            upload = UploadedContent(name=name, content=upload_read(file))
            draft_file_attach(draft=draft, upload=upload)
        except DomainError as refusal:
            refused.append(file_refusal_message(name, refusal))
    return refused


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _done(
    request: OfficerRequest,
    case: "Complaint",
    form: CaseForm,
    act: Act,
    draft: "CaseDraft | None",
) -> HttpResponse:
    page, service = ACT_PAGES[act], ACT_PAGES[act].service
    if service is None:
        return _leave(request, case, form, act)
    command = {"officer": request.user, **form.to_command()}
    service(reference=case.reference, actor=request.actor, **command)
    if act == Act.NOTE:
        draft_forget(complaint=case, officer=request.user, act=DraftAct.NOTE)
    return redirect_with_message(request, page.done, case_url(request, case.reference))


def _leave(request: OfficerRequest, case: "Complaint", form: CaseForm, act: Act) -> HttpResponse:
    """Check everything now; the text leaves in ten seconds, and the next case opens."""
    place = place_of(request, case)
    draft = draft_send_or_submit(
        complaint=case,
        officer=request.user,
        act=DraftAct(act.value),
        parts=form.typed(),
        version=form.cleaned_data["version"],
        actor=request.actor,
        needs_approval=request.agency.needs_approval,
    )
    next_url = neighbour_url(request, place.following) if request.user.opens_next_case else ""
    if draft.pressed_at is None:
        text = _("The text waits for the approval of a supervisor. Nothing has been sent yet.")
        messages.success(request, text)
    return redirect(next_url or case_url(request, case.reference))


def _shown_again(
    request: OfficerRequest, case: "Complaint", form: CaseForm, act: Act, deciders: Deciders
) -> HttpResponse:
    if led := refused_redirect(request, form):
        return led
    if is_stale(act, form):
        # Read again: the case may have changed even during this request.
        case = complaint_get(reference=case.reference)
        deciders = case_deciders(case)
    written = written_refused(request, case, act, form)
    return case_page(request, case, written=written, deciders=deciders)


def _preview(
    request: OfficerRequest, case: "Complaint", form: CheckedForm, act: Act
) -> HttpResponse:
    text, near_copy = form.citizen_text(case), None
    if isinstance(form, DecisionForm):
        near_copy = near_copy_of(text, category_code=case.category_code)
    context = {
        "case": case_header(case),
        "form": form,
        "text": text,
        "near_copy": near_copy,
        # Of another unit not even the reference.
        "is_named": near_copy is not None and may_open(request, near_copy.reference),
        "action": page_url(ACT_PAGES[act].address, case.reference) + view_query(request),
        "needs_approval": _needs_approval(request, case, act),
        "has_next": bool(view_query(request)) and request.user.opens_next_case,
    }
    part = "agency_console/preview_part.html"
    return console_page(request, "agency_console/preview.html", context, part=part)


def _needs_approval(request: OfficerRequest, case: "Complaint", act: Act) -> bool:
    is_asked = request.agency.needs_approval
    return waits_for_approval(DraftAct(act.value), request.user, is_asked=is_asked, case=case)
