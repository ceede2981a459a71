"""Views of a citizen's acts, such as rating a reply or re-opening a request."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.tracking.enums import ReopenReason
from public_portal.tracking.forms import (
    BothMineForm,
    PromiseForm,
    RatingForm,
    ReopenForm,
    ReviewForm,
)
from public_portal.tracking.selectors.tracking_page import tracking_page_get
from public_portal.tracking.types import TrackingPage
from public_portal.tracking.views.sign_in import TRACKING_PAGE, form_owned, proved_tracking_required
from public_portal.tracking.workflow import last_day_to_reopen, reopening_text
from shared.complaints.enums import ANSWERS, OPEN, Status
from shared.complaints.errors import (
    NothingToReview,
    ReopenTermPassed,
    ReviewAsked,
    ReviewIsTheWay,
    TransitionNotAllowed,
)
from shared.complaints.types import PublicCase
from shared.forms.expired_session_input import input_led
from shared.forms.views import (
    form_page,
    form_refilled,
    posted,
    reads_or_answers,
    redirect_with_message,
)
from shared.kernel.errors import Conflict, InvalidInput
from shared.ui.dates import day_text
from shared.ui.links import page_language
from shared.ui.messages import refusal_message, refusals_beside
from shared.ui.methods import form_of
from tenants.case_access import gateway
from tenants.case_access.errors import BothMineNotAsked
from tenants.case_access.services import both_mine, one_time_links, reviews
from tenants.custody.errors import NotAPart, PartAnswered
from tenants.custody.services.splits import part_object

# Errors that are shown beside the form; other errors have separate pages.
REFUSALS = (Conflict, InvalidInput)
F = TypeVar("F", bound=forms.Form)


@reads_or_answers
@proved_tracking_required
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Store the rating of the reply; if the matter is not settled, offer re-opening or review."""
    return _action_page(
        request,
        token,
        "rate",
        RatingForm(posted(request)),
        lambda page, form: gateway.rating_give(token=token, draft=form.to_draft()),
        lambda: after_rating(request, gateway.case_show(token=token)),
    )


@reads_or_answers
@proved_tracking_required
def report_promise(request: HttpRequest, token: str) -> HttpResponse:
    """Record whether the promise was kept; if not, redirect to re-opening or review."""
    return _action_page(
        request,
        token,
        "promise",
        PromiseForm(posted(request)),
        lambda page, form: gateway.promise_report(token=token, kept=form.cleaned_data["kept"]),
        lambda: after_promise(request, gateway.case_show(token=token)),
    )


@form_of(TRACKING_PAGE)
@proved_tracking_required
def say_both_mine(request: HttpRequest, token: str) -> HttpResponse:
    """Record the citizen's answer whether another request is theirs as well."""
    form = BothMineForm(request.POST)
    if not form.is_valid():
        return redirect(TRACKING_PAGE)
    try:
        both_mine.both_mine_say(token=token, is_mine=form.is_mine)
    except BothMineNotAsked as refusal:
        return redirect_with_message(
            request, refusal_message(refusal), TRACKING_PAGE, level=messages.WARNING
        )
    done = _("Thank you. The administration can see your answer.")
    return redirect_with_message(request, done, TRACKING_PAGE)


@require_safe
@proved_tracking_required
def follow_up(request: HttpRequest, token: str) -> HttpResponse:
    """Redirect to the wizard for a new request that follows this request."""
    signed = one_time_links.follow_up_sign(token=token)
    return redirect(f"{reverse('intake:start')}?{urlencode({'follows': signed})}")


@require_safe
@proved_tracking_required
def file_elsewhere(request: HttpRequest, token: str) -> HttpResponse:
    """Redirect to the page that copies this request into a draft to the competent body."""
    return redirect("intake:carry-over")


@reads_or_answers
@proved_tracking_required
def reopen(request: HttpRequest, token: str) -> HttpResponse:
    """Re-open the request, with a reason."""
    return _action_page(
        request,
        token,
        "reopen",
        ReopenForm(posted(request)),
        lambda page, form: gateway.case_reopen(
            token=token,
            body=reopening_text(**form.cleaned_data, language=page.case.language),
            is_not_done=form.cleaned_data["reason"] == ReopenReason.NOT_DONE,
        ),
        lambda: _to_tracking_page(
            request, _("Your request is open again and will be examined again.")
        ),
        # After a POST, the form is shown with the typed text, also if re-opening is not possible.
        lambda case: None if request.method == "POST" else _closed_to_reopening(case),
    )


@reads_or_answers
@proved_tracking_required
def ask_review(request: HttpRequest, token: str) -> HttpResponse:
    """Ask national oversight for a review of a refusal, a second reply or a late reply."""
    return _action_page(
        request,
        token,
        "review",
        ReviewForm(posted(request)),
        lambda page, form: reviews.review_ask(token=token, **form.cleaned_data),
        lambda: _to_tracking_page(request, _("Your request is with national oversight now.")),
        lambda case: None if case.may_appeal else NothingToReview(),
    )


@reads_or_answers
@proved_tracking_required
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Withdraw the request, after a confirmation."""
    return _action_page(
        request,
        token,
        "withdraw",
        forms.Form(posted(request)),
        lambda page, form: gateway.case_withdraw(token=token),
        lambda: _to_tracking_page(request, _("You have withdrawn your request.")),
    )


@reads_or_answers
@proved_tracking_required
def object_part(request: HttpRequest, token: str) -> HttpResponse:
    """Give a part of a split request back to the whole request, within seven days."""
    return _action_page(
        request,
        token,
        "object",
        forms.Form(posted(request)),
        lambda page, form: part_object(token=token),
        lambda: _to_tracking_page(
            request, _("This part was given back. Your whole request is answered as one.")
        ),
        _closed_to_objection,
    )


def after_rating(request: HttpRequest, case: PublicCase) -> HttpResponse:
    """Redirect after a rating: to re-opening or review if the matter is not settled."""
    is_settled = case.rating is None or case.rating.resolved
    if not is_settled and case.may_reopen:
        return _to_reopening(
            request, case, _("Thank you. You can re-open your request until %(day)s.")
        )
    if not is_settled and case.may_appeal:
        return _to_review(request, case)
    return _to_tracking_page(request, _("Thank you. Your rating has been kept."))


def after_promise(request: HttpRequest, case: PublicCase) -> HttpResponse:
    """Redirect after an answer about the promise: to re-opening or review if it was not kept."""
    if case.promise is None or case.promise.kept:
        return _to_tracking_page(request, _("Thank you. It is noted that the promise was kept."))
    if case.may_reopen:
        return _to_reopening(
            request, case, _("It is noted. You can re-open your request until %(day)s.")
        )
    if case.may_appeal:
        return _to_review(request, case)
    return redirect_with_message(
        request,
        _("It is noted. The term for re-opening has passed: you can send a request that follows."),
        TRACKING_PAGE,
        level=messages.INFO,
    )


def _to_reopening(request: HttpRequest, case: PublicCase, text: str) -> HttpResponse:
    return redirect_with_message(
        request,
        text % {"day": day_text(last_day_to_reopen(case))},
        "tracking:reopen-case",
        level=messages.INFO,
    )


def _to_review(request: HttpRequest, case: PublicCase) -> HttpResponse:
    return redirect_with_message(
        request,
        _("It is noted. You can ask national oversight for a review until %(day)s.")
        % {"day": day_text(last_day_to_reopen(case))},
        "tracking:ask-review",
        level=messages.INFO,
    )


def _closed_to_objection(case: PublicCase) -> Conflict | None:
    if not case.is_part:
        return NotAPart()
    return None if case.status in OPEN and case.answered_at is None else PartAnswered()


def _closed_to_reopening(case: PublicCase) -> Conflict | None:
    if case.may_reopen:
        return None
    if case.status == Status.INADMISSIBLE and case.appeal.is_asked:
        return ReviewAsked()
    if case.may_appeal:
        return ReviewIsTheWay()
    return ReopenTermPassed() if case.status in ANSWERS else TransitionNotAllowed()


def _to_tracking_page(request: HttpRequest, text: str) -> HttpResponse:
    return redirect_with_message(request, text, TRACKING_PAGE)


def _led_back(request: HttpRequest, refusal: Conflict) -> HttpResponse:
    """Redirect to the tracking page, which shows the error and the typed text."""
    target = input_led(request, reverse(TRACKING_PAGE))
    return redirect_with_message(request, refusal_message(refusal), target, level=messages.WARNING)


def _action_page(
    request: HttpRequest,
    token: str,
    name: str,
    form: F,
    do: Callable[[TrackingPage, F], object],
    lead_on: Callable[[], HttpResponse],
    closed: Callable[[PublicCase], Conflict | None] = lambda case: None,
) -> HttpResponse:
    """Call ``do`` for a valid form and redirect; otherwise show the form with its errors.

    If ``closed`` returns an error, the form is shown only with saved input.
    """
    page = tracking_page_get(token=token, language=page_language())
    form_owned(request, page)
    if not form_refilled(request, form) and (refusal := closed(page.case)):
        return _led_back(request, refusal)
    if request.method == "POST" and form.is_valid():
        with refusals_beside(form, only=REFUSALS):
            do(page, form)
            return lead_on()
    return form_page(request, f"public_portal/tracking/{name}.html", form, {"space": page})
