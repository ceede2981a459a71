"""Views of questions of competence: the list, the file, the decision."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.oversight.access.views import (
    decided_page,
    file_download,
    not_stored,
    oversight_page,
    page_of,
)
from public_portal.oversight.competence.forms import SEARCH, CompetenceForm
from public_portal.oversight.competence.selectors import (
    competence_detail,
    competence_rows,
    competent_agency_name,
)
from shared.accounts.permissions import OversightRequest, oversight_required
from shared.forms.views import posted, reads_or_answers
from shared.kernel.errors import Conflict, InvalidInput
from shared.ui.messages import refusals_beside
from tenants.custody import selectors as custody
from tenants.custody.errors import ArbitrationDecided
from tenants.custody.services import arbitration

MAX_DECISIONS = 20


@require_safe
@oversight_required
def list_questions(request: OversightRequest) -> HttpResponse:
    """Show the waiting questions of competence, sorted by last day, and the latest decisions."""
    waiting = custody.arbitrations_waiting()
    page = page_of(request, waiting)
    context = {
        "page": page,
        "rows": competence_rows(list(page)),
        "decided": competence_rows(custody.arbitrations_decided(limit=MAX_DECISIONS)),
        "total": len(waiting),
        "late": sum(one.is_late for one in waiting),
    }
    return oversight_page(request, "competence/list", context)


@reads_or_answers
@oversight_required
def show_question(request: OversightRequest, reference: str) -> HttpResponse:
    """Show the file of a question of competence with a form, and store the decision."""
    if (decided := arbitration.arbitration_decided(reference=reference)) is not None:
        (row,), refusal = competence_rows([decided]), ArbitrationDecided(reference)
        context = {"row": row, "summary": decided}
        return decided_page(request, "competence/decided", context, refusal=refusal)
    found = arbitration.arbitration_file(reference=reference, actor=request.actor)
    form, step = CompetenceForm(posted(request), found=found), request.POST.get("step", "")
    if step == "send" and form.is_valid():
        with refusals_beside(form, only=(Conflict, InvalidInput)):
            _decide(request, found.case.reference, form)
            return redirect("oversight:list-competence")
    is_to_check = form.is_valid() and step not in ("send", "change", SEARCH)
    context = {"detail": competence_detail(found=found), "case": found.case, "form": form}
    name = "competence/check" if is_to_check else "competence/show"
    return not_stored(oversight_page(request, name, context, status=400 if form.errors else 200))


@require_safe
@oversight_required
def read_file(request: OversightRequest, reference: str, attachment_id: UUID) -> HttpResponse:
    """Send one file of a case whose competence is in question, as a download."""
    found = arbitration.arbitration_file_read(
        reference=reference, attachment_id=attachment_id, actor=request.actor
    )
    return file_download(found)


def _decide(request: OversightRequest, reference: str, form: CompetenceForm) -> None:
    code = form.cleaned_data["organisation_code"]
    is_moved = arbitration.arbitration_decide(
        reference=reference,
        organisation_code=code,
        text=form.cleaned_data["text"],
        actor=request.actor,
    )
    agency = {"agency": competent_agency_name(organisation_code=code)}
    messages.success(
        request,
        _("The decision is made. The case has moved to %(agency)s, and the citizen is told so.")
        % agency
        if is_moved
        else _("The decision is made. The case stays with %(agency)s.") % agency,
    )
