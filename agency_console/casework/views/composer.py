"""The page of a case, with what is written or done below the thread."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Textarea
from django.http import HttpResponse
from django.utils.translation import gettext as _, gettext_lazy

from agency_console.access.permissions import is_stub, may_handle
from agency_console.access.presenters import case_url as page_url
from agency_console.access.views import OfficerRequest, console_page, scope_of
from agency_console.casework.errors import DecisionBeingSent
from agency_console.casework.filters import case_url, list_asked, neighbour_url, view_query
from agency_console.casework.forms import (
    AssignForm,
    CaseForm,
    DirectionForm,
    FilesForm,
    LabelForm,
)
from agency_console.casework.presenters import leaving_changes
from agency_console.casework.selectors import (
    act_rights,
    case_detail,
    case_drafts,
    case_place,
    case_stub,
    changes_since,
    writers_of,
)
from agency_console.casework.types import Act, CaseChanges, CaseDrafts, CasePlace, OwnDraft, Tab
from agency_console.casework.views.act_pages import ACT_PAGES, ActPage
from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.errors import TemplateNotFound
from agency_console.reply_templates.presenters import template_fill
from agency_console.reply_templates.selectors import case_values, templates_for
from agency_console.reply_templates.types import FilledTemplate
from shared.accounts.permissions import may_assign
from shared.complaints.enums import PROMISES, RemedyTime
from shared.complaints.errors import StaleCase
from shared.complaints.selectors import Deciders, case_deciders, label_list
from shared.forms.saved_input import saved_input
from shared.forms.views import form_refilled
from shared.kernel import clock, legal_deadline
from shared.ui.dates import day_text
from shared.ui.parts import is_part, words_answer
from shared.ui.policies import with_files

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

# In the address of the letter that names a body, where a refusal has led to it.
FROM_REFUSAL = "from=refuse"
HANDED_OVER = gettext_lazy(
    "Another administration has this case now. What you typed is still on this page: copy it if "
    "you need it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands in the composer: the act, its form, and what came of sending it.

    ``needs_confirmation``: a note repeats the citizen's words.
    """

    act: Act
    form: CaseForm
    changes: CaseChanges | None = None
    needs_confirmation: bool = False


def case_page(
    request: OfficerRequest,
    case: "Complaint",
    *,
    written: Written | None = None,
    asked: Act | None = None,
    deciders: Deciders | None = None,
) -> HttpResponse:
    """The page of a case: with a form that was sent, else with what is asked for or begun.

    Of a case that another administration has now, the page says that alone, whatever was asked.
    """
    if is_stub(case):
        return stub_page(request, case, written.form if written else None)
    deciders = deciders or case_deciders(case)
    context = _context(request, case, written, asked, deciders)
    # Asked for by GET it is a page like any other; htmx and programs read the status.
    status = 409 if written is not None and _is_refused(written) else 200
    page, part = "agency_console/case.html", "agency_console/case_composer.html"
    return with_files(console_page(request, page, context, status=status, part=part))


def stub_page(
    request: OfficerRequest, case: "Complaint", form: CaseForm | None = None
) -> HttpResponse:
    """What is left of a case that was handed over; with what somebody was writing meanwhile."""
    if is_part(request):
        return words_answer(request, HANDED_OVER, status=409)
    typed = _texts_typed(form) if form is not None else []
    context = {"stub": case_stub(case, typed=typed), "view_query": view_query(request)}
    return console_page(
        request, "agency_console/case_stub.html", context, status=409 if typed else 200
    )


def _texts_typed(form: CaseForm) -> list[tuple[str, str]]:
    areas = [one for one in form.visible_fields() if isinstance(one.field.widget, Textarea)]
    texts = [(str(area.label), str(area.value() or "")) for area in areas]
    return [(label, text) for label, text in texts if text.strip()]


def _context(
    request: OfficerRequest,
    case: "Complaint",
    written: Written | None,
    asked: Act | None,
    deciders: Deciders,
) -> dict[str, object]:
    detail = case_detail(case, officer=request.user, agency=request.agency, deciders=deciders)
    drafts = case_drafts(case, officer=request.user)
    written = written or _begun(request, case, asked, drafts, detail.acts, deciders)
    return {
        "detail": detail,
        "drafts": drafts,
        **_neighbours(request, place_of(request, case)),
        "writers": writers_of(case, officer=request.user),
        "view_query": view_query(request),
        "has_notes_printed": request.GET.get("notes") == "1",
        "tabs": _tabs(request, case, detail.acts, written),
        "composer": _composer(request, case, written, drafts, deciders) if written else None,
    }


def _neighbours(request: OfficerRequest, place: CasePlace) -> dict[str, object]:
    return {
        "place": place,
        "previous_url": neighbour_url(request, place.previous),
        "next_url": neighbour_url(request, place.following),
    }


def open_form(
    request: OfficerRequest,
    case: "Complaint",
    act: Act,
    *,
    draft: OwnDraft | None = None,
    deciders: Deciders,
) -> CaseForm:
    """The form of an act: with what was sent, or with the officer's text so far."""
    kept = dict(draft.parts) if draft else {}
    data = request.POST if request.method == "POST" else None
    if data is None:
        kept = _begun_from_template(request, case, act, kept)
    form = ACT_PAGES[act].form(data, initial={**kept, "version": case.version})
    if isinstance(form, DirectionForm):
        form.offer_bodies(case, agency_code=request.agency.code)
    if isinstance(form, LabelForm):
        form.offer(label_list(), chosen=case.label_ids)
    if isinstance(form, AssignForm):
        form.offer(case, leave_out=deciders.barred)
    return form


def _begun_from_template(
    request: OfficerRequest, case: "Complaint", act: Act, kept: dict[str, str]
) -> dict[str, str]:
    """What is written so far, with the texts of the template in the address where nothing is."""
    number = request.GET.get("template", "")
    if act.value not in TemplateAct.values or not (number.isascii() and number.isdecimal()):
        return kept
    with suppress(TemplateNotFound):
        values = case_values(case, officer=request.user, agency=request.agency)
        filled = template_fill(int(number[:9]), values)
        texts = {name: text for name, text in filled.parts.items() if text}
        if filled.outcome:
            texts["outcome"] = filled.outcome.value
        texts |= _time_of(filled)
        written = {name: text for name, text in kept.items() if text.strip()}
        return {**texts, **written, "template": str(filled.template_id)}
    return kept


def _time_of(filled: FilledTemplate) -> dict[str, str]:
    """When it is done, as the fields of the form say it; nothing where the officer says it."""
    if filled.promised_days is None or filled.outcome not in (None, *PROMISES):
        return {}
    if filled.promised_days == 0:
        return {"carried_out": RemedyTime.DONE.value}
    day = clock.today() + timedelta(days=filled.promised_days)
    return {"carried_out": RemedyTime.BY_DAY.value, "promised_on": day.isoformat()}


def place_of(request: OfficerRequest, case: "Complaint") -> CasePlace:
    """Where the case stands in the list of its address."""
    return case_place(
        case, address=list_asked(request), officer=request.user, scope=scope_of(request)
    )


def may_open(act: Act, case: "Complaint", request: OfficerRequest) -> bool:
    """Whether an officer may see the form of an act, be it possible now or not."""
    if act == Act.ASSIGN:
        return may_assign(request.user.role)
    may_write = ACT_PAGES[act].may_all or may_handle(case, request.user)
    # Assigned to a colleague while this officer wrote: what they typed is shown once more.
    return may_write or saved_input(request) is not None


def _begun(
    request: OfficerRequest,
    case: "Complaint",
    asked: Act | None,
    drafts: CaseDrafts,
    acts: frozenset[Act],
    deciders: Deciders,
) -> Written | None:
    """The form that the address asks for; else that of the latest text which was not sent."""
    act = asked if asked in ACT_PAGES else next(iter(drafts.own), None)
    if act is None or not may_open(act, case, request):
        return None
    if asked is None and act not in acts and not drafts.own[act].is_locked:
        return None
    form = open_form(request, case, act, draft=drafts.own.get(act), deciders=deciders)
    if form_refilled(request, form):
        return written_refused(request, case, act, form)
    return Written(act=act, form=form)


def written_refused(
    request: OfficerRequest, case: "Complaint", act: Act, form: CaseForm
) -> Written:
    """A form that was refused, with what has changed in the case since it was opened."""
    changes: CaseChanges | None = None
    if is_stale(act, form):
        changes = changes_since(case, version=form.made_from() or 0, officer=request.user)
        form.rebase(case.version)
    elif form.has_error(NON_FIELD_ERRORS, DecisionBeingSent.code):
        changes = leaving_changes(case)
    return Written(act=act, form=form, changes=changes)


def is_stale(act: Act, form: CaseForm) -> bool:
    """Whether the form was made from an older version of the case."""
    return form.has_error(ACT_PAGES[act].field or NON_FIELD_ERRORS, StaleCase.code)


def _composer(
    request: OfficerRequest,
    case: "Complaint",
    written: Written,
    drafts: CaseDrafts,
    deciders: Deciders,
) -> dict[str, object]:
    act, page = written.act, ACT_PAGES[written.act]
    return {
        "act": act.value,
        "texts": page,
        "form": written.form,
        "changes": written.changes,
        "needs_confirmation": written.needs_confirmation,
        "draft": drafts.own.get(act),
        "files_form": FilesForm() if page.is_sent else None,
        **_addresses(request, case, act),
        "warning": _warning(request, case, act),
        **act_rights(case, act=act, officer=request.user, deciders=deciders),
    }


def _addresses(request: OfficerRequest, case: "Complaint", act: Act) -> dict[str, object]:
    """Where the form is sent, where one goes without sending it, and what it can begin with."""
    return {
        "action": page_url(ACT_PAGES[act].address, case.reference) + view_query(request),
        "case_url": case_url(request, case.reference),
        "templates": _template_links(request, case, act),
    }


def _template_links(request: OfficerRequest, case: "Complaint", act: Act) -> list[tuple[str, str]]:
    """The templates for this act in the language of the citizen: name and address of each."""
    if act.value not in TemplateAct.values:
        return []
    page = case_url(request, case.reference, write=act.value)
    return [
        (one.name, f"{page}&template={one.id}")
        for one in templates_for(TemplateAct(act.value), case.language)
    ]


def _warning(request: OfficerRequest, case: "Complaint", act: Act) -> str:
    if act == Act.DIRECT and FROM_REFUSAL in request.META.get("QUERY_STRING", "").split("&"):
        return _(
            "On this ground the citizen must be told which body is competent. Choose it here. What "
            "you wrote is kept below."
        )
    return _question_warning(case) if act == Act.ASK else ""


def _question_warning(case: "Complaint") -> str:
    """What an officer is told whose question may be answered only after the legal term."""
    answer_by = clock.today() + timedelta(days=legal_deadline.ANSWER_DAYS)
    if case.due_on is None or answer_by <= case.due_on:
        return ""
    return _(
        "The citizen can answer until %(answer)s, but the legal deadline is %(due)s and does not "
        "wait. Reply by that day, with or without the answer."
    ) % {"answer": day_text(answer_by), "due": day_text(case.due_on)}


def _tabs(
    request: OfficerRequest, case: "Complaint", acts: frozenset[Act], written: Written | None
) -> dict[str, list[Tab]]:
    shown = [act for act in ACT_PAGES if act in acts]
    tabs = {act: _tab(request, case, act, ACT_PAGES[act], written) for act in shown}
    return {
        "usual": [tabs[act] for act in shown if not ACT_PAGES[act].is_rare],
        "rare": [tabs[act] for act in shown if ACT_PAGES[act].is_rare],
    }


def _tab(
    request: OfficerRequest, case: "Complaint", act: Act, page: ActPage, written: Written | None
) -> Tab:
    return Tab(
        act=act,
        label=str(page.tab),
        url=case_url(request, case.reference, write=act.value),
        keys=page.keys,
        letter=page.letter,
        is_current=written is not None and written.act == act,
    )


def _is_refused(written: Written) -> bool:
    form = written.form
    is_stale = written.changes is not None
    return is_stale or bool(form.is_bound and form.errors.get(NON_FIELD_ERRORS))
