"""Views of case drafts: saved while the officer types, taken back, discarded, copied, approved."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.forms import moment_read
from agency_console.access.permissions import may_handle
from agency_console.access.views import (
    OfficerRequest,
    console_form_page,
    console_page,
    get_case,
    get_case_head,
    officer_required,
    supervisor_required,
)
from agency_console.casework.enums import DraftAct
from agency_console.casework.errors import DraftNotFound
from agency_console.casework.forms.addresses import case_url_in_list
from agency_console.casework.forms.fields import CaseForm
from agency_console.casework.forms.texts import ReturnForm
from agency_console.casework.presenters import draft_text
from agency_console.casework.selectors.case_facts import case_header
from agency_console.casework.selectors.drafts import (
    case_draft_find,
    case_draft_own,
    held_texts,
    waiting_approvals,
    waiting_text,
    writers_of,
)
from agency_console.casework.services.dispatch import case_draft_take_back
from agency_console.casework.services.draft_approval import case_draft_approve, case_draft_return
from agency_console.casework.services.drafts import (
    case_draft_copy,
    case_draft_discard,
    case_draft_save,
)
from agency_console.casework.types import Act
from agency_console.casework.views.act_pages import ACT_PAGES
from shared.complaints.selectors import case_writers
from shared.forms.views import (
    redirect_with_message,
    refusals_as_messages,
    refused_page,
)
from shared.kernel import clock
from shared.kernel.errors import DomainError
from shared.ui.form_keys import with_input
from shared.ui.messages import refusal_message, refusal_status, refusals_beside
from shared.ui.methods import form_of
from shared.ui.parts import etag_of, part_if_changed

if TYPE_CHECKING:
    from agency_console.casework.models import CaseDraft
    from shared.complaints.models import Complaint

SAVED = gettext_lazy("Saved at %(time)s")
MOVED = gettext_lazy(
    "This case is with another unit now. Your text is saved: whoever handles the case there can "
    "read it and go on with it."
)
MOVED_NOTE = gettext_lazy(
    "This case is with another unit now. Your note is saved, but it can no longer be added. "
    "Copy it if you need it."
)


@officer_required
@require_POST
def save_draft(request: OfficerRequest, reference: str, act: str) -> JsonResponse:
    """Save the text of a form while the officer types; colleagues see that the officer writes."""
    if act not in DraftAct.values:
        raise Http404(act)
    known_version = CaseForm(request.POST).made_from()
    try:
        case = get_case_head(request, reference)
    except Http404:
        # If the case has gone to another unit, the officer may still save a draft that exists.
        own = case_draft_own(reference=reference, act=DraftAct(act), officer=request.user)
        if own is None:
            raise
        moved = MOVED_NOTE if own.act == DraftAct.NOTE else MOVED
        return _save(request, own.complaint, act, version=known_version or own.version, moved=moved)
    return _save(request, case, act, version=known_version or case.version)


def _save(
    request: OfficerRequest, case: "Complaint", act: str, *, version: int, moved: Promise | str = ""
) -> JsonResponse:
    """Save the sent text; return the words to show, or the reason why the text was refused.

    ``moved``: the words for a case that has gone to another unit, where nobody sees who writes.
    """
    try:
        draft = case_draft_save(
            complaint=case,
            officer=request.user,
            act=DraftAct(act),
            parts=_parts(request, act),
            version=version,
            known_at=moment_read(request.POST.get("known", "")),
            is_typing=not moved,
        )
    except DomainError as refusal:
        return JsonResponse({"words": refusal_message(refusal)}, status=refusal_status(refusal))
    return _saved(draft, moved or SAVED)


def _parts(request: OfficerRequest, act: str) -> dict[str, str]:
    names = [name for name in ACT_PAGES[Act(act)].form.base_fields if name != "version"]
    return {name: request.POST.get(name, "") for name in names}


def _saved(draft: "CaseDraft", words: Promise | str) -> JsonResponse:
    at = draft.saved_at.astimezone(clock.NATIONAL_ZONE)
    said = str(words) % {"time": f"{at:%H:%M}"}
    return JsonResponse({"words": said, "known": draft.saved_at.isoformat()})


@officer_required
@require_safe
def show_writers(request: OfficerRequest, reference: str) -> HttpResponse:
    """Show which colleagues are writing, and whether the case has changed meanwhile."""
    case = get_case_head(request, reference)
    version = request.GET.get("version", "")
    shown: dict[str, object] = {
        "reference": case.reference,
        "writers": writers_of(case_writers(case, but=request.user)),
        "version": version,
        "has_changed": version != str(case.version),
        "url": case_url_in_list(request, case.reference),
    }
    etag = etag_of(get_language(), shown)
    page = "agency_console/case_writers.html"
    return part_if_changed(request, etag, lambda: render(request, page, shown | {"etag": etag}))


@officer_required
@require_safe
def show_held(request: OfficerRequest) -> HttpResponse:
    """Show the officer's texts of ``held_texts``, for a page that polls."""
    return render(
        request, "agency_console/held_texts.html", {"held": held_texts(user_id=request.user.pk)}
    )


@officer_required
@require_POST
def take_back(request: OfficerRequest, draft_id: UUID) -> HttpResponse:
    """Take back a text that is not sent yet; the text does not change."""
    found = case_draft_find(draft_id=draft_id)
    # The case of a colleague's text is not shown, because it may be of another unit.
    if found is None or request.user.pk not in (found.officer_id, found.approved_by_id):
        messages.error(request, refusal_message(DraftNotFound()))
        return redirect("inbox:list-cases")
    write = ""
    with refusals_as_messages(request):
        draft = case_draft_take_back(draft_id=draft_id, user=request.user)
        if draft.officer_id == request.user.pk:
            write = draft.act
            messages.success(request, _("Nothing has been sent. Your text is below."))
        else:
            messages.success(request, _("Nothing has been sent. The text waits for approval."))
    return redirect(case_url_in_list(request, found.complaint.reference, write=write))


@officer_required
@require_POST
def discard_draft(request: OfficerRequest, draft_id: UUID) -> HttpResponse:
    """Delete the officer's own text."""
    found = case_draft_find(draft_id=draft_id)
    if found is None:
        raise Http404(str(draft_id))
    with refusals_as_messages(request):
        case_draft_discard(draft_id=draft_id, officer=request.user)
        messages.success(request, _("Your text has been discarded."))
    if found.officer_id != request.user.pk:
        # The case of a colleague's text is not shown.
        return redirect("inbox:list-cases")
    return redirect(case_url_in_list(request, found.complaint.reference))


@officer_required
@require_POST
def copy_draft(request: OfficerRequest, draft_id: UUID) -> HttpResponse:
    """Copy a colleague's text into the officer's own draft."""
    found = case_draft_find(draft_id=draft_id)
    if found is None or not may_handle(found.complaint, request.user):
        raise Http404(str(draft_id))
    # Refuse a case that this officer may not see, although a colleague wrote in it.
    case = get_case(request, found.complaint.reference)
    write = ""
    with refusals_as_messages(request):
        write = case_draft_copy(draft_id=draft_id, officer=request.user, version=case.version).act
        messages.success(request, _("The text is now also yours. Check it before you send it."))
    return redirect(case_url_in_list(request, case.reference, write=write))


@supervisor_required
@require_safe
def list_approvals(request: OfficerRequest) -> HttpResponse:
    """Show the texts that wait for approval, the oldest first."""
    context = {"waiting": waiting_approvals(user=request.user)}
    return console_page(request, "agency_console/case_approvals.html", context)


@supervisor_required
@require_safe
def show_approval(request: OfficerRequest, draft_id: UUID) -> HttpResponse:
    """Show one text as the citizen will read it, to be approved or returned."""
    return _approval_page(request, draft_id, ReturnForm())


@supervisor_required
@require_POST
def approve(request: OfficerRequest, draft_id: UUID) -> HttpResponse:
    """Approve a text; the text is sent ten seconds later."""
    _draft_seen(request, draft_id)
    with refusals_as_messages(request):
        case_draft_approve(
            draft_id=draft_id,
            asked_at=_moment(request),
            officer=request.user,
            version=CaseForm(request.POST).made_from() or 0,
            digest=request.POST.get("digest", ""),
        )
        messages.success(request, _("You approved the text."))
    # That page redirects to the list if the text no longer waits.
    return redirect("casework:show-approval", draft_id=draft_id)


@supervisor_required
@form_of("casework:show-approval", "draft_id")
def return_text(request: OfficerRequest, draft_id: UUID) -> HttpResponse:
    """Give a text back to its author unsent, with the reason."""
    _draft_seen(request, draft_id)
    form = ReturnForm(request.POST)
    if form.is_valid():
        with refusals_beside(form):
            case_draft_return(
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
    """Show a text that waits for approval; else redirect to the list with the typed reason."""
    draft, case = _draft_seen(request, draft_id)
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


def _draft_seen(request: OfficerRequest, draft_id: UUID) -> "tuple[CaseDraft, Complaint]":
    """Return a draft and its case. Raises ``Http404`` unless the officer may see the case."""
    draft = case_draft_find(draft_id=draft_id)
    if draft is None:
        raise Http404(str(draft_id))
    return draft, get_case(request, draft.complaint.reference)


def _moment(request: OfficerRequest) -> datetime:
    return moment_read(request.POST.get("asked_at", "")) or clock.now()
