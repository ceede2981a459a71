"""Review a request whose citizen asked national oversight for it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from public_portal.oversight.access.views import not_stored, oversight_page
from public_portal.oversight.reviews.forms import DecisionForm
from public_portal.oversight.reviews.selectors import review_detail
from public_portal.oversight.reviews.types import ReviewDetail
from shared.accounts.permissions import (
    OversightRequest,
    oversight_required,
)
from shared.kernel.errors import Conflict
from shared.ui.downloads import as_download
from shared.ui.messages import refusal_message
from tenants.case_access.services import reviews

REVIEWS_ON_A_PAGE = 50


@require_safe
@oversight_required
def list_reviews(request: OversightRequest) -> HttpResponse:
    """What citizens ask national oversight to look at, the one due first at the top."""
    waiting = reviews.reviews_waiting()
    context = {
        "page": Paginator(waiting, REVIEWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "total": len(waiting),
        "late": sum(one.is_late for one in waiting),
    }
    return oversight_page(request, "reviews/list", context)


@require_http_methods(["GET", "HEAD", "POST"])
@oversight_required
def show_review(request: OversightRequest, reference: str) -> HttpResponse:
    """The agency's file beside the citizen's reason, and the decision: written, checked, made."""
    sheet = review_detail(found=reviews.review_case(reference=reference, actor=request.actor))
    asked = request.POST if request.method == "POST" else None
    form = DecisionForm(asked, has_reply=sheet.file.has_reply)
    step = request.POST.get("step", "")
    if step == "send" and form.is_valid() and _decided(request, sheet, form):
        messages.success(request, _("The decision is made. The citizen has been written to."))
        return redirect("oversight:list-reviews")
    is_to_check = form.is_valid() and step not in ("send", "change")
    return _review_page(request, sheet, form, is_to_check=is_to_check)


@require_safe
@oversight_required
def read_review_file(
    request: OversightRequest, reference: str, attachment_id: UUID
) -> HttpResponse:
    """One file of a request under review, always as a download."""
    found = reviews.review_file_read(reference=reference, attachment_id=attachment_id)
    response = HttpResponse(found.content, content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    return as_download(response)


def _decided(request: OversightRequest, sheet: ReviewDetail, form: DecisionForm) -> bool:
    try:
        reviews.review_decide(
            reference=sheet.file.case.reference,
            decision=form.decided,
            text=form.cleaned_data["text"],
            actor=request.actor,
        )
    except Conflict as refusal:
        form.add_error(None, refusal_message(refusal))
        return False
    return True


def _review_page(
    request: OversightRequest, sheet: ReviewDetail, form: DecisionForm, *, is_to_check: bool
) -> HttpResponse:
    context = {"sheet": sheet, "case": sheet.file.case, "review": sheet.file.review, "form": form}
    name = "reviews/check" if is_to_check else "reviews/show"
    status = 400 if form.errors else 200
    return not_stored(oversight_page(request, name, context, status=status))
