"""One case beside the list: its preview, and putting it aside."""

from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agency_console.access.forms import list_address, list_query
from agency_console.access.views import (
    OfficerRequest,
    console_form_page,
    console_page,
    get_case,
    officer_required,
)
from agency_console.inbox.forms import SnoozeForm, back_query
from agency_console.inbox.selectors import case_preview
from shared.complaints.services import case_snooze
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.ui.dates import day_text
from shared.ui.messages import refusals_beside
from tenants.agencies.selectors import agency_bodies


@officer_required
@require_safe
def preview_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Show the last message, the request, the terms and the files of one case.

    The access is recorded, but the mark "new from the citizen" stays: the case was not opened.
    """
    case = get_case(request, reference)
    bodies = agency_bodies(agency_code=request.agency.code)
    context = {
        "preview": case_preview(case, officer=request.user, bodies=bodies),
        "list_query": list_query(list_address(request.GET)),
    }
    return console_page(
        request,
        "agency_console/inbox_preview_page.html",
        context,
        part="agency_console/inbox_preview.html",
    )


@officer_required
@reads_or_answers
def snooze_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Put a case aside for oneself until a day, or take it back, and return to the list."""
    case = get_case(request, reference)
    form = SnoozeForm(posted(request), initial={"back": list_query(list_address(request.GET))})
    if form.is_valid():
        with refusals_beside(form, field="until_on"):
            until = form.to_day()
            case_snooze(complaint=case, user=request.user, until=until)
            back = back_query(form.cleaned_data["back"])
            return redirect_with_message(
                request, _done(until), f"{reverse('inbox:list-cases')}{back}"
            )
    page = "agency_console/inbox_snooze.html"
    return console_form_page(request, page, form, reference=case.reference, subject=case.subject)


def _done(until: date | None) -> str:
    if until is None:
        return _("The case is back in your lists.")
    return _("The case is put aside until %(day)s.") % {"day": day_text(until)}
