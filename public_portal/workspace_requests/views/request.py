"""The page of a request, for whoever has its mailed link: how it stands, and what can be done."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.workspace_requests.enums import Step
from public_portal.workspace_requests.forms.wizard import AnswerForm
from public_portal.workspace_requests.presenters import (
    plan_offers,
    request_entries,
    summary_rows,
    workspace_address,
)
from public_portal.workspace_requests.selectors import request_by_token, work_of
from public_portal.workspace_requests.services.review import question_answer, request_withdraw
from public_portal.workspace_requests.services.submission import request_again
from public_portal.workspace_requests.types import RequestDetail
from public_portal.workspace_requests.views.base import PAGES, SESSION_KEY, reads_or_answers
from shared.jobs.presenters import job_detail
from shared.jobs.types import JobDetail
from shared.kernel.errors import Conflict
from shared.ui.caching import unlisted
from shared.ui.links import page_language
from shared.ui.messages import refusal_message
from shared.ui.methods import form_of
from shared.ui.types import SummaryRow
from tenants.billing.selectors import plans_offered


@require_safe
def show_request(request: HttpRequest, token: str) -> HttpResponse:
    """How the request stands, in plain words. Reading changes nothing."""
    sheet = request_by_token(token=token)
    return _page(request, sheet, token, AnswerForm() if sheet.question else None)


@form_of("workspace_requests:show-request", "token")
def answer_question(request: HttpRequest, token: str) -> HttpResponse:
    """Answer oversight's question."""
    sheet = request_by_token(token=token)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, sheet, token, form, status=400)
    try:
        question_answer(request_id=sheet.id, **form.cleaned_data)
    except Conflict as refusal:
        form.add_error(None, refusal_message(refusal))
        return _page(request, request_by_token(token=token), token, form, status=409)
    messages.success(request, _("Your answer is with national oversight."))
    return redirect("workspace_requests:show-request", token=token)


@reads_or_answers
def withdraw_request(request: HttpRequest, token: str) -> HttpResponse:
    """Take the request back, after one more question."""
    sheet = request_by_token(token=token)
    if request.method != "POST" and sheet.is_undecided:
        context = {"sheet": sheet, "token": token}
        return unlisted(render(request, "public_portal/workspace_requests/withdraw.html", context))
    if request.method == "POST":
        try:
            request_withdraw(request_id=sheet.id)
            messages.success(request, _("You have withdrawn the request."))
        except Conflict as refusal:
            messages.error(request, refusal_message(refusal))
    return redirect("workspace_requests:show-request", token=token)


@form_of("workspace_requests:show-request", "token")
def ask_again(request: HttpRequest, token: str) -> HttpResponse:
    """Begin anew with the same answers, after a refusal or a withdrawal."""
    sheet = request_by_token(token=token)
    try:
        number = request_again(sheet=sheet, language=page_language())
    except Conflict as refusal:
        messages.error(request, refusal_message(refusal))
        return redirect("workspace_requests:show-request", token=token)
    request.session[SESSION_KEY] = str(number)
    messages.success(request, _("Your answers are filled in again. Confirm your address first."))
    return redirect(PAGES[Step.INSTITUTION])


def _page(
    request: HttpRequest,
    sheet: RequestDetail,
    token: str,
    form: AnswerForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "sheet": sheet,
        "token": token,
        "form": form,
        "entries": request_entries(sheet),
        "rows": _rows(sheet, page_language()),
        "work": _work(sheet, request.path),
        "address": workspace_address(sheet.agency_code),
    }
    template = "public_portal/workspace_requests/request.html"
    return unlisted(render(request, template, context, status=status))


def _rows(sheet: RequestDetail, language: str) -> list[SummaryRow]:
    offers = plan_offers(plans_offered(), language=language)
    return summary_rows(sheet.answers, language=language, plans=offers, change={})


def _work(sheet: RequestDetail, url: str) -> JobDetail | None:
    look = work_of(sheet)
    if look is None:
        return None
    # Who decided is oversight's own affair.
    return job_detail(replace(look, asked_by=_("National oversight")), url=url)
