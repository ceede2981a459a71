"""Pages of an officer's own absences, and of the absences of supervised officers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.views import (
    OfficerRequest,
    console_form_page,
    console_page,
    officer_required,
    scope_of,
    supervisor_required,
)
from agency_console.units.forms import AbsenceForm, absence_initial
from agency_console.units.selectors import officers_managed, substitute_choices
from shared.accounts.permissions import may_assign
from shared.accounts.selectors import user_get
from shared.complaints.services import absence_change, absence_end, absence_enter
from shared.forms.views import (
    posted,
    reads_or_answers,
    redirect_with_message,
    refusals_as_messages,
)
from shared.rows.selectors import found_or_refuse
from shared.ui.messages import refusals_beside
from shared.units.selectors import absence_get, absences
from shared.units.types import AbsenceInfo

FORM_PAGE = "agency_console/absence_form.html"


@officer_required
@require_safe
def list_absences(request: OfficerRequest) -> HttpResponse:
    """Show the officer's own absences; supervisors also see their officers' absences."""
    found = absences(user_ids=officers_managed(officer=request.user, scope=scope_of(request)))
    context = {
        "own": [one for one in found if one.user_id == request.user.pk],
        "others": [one for one in found if one.user_id != request.user.pk],
        "is_supervisor": may_assign(request.user.role),
    }
    return console_page(request, "agency_console/absences.html", context)


@supervisor_required
@require_safe
def choose_absentee(request: OfficerRequest) -> HttpResponse:
    """Show the officers whose absences can be entered."""
    people = officers_managed(officer=request.user, scope=scope_of(request))
    return console_page(
        request, "agency_console/absence_choose.html", {"people": list(people.items())}
    )


@officer_required
@reads_or_answers
def add_absence(request: OfficerRequest, user_id: int) -> HttpResponse:
    """Enter an absence; if the absence begins today, the cases are reassigned at once."""
    managed = officers_managed(officer=request.user, scope=scope_of(request))
    name = found_or_refuse(managed.get(user_id), Http404(str(user_id)))
    form = AbsenceForm(
        posted(request), substitutes=substitute_choices(user_id=user_id), has_begun=False
    )
    if form.is_valid():
        with refusals_beside(form, field="first_day"):
            absence_enter(user=user_get(user_id=user_id), actor=request.actor, **form.to_command())
            return _saved(request, _("The absence has been entered."))
    return console_form_page(request, FORM_PAGE, form, title=_("Enter an absence"), name=name)


@officer_required
@reads_or_answers
def change_absence(request: OfficerRequest, absence_id: int) -> HttpResponse:
    """Change an absence; once the first day has begun, only the last day can change."""
    absence = _managed(request, absence_id)
    form = AbsenceForm(
        posted(request),
        substitutes=substitute_choices(user_id=absence.user_id),
        has_begun=absence.has_begun,
        initial=absence_initial(absence),
    )
    if form.is_valid():
        with refusals_beside(form, field="first_day"):
            absence_change(absence_id=absence_id, actor=request.actor, **form.to_command())
            return _saved(request, _("The change has been saved."))
    return console_form_page(
        request, FORM_PAGE, form, title=_("Change the absence"), name=absence.name, absence=absence
    )


@officer_required
@require_POST
def end_absence(request: OfficerRequest, absence_id: int) -> HttpResponse:
    """End an absence now, or cancel an absence that has not begun."""
    absence = _managed(request, absence_id)
    with refusals_as_messages(request):
        back = absence_end(absence_id=absence_id, actor=request.actor)
        messages.success(request, _ended_text(absence, back))
    return redirect("units:list-absences")


def _ended_text(absence: AbsenceInfo, back: int) -> str:
    if not absence.has_begun:
        return _("The absence has been cancelled.")
    text = ngettext(
        "The absence has ended. %(count)d open case has come back.",
        "The absence has ended. %(count)d open cases have come back.",
        back,
    )
    return text % {"count": back}


def _managed(request: OfficerRequest, absence_id: int) -> AbsenceInfo:
    """Return an absence that the officer may change. Raises ``Http404``."""
    absence = absence_get(absence_id=absence_id)
    if absence.user_id not in officers_managed(officer=request.user, scope=scope_of(request)):
        raise Http404(str(absence_id))
    return absence


def _saved(request: OfficerRequest, text: str) -> HttpResponse:
    return redirect_with_message(request, text, "units:list-absences")
