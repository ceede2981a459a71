"""Pages of the supervisor's dashboard: the waiting cases of an agency and their officers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.forms import number_read
from agency_console.access.views import (
    OfficerRequest,
    approvals_waiting,
    console_page,
    scope_of,
    supervisor_required,
)
from agency_console.dashboard.forms import references_sent
from agency_console.dashboard.selectors import (
    dashboard,
    given_text,
    officer_cases,
    receiving_officer,
)
from agency_console.dashboard.services import cases_give
from agency_console.dashboard.types import OfficerCases
from shared.forms.views import redirect_with_message
from shared.rows.selectors import found_or_refuse
from tenants.custody.selectors import offers_waiting_number

PAGE = "dashboard:show-officer"


@supervisor_required
@require_safe
def show_dashboard(request: OfficerRequest) -> HttpResponse:
    """Show late cases, the load of officers and units, and the last weeks."""
    shown = dashboard(
        reader=request.user,
        scope=scope_of(request),
        approvals=approvals_waiting(request),
        offers=offers_waiting_number(agency=request.agency),
    )
    return console_page(request, "agency_console/dashboard.html", {"shown": shown})


@supervisor_required
@require_safe
def show_officer(request: OfficerRequest, user_id: int) -> HttpResponse:
    """Show the open cases of one officer; the supervisor can reassign these cases."""
    return console_page(
        request, "agency_console/dashboard_officer.html", {"shown": _officer(request, user_id)}
    )


@supervisor_required
@require_POST
def give_cases(request: OfficerRequest, user_id: int) -> HttpResponse:
    """Reassign the selected cases of one officer to another officer."""
    shown, references = _officer(request, user_id), references_sent(request.POST)
    number = number_read(request.POST.get("officer", ""))
    to = receiving_officer(user_id=number, reader=request.user, holder_id=shown.user_id)
    if to is None or not references:
        message = _("Tick at least one case and choose an officer.")
        return redirect_with_message(request, message, PAGE, level=messages.ERROR, user_id=user_id)
    given = cases_give(
        references=references,
        holder_id=user_id,
        officer=to,
        reader=request.user,
        actor=request.actor,
    )
    level = messages.WARNING if given.skipped else messages.SUCCESS
    return redirect_with_message(
        request, given_text(given, name=to.name), PAGE, level=level, user_id=user_id
    )


def _officer(request: OfficerRequest, user_id: int) -> OfficerCases:
    shown = officer_cases(user_id=user_id, reader=request.user)
    return found_or_refuse(shown, Http404(str(user_id)))
