"""The page of a case, with the composer below the thread."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Textarea
from django.http import HttpResponse
from django.utils.translation import gettext as _, gettext_lazy

from agency_console.access.permissions import is_stub, may_handle
from agency_console.access.selectors import case_url as page_url
from agency_console.access.views import OfficerRequest, console_page, scope_of
from agency_console.casework.errors import DecisionBeingSent
from agency_console.casework.forms.addresses import (
    case_url_in_list,
    list_asked,
    neighbour_url,
    view_query,
)
from agency_console.casework.forms.direction import DirectionForm
from agency_console.casework.forms.fields import CaseForm
from agency_console.casework.forms.texts import AssignForm, FilesForm, LabelForm
from agency_console.casework.presenters import leaving_changes
from agency_console.casework.selectors.case_page import act_rights, case_detail, changes_since
from agency_console.casework.selectors.case_place import case_place
from agency_console.casework.selectors.custody import case_stub
from agency_console.casework.selectors.drafts import case_drafts, writers_of
from agency_console.casework.types import (
    Act,
    CaseChanges,
    CaseDetail,
    CaseDrafts,
    CasePlace,
    OwnDraft,
    Tab,
)
from agency_console.casework.views.act_pages import ACT_PAGES
from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.errors import TemplateNotFound
from agency_console.reply_templates.presenters.placeholders import template_fill
from agency_console.reply_templates.selectors import case_values, template_names
from agency_console.reply_templates.types import FilledTemplate
from shared.accounts.permissions import may_assign
from shared.complaints.enums import PROMISES, RemedyTime
from shared.complaints.errors import StaleCase
from shared.complaints.selectors import Deciders, case_deciders, case_marks, label_list
from shared.complaints.types.dispatch import CaseMarks
from shared.forms.expired_session_input import saved_input
from shared.forms.views import form_refilled, posted
from shared.kernel import clock, legal_deadline
from shared.ui.dates import day_text
from shared.ui.downloads import with_files
from shared.ui.parts import is_part, words_answer

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

# The URL query of the form that names the competent body, when a refusal led to this form.
FROM_REFUSAL = "from=refuse"
HANDED_OVER = gettext_lazy(
    "Another administration has this case now. What you typed is still on this page: copy it if "
    "you need it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The form in the composer: its act, and the result of sending the form.

    ``needs_confirmation``: a note repeats the citizen's words.
    """

    act: Act
    form: CaseForm
    changes: CaseChanges | None = None
    needs_confirmation: bool = False

    @property
    def is_refused(self) -> bool:
        """Return whether the case has changed, or the form has an error without a field."""
        refused = self.form.is_bound and self.form.errors.get(NON_FIELD_ERRORS)
        return self.changes is not None or bool(refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRequest:
    """A request of an officer about one case, and the officers who decided on the case before."""

    request: OfficerRequest
    case: "Complaint"
    deciders: Deciders

    @classmethod
    def of(cls, request: OfficerRequest, case: "Complaint") -> Self:
        """Return the request with the officers who decided on the case before."""
        return cls(request=request, case=case, deciders=case_deciders(case))

    @property
    def place(self) -> CasePlace:
        """Return the place of the case in the list that the request's address names."""
        return case_place(
            self.case,
            address=list_asked(self.request),
            officer=self.request.user,
            scope=scope_of(self.request),
        )

    def url(self, write: str = "") -> str:
        """Return the address of the case's page, with the list in its query."""
        return case_url_in_list(self.request, self.case.reference, write=write)

    def action(self, act: Act) -> str:
        """Return the address to which the form of an act is sent."""
        return page_url(ACT_PAGES[act].address, self.case.reference) + view_query(self.request)

    def may_show(self, act: Act) -> bool:
        """Return whether the officer may see the form of an act, even if the act is not possible
        now.
        """
        if act == Act.ASSIGN:
            return may_assign(self.request.user.role)
        # If the case was assigned to a colleague meanwhile, the page still shows the typed text.
        may_write = ACT_PAGES[act].may_all or may_handle(self.case, self.request.user)
        return may_write or saved_input(self.request) is not None

    def open_form(self, act: Act, draft: OwnDraft | None = None) -> CaseForm:
        """Return the form of an act with the sent values, or with the officer's draft."""
        data, kept = posted(self.request), dict(draft.parts) if draft else {}
        if data is None:
            kept = _begun_from_template(self, act, kept)
        form = ACT_PAGES[act].form(data, initial={**kept, "version": self.case.version})
        if isinstance(form, DirectionForm):
            form.offer_bodies(self.case, agency_code=self.request.agency.code)
        if isinstance(form, LabelForm):
            form.offer(label_list(), chosen=self.case.label_ids)
        if isinstance(form, AssignForm):
            form.offer(self.case, leave_out=self.deciders.barred)
        return form


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """The data of the page of a case; ``asked``: the act in the page's address."""

    at: CaseRequest
    asked: Act | None
    written: Written | None
    detail: CaseDetail
    drafts: CaseDrafts
    marks: CaseMarks


def case_page(
    at: CaseRequest,
    *,
    written: Written | None = None,
    asked: Act | None = None,
    marks: CaseMarks | None = None,
) -> HttpResponse:
    """Show the page of a case with the sent form, the form that the address names, or a draft's.

    If another administration has the case, the page shows only what is left of the case. ``marks``:
    the officer's marks, if the caller has read them.
    """
    if is_stub(at.case):
        return stub_page(at, written.form if written else None)
    page = _page(at, asked, written, marks or case_marks(at.case, user=at.request.user))
    context = _context(page if written else replace(page, written=_begun(page)))
    # A refused form gets 409, because htmx and other programs read the status.
    status = 409 if written is not None and written.is_refused else 200
    template, part = "agency_console/case.html", "agency_console/case_composer.html"
    return with_files(console_page(at.request, template, context, status=status, part=part))


def _page(
    at: CaseRequest, asked: Act | None, written: Written | None, marks: CaseMarks
) -> CasePage:
    case, request = at.case, at.request
    return CasePage(
        at=at,
        asked=asked,
        written=written,
        detail=case_detail(case, officer=request.user, agency=request.agency, deciders=at.deciders),
        drafts=case_drafts(case, officer=request.user),
        marks=marks,
    )


def stub_page(at: CaseRequest, form: CaseForm | None = None) -> HttpResponse:
    """Show the data left of a transferred case, with the text that an officer was writing."""
    if is_part(at.request):
        return words_answer(at.request, HANDED_OVER, status=409)
    typed = _texts_typed(form) if form is not None else []
    return console_page(
        at.request,
        "agency_console/case_stub.html",
        {"stub": case_stub(at.case, typed=typed), "view_query": view_query(at.request)},
        status=409 if typed else 200,
    )


def _texts_typed(form: CaseForm) -> list[tuple[str, str]]:
    return [
        (str(area.label), text)
        for area in form.visible_fields()
        if isinstance(area.field.widget, Textarea) and (text := str(area.value() or "")).strip()
    ]


def _context(page: CasePage) -> dict[str, object]:
    at, place = page.at, page.at.place
    return {
        "detail": page.detail,
        "drafts": page.drafts,
        "place": place,
        "previous_url": neighbour_url(at.request, place.previous),
        "next_url": neighbour_url(at.request, place.following),
        "writers": writers_of(page.marks.writers),
        "view_query": view_query(at.request),
        "has_notes_printed": at.request.GET.get("notes") == "1",
        "tabs": _tabs(page),
        "composer": _composer(page, page.written) if page.written else None,
    }


def _begun_from_template(at: CaseRequest, act: Act, kept: dict[str, str]) -> dict[str, str]:
    """Return the draft's texts; empty fields get the texts of the template in the address."""
    number = at.request.GET.get("template", "")
    if act.value not in TemplateAct.values or not (number.isascii() and number.isdecimal()):
        return kept
    with suppress(TemplateNotFound):
        values = case_values(at.case, officer=at.request.user, agency=at.request.agency)
        filled = template_fill(int(number[:9]), values)
        texts = {name: text for name, text in filled.parts.items() if text}
        if filled.outcome:
            texts["outcome"] = filled.outcome.value
        texts |= _time_of(filled)
        written = {name: text for name, text in kept.items() if text.strip()}
        return {**texts, **written, "template": str(filled.template_id)}
    return kept


def _time_of(filled: FilledTemplate) -> dict[str, str]:
    """Return the template's time of the remedy as form values; empty without a time."""
    if filled.promised_days is None or filled.outcome not in (None, *PROMISES):
        return {}
    if filled.promised_days == 0:
        return {"carried_out": RemedyTime.DONE.value}
    day = clock.today() + timedelta(days=filled.promised_days)
    return {"carried_out": RemedyTime.BY_DAY.value, "promised_on": day.isoformat()}


def _begun(page: CasePage) -> Written | None:
    """Return the form that the address asks for, or else the form of the latest draft."""
    at, asked, own = page.at, page.asked, page.drafts.own
    act = asked if asked in ACT_PAGES else next(iter(own), None)
    if (
        act is None
        or not at.may_show(act)
        or (asked is None and act not in page.detail.acts and not own[act].is_locked)
    ):
        return None
    form = at.open_form(act, own.get(act))
    if form_refilled(at.request, form):
        return written_refused(at, act, form)
    return Written(act=act, form=form)


def written_refused(at: CaseRequest, act: Act, form: CaseForm) -> Written:
    """Return a refused form, with the changes of the case that caused the refusal, if any."""
    changes: CaseChanges | None = None
    if is_stale(act, form):
        changes = changes_since(at.case, version=form.made_from() or 0, officer=at.request.user)
        form.rebase(at.case.version)
    elif form.has_error(NON_FIELD_ERRORS, DecisionBeingSent.code):
        changes = leaving_changes(at.case)
    return Written(act=act, form=form, changes=changes)


def is_stale(act: Act, form: CaseForm) -> bool:
    """Return whether the service refused the form because the case has changed."""
    return form.has_error(ACT_PAGES[act].field or NON_FIELD_ERRORS, StaleCase.code)


def _composer(page: CasePage, written: Written) -> dict[str, object]:
    at, act = page.at, written.act
    return {
        "act": act.value,
        "texts": ACT_PAGES[act],
        "form": written.form,
        "changes": written.changes,
        "needs_confirmation": written.needs_confirmation,
        "draft": page.drafts.own.get(act),
        "files_form": FilesForm() if ACT_PAGES[act].is_sent else None,
        "action": at.action(act),
        "case_url": at.url(),
        "templates": _template_links(at, act),
        "warning": _warning(at, act),
        **act_rights(at.case, act=act, officer=at.request.user, deciders=at.deciders),
    }


def _template_links(at: CaseRequest, act: Act) -> list[tuple[str, str]]:
    """Return name and address of each template for this act in the language of the case."""
    if act.value not in TemplateAct.values:
        return []
    return [
        (name, f"{at.url(act.value)}&template={template_id}")
        for template_id, name in template_names(
            act=TemplateAct(act.value), language=at.case.language
        )
    ]


def _warning(at: CaseRequest, act: Act) -> str:
    if act == Act.DIRECT and FROM_REFUSAL in at.request.META.get("QUERY_STRING", "").split("&"):
        return _(
            "On this ground the citizen must be told which body is competent. Choose it here. What "
            "you wrote is kept below."
        )
    return _question_warning(at.case) if act == Act.ASK else ""


def _question_warning(case: "Complaint") -> str:
    """Return a warning if the citizen's time to answer ends after the legal term; else ""."""
    answer_by = clock.today() + timedelta(days=legal_deadline.ANSWER_DAYS)
    if case.due_on is None or answer_by <= case.due_on:
        return ""
    return _(
        "The citizen can answer until %(answer)s, but the legal deadline is %(due)s and does not "
        "wait. Reply by that day, with or without the answer."
    ) % {"answer": day_text(answer_by), "due": day_text(case.due_on)}


def _tabs(page: CasePage) -> dict[str, list[Tab]]:
    tabs = {
        act: Tab(
            act=act,
            label=str(texts.tab),
            url=page.at.url(act.value),
            keys=texts.keys,
            letter=texts.keys[-1:],
            is_current=page.written is not None and page.written.act == act,
        )
        for act, texts in ACT_PAGES.items()
        if act in page.detail.acts
    }
    return {
        "usual": [tab for act, tab in tabs.items() if not ACT_PAGES[act].is_rare],
        "rare": [tab for act, tab in tabs.items() if ACT_PAGES[act].is_rare],
    }
