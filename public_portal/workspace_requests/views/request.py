"""Views of a workspace request for the institution, opened by the link in an e-mail."""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.workspace_requests.enums import Step
from public_portal.workspace_requests.forms.wizard import PAGES, AnswerForm
from public_portal.workspace_requests.selectors.institutions import workspace_address
from public_portal.workspace_requests.selectors.requests import (
    plan_offers,
    request_by_token,
    request_entries,
    work_of,
    workspace_summary_rows,
)
from public_portal.workspace_requests.services.request_review import (
    question_answer,
    request_withdraw,
)
from public_portal.workspace_requests.services.submission import request_again
from public_portal.workspace_requests.types import RequestDetail
from public_portal.workspace_requests.views.base import SESSION_KEY
from shared.forms.views import (
    form_page,
    reads_or_answers,
    redirect_with_message,
    refusals_as_messages,
)
from shared.jobs.presenters import job_detail
from shared.kernel.errors import Conflict
from shared.ui.cache_control import unlisted
from shared.ui.links import page_language
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of
from tenants.billing.selectors import plans_offered


@require_safe
def show_request(request: HttpRequest, token: str) -> HttpResponse:
    """Show the status and the history of a request."""
    detail = request_by_token(token=token)
    return _page(request, detail, token, AnswerForm() if detail.question else None)


@form_of("workspace_requests:show-request", "token")
def answer_question(request: HttpRequest, token: str) -> HttpResponse:
    """Store the institution's answer to oversight's question."""
    detail = request_by_token(token=token)
    form = AnswerForm(request.POST)
    if form.is_valid():
        with refusals_beside(form, only=(Conflict,)):
            question_answer(request_id=detail.id, **form.cleaned_data)
            return redirect_with_message(
                request,
                _("Your answer is with national oversight."),
                "workspace_requests:show-request",
                token=token,
            )
    return _page(request, request_by_token(token=token), token, form)


@reads_or_answers
def withdraw_request(request: HttpRequest, token: str) -> HttpResponse:
    """Withdraw the request after a confirmation page."""
    detail = request_by_token(token=token)
    if request.method != "POST" and detail.is_undecided:
        return unlisted(
            render(
                request,
                "public_portal/workspace_requests/withdraw.html",
                {"request_detail": detail, "token": token},
            )
        )
    if request.method == "POST":
        with refusals_as_messages(request, only=(Conflict,)):
            request_withdraw(request_id=detail.id)
            messages.success(request, _("You have withdrawn the request."))
    return redirect("workspace_requests:show-request", token=token)


@form_of("workspace_requests:show-request", "token")
def ask_again(request: HttpRequest, token: str) -> HttpResponse:
    """Begin a new request with the answers of a refused or withdrawn request."""
    detail = request_by_token(token=token)
    page = redirect("workspace_requests:show-request", token=token)
    with refusals_as_messages(request, only=(Conflict,)):
        request.session[SESSION_KEY] = str(
            request_again(request_detail=detail, language=page_language())
        )
        page = redirect(PAGES[Step.INSTITUTION])
        messages.success(
            request, _("Your answers are filled in again. Confirm your address first.")
        )
    return page


def _page(
    request: HttpRequest, detail: RequestDetail, token: str, form: AnswerForm | None
) -> HttpResponse:
    language, job = page_language(), work_of(detail)
    offers = plan_offers(plans_offered(), language=language)
    context = {
        "request_detail": detail,
        "token": token,
        "form": form,
        "entries": request_entries(detail),
        "rows": workspace_summary_rows(detail.answers, language=language, plans=offers, change={}),
        # The institution must not see which person of oversight decided.
        "job": job and job_detail(replace(job, asked_by=_("National oversight")), url=request.path),
        "address": workspace_address(detail.agency_code),
    }
    template = "public_portal/workspace_requests/request.html"
    part = "components/job_card.html"
    return unlisted(form_page(request, template, form or forms.Form(), context, part=part))
