"""What the pages of the journey share: whose answers these are, which step is next."""

from collections.abc import Mapping
from dataclasses import replace

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from public_portal.workspace_requests.enums import Step
from public_portal.workspace_requests.forms.institution import InstitutionForm, ProposalForm
from public_portal.workspace_requests.forms.wizard import Wizard
from public_portal.workspace_requests.selectors import kept_find
from public_portal.workspace_requests.services.drafts import answers_begin, answers_keep
from public_portal.workspace_requests.types import Answers, KeptRequest
from shared.kernel.errors import TooManyAttempts
from shared.ui.addresses import address_group, client_address
from shared.ui.links import page_language
from shared.ui.messages import refusal_message, refusal_status

SESSION_KEY = "workspace_request"
PAGES: Mapping[Step, str] = {
    Step.INSTITUTION: "workspace_requests:choose-institution",
    Step.EMAIL: "workspace_requests:give-email",
    Step.CODE: "workspace_requests:enter-code",
    Step.PERSON: "workspace_requests:give-person",
    Step.NEEDS: "workspace_requests:state-needs",
    Step.TERMS: "workspace_requests:accept-terms",
    Step.CHECK: "workspace_requests:check-answers",
}

reads_or_answers = require_http_methods(["GET", "HEAD", "POST"])


def kept_of_visit(request: HttpRequest) -> KeptRequest:
    """What this visit has answered or sent; blank where there is nothing."""
    return kept_find(request_id=request.session.get(SESSION_KEY, ""))


def kept_draft(request: HttpRequest) -> KeptRequest:
    """The answers of this visit; blank where they were sent: the next begin another one."""
    kept = kept_of_visit(request)
    return KeptRequest() if kept.is_sent else kept


def posted(request: HttpRequest) -> QueryDict | None:
    """What was typed; nothing when the page is only read."""
    return request.POST if request.method == "POST" else None


def known_browser_of(request: HttpRequest) -> str:
    """From where the visitor comes, as limits count it."""
    return address_group(client_address(request))


def keep(request: HttpRequest, kept: KeptRequest, answers: Answers) -> KeptRequest:
    """Keep the answers, and find them again in this visit.

    Raises ``TooManyAttempts`` where they are its first, and from its place too many were begun.
    """
    language = page_language()
    if kept.id is None:
        number = answers_begin(place=known_browser_of(request), answers=answers, language=language)
    else:
        number = answers_keep(request_id=kept.id, answers=answers, language=language)
    request.session[SESSION_KEY] = str(number)
    same = kept.answers.email == answers.email
    return replace(kept, id=number, answers=answers, is_proved=kept.is_proved and same)


def begin(
    request: HttpRequest, kept: KeptRequest, form: InstitutionForm | ProposalForm
) -> tuple[HttpResponse | None, int]:
    """Keep which institution asks and go on; otherwise the status of the same page once more."""
    if not form.is_valid():
        return None, 0
    try:
        found = keep(request, kept, form.to_answers())
    except TooManyAttempts as refusal:
        form.add_error(None, refusal_message(refusal))
        return None, refusal_status(refusal)
    return go_on(request, found, Step.INSTITUTION), 0


def go_on(request: HttpRequest, kept: KeptRequest, step: Step) -> HttpResponse:
    """To the page that follows, or back to the last look where one came from there."""
    journey = Wizard(kept)
    if "change" in request.GET:
        target = journey.gap(before=Step.CHECK) or Step.CHECK
        way = "" if target is Step.CHECK else "?change=1"
        return redirect(f"{reverse(PAGES[target])}{way}")
    return redirect(PAGES[journey.after(step)])


def step_page(
    request: HttpRequest,
    kept: KeptRequest,
    step: Step,
    form: forms.Form,
    *,
    page: str = "question",
    status: int = 0,
    context: Mapping[str, object] | None = None,
) -> HttpResponse:
    """The page of one step, with its place in the journey and the way back."""
    journey = Wizard(kept)
    around = {
        "form": form,
        "number": journey.number(step),
        "total": len(journey.steps),
        "back_url": _way_back(request, journey, step),
    }
    shown = {**around, "change": _change(request), "step": step, **(context or {})}
    found = status or (400 if form.is_bound else 200)
    return render(request, f"public_portal/workspace_requests/{page}.html", shown, status=found)


def _way_back(request: HttpRequest, journey: Wizard, step: Step) -> str:
    previous = Step.CHECK if _change(request) else journey.before(step)
    return reverse("workspace_requests:show-offer" if previous is step else PAGES[previous])


def _change(request: HttpRequest) -> str:
    return "change=1&" if "change" in request.GET else ""
