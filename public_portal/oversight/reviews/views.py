"""Views of the reviews that citizens ask national oversight for."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.oversight.access.selectors import case_reading
from public_portal.oversight.access.views import (
    decided_page,
    file_download,
    not_stored,
    oversight_page,
    page_of,
)
from public_portal.oversight.reviews.forms import DecisionForm
from shared.accounts.permissions import (
    OversightRequest,
    oversight_required,
)
from shared.directory.selectors.organisations import organisation_label
from shared.forms.views import posted, reads_or_answers
from shared.kernel.errors import Conflict
from shared.ui.links import page_language
from shared.ui.messages import refusals_beside
from tenants.case_access.errors import ReviewAlreadyDecided
from tenants.case_access.services import reviews


@require_safe
@oversight_required
def list_reviews(request: OversightRequest) -> HttpResponse:
    """Show the waiting reviews, sorted by the day on which a decision is due."""
    waiting = reviews.reviews_waiting()
    return oversight_page(
        request,
        "reviews/list",
        {
            "page": page_of(request, waiting),
            "total": len(waiting),
            "late": sum(one.is_late for one in waiting),
        },
    )


@reads_or_answers
@oversight_required
def show_review(request: OversightRequest, reference: str) -> HttpResponse:
    """Show the request and the citizen's reason with a form, and store the decision."""
    if (decided := reviews.review_decision(reference=reference)) is not None:
        refusal = ReviewAlreadyDecided(reference)
        return decided_page(request, "reviews/decided", {"decided": decided}, refusal=refusal)
    found = reviews.review_case(reference=reference, actor=request.actor)
    form = DecisionForm(posted(request), has_reply=found.has_reply)
    step = request.POST.get("step", "")
    if step == "send" and form.is_valid():
        with refusals_beside(form, only=(Conflict,)):
            _decide(request, found.case.reference, form)
            return redirect("oversight:list-reviews")
    is_to_check = form.is_valid() and step not in ("send", "change")
    label = organisation_label(code=found.case.organisation_code, language=page_language())
    reading = case_reading(case=found.case, holder=found.agency, organisation=label)
    context = {"file": found, "case": found.case, "reading": reading, "form": form}
    name, status = "reviews/check" if is_to_check else "reviews/show", 400 if form.errors else 200
    return not_stored(oversight_page(request, name, context, status=status))


@require_safe
@oversight_required
def read_review_file(
    request: OversightRequest, reference: str, attachment_id: UUID
) -> HttpResponse:
    """Send one file of a request under review, as a download."""
    found = reviews.review_file_read(
        reference=reference, attachment_id=attachment_id, actor=request.actor
    )
    return file_download(found)


def _decide(request: OversightRequest, reference: str, form: DecisionForm) -> None:
    reviews.review_decide(
        reference=reference,
        decision=form.decided,
        text=form.cleaned_data["text"],
        actor=request.actor,
    )
    messages.success(request, _("The decision is made. The citizen has been written to."))
