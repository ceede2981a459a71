"""A case is handed to another unit."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agency_console.access.selectors import case_url
from agency_console.access.views import (
    OfficerRequest,
    console_form_page,
    get_handled_case,
    officer_required,
    scope_of,
)
from agency_console.units.forms import CaseMoveForm
from agency_console.units.selectors import WHOLE, unit_choices
from shared.complaints.services import case_move
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.ui.messages import refusals_beside


@officer_required
@reads_or_answers
def move_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Hand a case to another unit, with a reason for the colleagues there."""
    case = get_handled_case(request, reference)
    form = CaseMoveForm(
        posted(request),
        parents=unit_choices(agency=request.agency),
        initial={"version": case.version, "parent": case.unit_id or WHOLE},
    )
    if form.is_valid():
        with refusals_beside(form, field="parent"):
            case_move(
                reference=case.reference,
                officer=request.user,
                actor=request.actor,
                unit_id=form.parent_id(),
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
            )
            return _moved(request, case.reference, form.parent_id())
    return console_form_page(
        request,
        "agency_console/case_move.html",
        form,
        reference=case.reference,
        subject=case.subject,
        case_url=case_url("show-case", case.reference),
    )


def _moved(request: OfficerRequest, reference: str, unit_id: int | None) -> HttpResponse:
    # Those of other units are not theirs to see any more.
    is_seen = scope_of(request).holds(unit_id)
    return redirect_with_message(
        request,
        _("The case has been handed over."),
        case_url("show-case", reference) if is_seen else "inbox:list-cases",
    )
