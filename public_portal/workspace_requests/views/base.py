"""Helper functions of the views of workspace requests."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from django import forms
from django.http import HttpRequest, HttpResponse

from public_portal.workspace_requests.enums import Step
from public_portal.workspace_requests.forms.wizard import Wizard
from public_portal.workspace_requests.selectors.requests import kept_find
from public_portal.workspace_requests.services.drafts import answers_begin, answers_keep
from public_portal.workspace_requests.types import Answers, KeptRequest
from shared.forms.views import form_page
from shared.forms.wizard import StepForm
from shared.kernel.errors import TooManyAttempts
from shared.ui.addresses import client_group
from shared.ui.links import page_language
from shared.ui.messages import refusals_beside

SESSION_KEY = "workspace_request"


def kept_of_session(request: HttpRequest) -> KeptRequest:
    """Return the session's answers, sent or not; blank answers if the session has none."""
    return kept_find(request_id=request.session.get(SESSION_KEY, ""))


def kept_draft(request: HttpRequest) -> KeptRequest:
    """Return the session's unsent answers; blank answers if the session has none."""
    kept = kept_of_session(request)
    return KeptRequest() if kept.is_sent else kept


def keep(request: HttpRequest, kept: KeptRequest, answers: Answers) -> KeptRequest:
    """Store the answers, and their id in the session.

    Raises ``TooManyAttempts`` if the network has begun too many requests.
    """
    language = page_language()
    if kept.id is None:
        number = answers_begin(place=client_group(request), answers=answers, language=language)
    else:
        number = answers_keep(request_id=kept.id, answers=answers, language=language)
    request.session[SESSION_KEY] = str(number)
    same = kept.answers.email == answers.email
    return replace(kept, id=number, answers=answers, is_proved=kept.is_proved and same)


def keep_answers(
    request: HttpRequest, kept: KeptRequest, form: StepForm[Answers], step: Step
) -> HttpResponse | None:
    """Store a form's answers, return a redirect; ``None`` for an invalid form or above a limit."""
    if form.is_valid():
        with refusals_beside(form, only=(TooManyAttempts,)):
            return Wizard(keep(request, kept, form.to_answers())).next_page(request, step)
    return None


def step_page(
    request: HttpRequest,
    kept: KeptRequest,
    step: Step,
    form: forms.Form,
    *,
    page: str = "question",
    context: Mapping[str, object] = MappingProxyType({}),
) -> HttpResponse:
    """Render the page of a step of the wizard."""
    return form_page(
        request,
        f"public_portal/workspace_requests/{page}.html",
        form,
        {
            **Wizard(kept).context(request, step),
            "change": "change=1&" if "change" in request.GET else "",
            "step": step,
            **context,
        },
    )
