"""What a citizen does with a reply: rate it, have it examined again, or withdraw."""

from collections.abc import Callable
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.tracking.forms import PromiseForm, RatingForm, ReopenForm, ReviewForm
from public_portal.tracking.selectors import tracking_page_get
from public_portal.tracking.types import TrackingPage
from public_portal.tracking.views.sign_in import SPACE, proved_tracking_required, reads_or_answers
from public_portal.tracking.workflow import last_day_to_reopen, reopening_text
from shared.complaints.enums import ANSWERS
from shared.complaints.errors import (
    NothingToReview,
    ReopenTermPassed,
    ReviewIsTheWay,
    TransitionNotAllowed,
)
from shared.complaints.types import PublicCase
from shared.kernel.errors import Conflict, InvalidInput
from shared.ui.dates import day_text
from shared.ui.links import page_language
from shared.ui.messages import refusal_message
from tenants.case_access import gateway
from tenants.case_access.services import one_time_links, reviews


@reads_or_answers
@proved_tracking_required
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Is it settled, and how was it handled; who says no is led to re-opening at once."""
    space = tracking_page_get(token=token, language=page_language())
    form = RatingForm(request.POST if request.method == "POST" else None)
    if not done(form, lambda: gateway.rating_give(token=token, draft=form.to_draft())):
        return _page(request, "rate", space, form)
    return after_rating(request, gateway.case_show(token=token))


@reads_or_answers
@proved_tracking_required
def tell_promise(request: HttpRequest, token: str) -> HttpResponse:
    """Has been done what the reply promised; who says no is led on at once."""
    space = tracking_page_get(token=token, language=page_language())
    form = PromiseForm(request.POST if request.method == "POST" else None)
    if not done(form, lambda: gateway.promise_tell(token=token, kept=form.cleaned_data["kept"])):
        return _page(request, "promise", space, form)
    return after_promise(request, gateway.case_show(token=token))


@require_safe
@proved_tracking_required
def follow_up(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to a new request that follows this one, when it can no longer be re-opened."""
    signed = one_time_links.follow_up_sign(token=token)
    return redirect(f"{reverse('intake:start')}?{urlencode({'follows': signed})}")


@reads_or_answers
@proved_tracking_required
def reopen(request: HttpRequest, token: str) -> HttpResponse:
    """Use the right to have it examined again, by another officer."""
    space = tracking_page_get(token=token, language=page_language())
    # Nobody is to write a page that is refused in the end; what was written already stays in sight.
    if request.method != "POST" and not space.case.may_reopen:
        messages.warning(request, refusal_message(_closed_to_reopening(space.case)))
        return redirect(SPACE)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if not done(form, lambda: gateway.case_reopen(token=token, body=_reasons(space, form))):
        return _page(request, "reopen", space, form)
    messages.success(request, _("Your request is open again. Another officer will examine it."))
    return redirect(SPACE)


@reads_or_answers
@proved_tracking_required
def ask_review(request: HttpRequest, token: str) -> HttpResponse:
    """Ask national oversight, where re-opening has led to nothing or no reply came in time."""
    space = tracking_page_get(token=token, language=page_language())
    if not space.case.may_appeal:
        messages.warning(request, refusal_message(NothingToReview()))
        return redirect(SPACE)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if not done(form, lambda: reviews.review_ask(token=token, **form.cleaned_data)):
        return _page(request, "review", space, form)
    messages.success(request, _("Your request is with national oversight now."))
    return redirect(SPACE)


@reads_or_answers
@proved_tracking_required
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take the request back, after one more look."""
    space = tracking_page_get(token=token, language=page_language())
    form = forms.Form(request.POST if request.method == "POST" else None)
    if not done(form, lambda: gateway.case_withdraw(token=token)):
        return _page(request, "withdraw", space, form)
    messages.success(request, _("You have withdrawn your request."))
    return redirect(SPACE)


def after_rating(request: HttpRequest, case: PublicCase) -> HttpResponse:
    """Where a rating leads: whoever is not content is led to re-opening, while there is time."""
    if case.rating and not case.rating.resolved and case.may_reopen:
        messages.info(
            request,
            _("Thank you. You can re-open your request until %(day)s.")
            % {"day": day_text(last_day_to_reopen(case))},
        )
        return redirect("tracking:reopen-case")
    if case.rating and not case.rating.resolved and case.may_appeal:
        return _to_review(request, case)
    messages.success(request, _("Thank you. Your rating has been kept."))
    return redirect(SPACE)


def after_promise(request: HttpRequest, case: PublicCase) -> HttpResponse:
    """Where an answer about the promise leads: to re-opening, or to a request that follows."""
    if case.promise is None or case.promise.kept:
        messages.success(request, _("Thank you. It is noted that the promise was kept."))
        return redirect(SPACE)
    if case.may_reopen:
        messages.info(
            request,
            _("It is noted. You can re-open your request until %(day)s.")
            % {"day": day_text(last_day_to_reopen(case))},
        )
        return redirect("tracking:reopen-case")
    if case.may_appeal:
        return _to_review(request, case)
    messages.info(
        request,
        _("It is noted. The term for re-opening has passed: you can send a request that follows."),
    )
    return redirect(SPACE)


def _to_review(request: HttpRequest, case: PublicCase) -> HttpResponse:
    messages.info(
        request,
        _("It is noted. You can ask national oversight for a review until %(day)s.")
        % {"day": day_text(last_day_to_reopen(case))},
    )
    return redirect("tracking:ask-review")


def done(form: forms.Form, act: Callable[[], None]) -> bool:
    """Carry out what the form asks; a refusal is written into the form, beside what was typed."""
    if not form.is_valid():
        return False
    try:
        act()
    except (Conflict, InvalidInput) as refusal:
        form.add_error(None, refusal_message(refusal))
        return False
    return True


def _closed_to_reopening(case: PublicCase) -> Conflict:
    if case.may_appeal:
        return ReviewIsTheWay()
    return ReopenTermPassed() if case.status in ANSWERS else TransitionNotAllowed()


def _reasons(space: TrackingPage, form: ReopenForm) -> str:
    return reopening_text(
        reason=form.cleaned_data["reason"],
        body=form.cleaned_data["body"],
        language=space.case.language,
    )


def _page(request: HttpRequest, name: str, space: TrackingPage, form: forms.Form) -> HttpResponse:
    context = {"space": space, "form": form}
    page = f"public_portal/tracking/{name}.html"
    return render(request, page, context, status=400 if form.is_bound else 200)
