"""Review a request whose citizen asked national oversight for it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.oversight.access.views import (
    given_back,
    late_redirect,
    not_stored,
    oversight_page,
    page_of,
)
from public_portal.oversight.reviews.forms import DecisionForm
from public_portal.oversight.reviews.selectors import review_detail
from shared.accounts.permissions import (
    OversightRequest,
    oversight_required,
)
from shared.forms.views import posted, reads_or_answers
from shared.kernel.errors import Conflict
from shared.ui.downloads import as_download
from shared.ui.messages import refusals_beside
from tenants.case_access.errors import ReviewAlreadyDecided
from tenants.case_access.services import reviews
from tenants.case_access.types import DecidedReview


@require_safe
@oversight_required
def list_reviews(request: OversightRequest) -> HttpResponse:
    """What citizens ask national oversight to look at, the one due first at the top."""
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
    """The agency's file beside the citizen's reason, and the decision: written, checked, made."""
    if (decided := reviews.review_decided(reference=reference)) is not None:
        return _show_decided(request, decided)
    sheet = review_detail(found=reviews.review_case(reference=reference, actor=request.actor))
    form = DecisionForm(posted(request), has_reply=sheet.file.has_reply)
    step = request.POST.get("step", "")
    if step == "send" and form.is_valid():
        with refusals_beside(form, only=(Conflict,)):
            _decide(request, sheet.file.case.reference, form)
            return redirect("oversight:list-reviews")
    is_to_check = form.is_valid() and step not in ("send", "change")
    context = {"sheet": sheet, "case": sheet.file.case, "review": sheet.file.review, "form": form}
    name, status = "reviews/check" if is_to_check else "reviews/show", 400 if form.errors else 200
    return not_stored(oversight_page(request, name, context, status=status))


@require_safe
@oversight_required
def read_review_file(
    request: OversightRequest, reference: str, attachment_id: UUID
) -> HttpResponse:
    """One file of a request under review, always as a download."""
    found = reviews.review_file_read(
        reference=reference, attachment_id=attachment_id, actor=request.actor
    )
    response = HttpResponse(found.content, content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    return as_download(response)


def _decide(request: OversightRequest, reference: str, form: DecisionForm) -> None:
    reviews.review_decide(
        reference=reference,
        decision=form.decided,
        text=form.cleaned_data["text"],
        actor=request.actor,
    )
    messages.success(request, _("The decision is made. The citizen has been written to."))


def _show_decided(request: OversightRequest, decided: DecidedReview) -> HttpResponse:
    """What was decided, and nothing of the case; what somebody wrote meanwhile is given back."""
    refusal = ReviewAlreadyDecided(decided.reference)
    if (answer := late_redirect(request, refusal)) is not None:
        return answer
    context = {"decided": decided, **given_back(request, refusal)}
    status = 400 if request.method == "POST" else 200
    return not_stored(oversight_page(request, "reviews/decided", context, status=status))
