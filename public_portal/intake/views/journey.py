"""The journey that ends in a complaint: one question a page, then everything once more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from public_portal.intake.enums import Step
from public_portal.intake.forms import (
    FORMS,
    CheckForm,
    Journey,
)
from public_portal.intake.letters import summary_rows
from public_portal.intake.selectors import (
    category_of,
    draft_find,
    handler_of,
    organisation_name,
    receipt_token,
)
from public_portal.intake.services import answers_seal, draft_send
from public_portal.intake.types import Answers, KeptDraft
from public_portal.intake.views.base import (
    PAGES,
    SESSION_KEY,
    journey_of,
    keep_and_go_on,
    kept_draft,
    page_language,
    posted,
    reads_or_answers,
    step_page,
    with_person,
)
from shared.accounts.permissions import citizen_id
from shared.catalogue.types import CategoryInfo
from shared.complaints.enums import Declaration
from shared.kernel.errors import InvalidInput, TryLater
from shared.ui.messages import refusal_message


@reads_or_answers
def question(request: HttpRequest, step: Step) -> HttpResponse:
    """One question: show it, or keep its answer and go on. Nobody gets past an open question."""
    kept = kept_draft(request)
    journey = journey_of(request, kept)
    detour = journey.detour(step)
    if detour:
        return redirect(PAGES[detour])
    answers = with_person(request, journey.answers) if step == Step.PERSON else journey.answers
    form = FORMS[step](posted(request), answers=answers, language=page_language())
    if form.is_valid():
        return keep_and_go_on(request, kept, form, step)
    return step_page(request, journey, step, form, {})


@reads_or_answers
def check_answers(request: HttpRequest) -> HttpResponse:
    """Everything once more; sending brings the receipt, twice as once."""
    kept = draft_find(token=request.session.get(SESSION_KEY, ""))
    if kept.reference:
        return redirect("intake:show-receipt", token=receipt_token(kept.reference))
    detour = Journey(answers=kept.answers, language=page_language()).detour(Step.CHECK)
    if detour:
        return redirect(PAGES[detour])
    form = CheckForm(posted(request), seal=answers_seal(kept))
    if form.is_valid():
        try:
            receipt = draft_send(kept=kept, owner_id=citizen_id(request))
        except (InvalidInput, TryLater) as refusal:
            form.add_error(None, refusal_message(refusal))
        else:
            return redirect("intake:show-receipt", token=receipt_token(receipt.reference))
    return _check_page(request, kept, form)


def _check_page(request: HttpRequest, kept: KeptDraft, form: CheckForm) -> HttpResponse:
    answers = kept.answers
    journey = Journey(answers=answers, language=page_language())
    rows = summary_rows(
        answers=answers,
        organisation=organisation_name(code=answers.organisation, language=page_language()),
        category=_category(answers),
        language=page_language(),
        change={step: f"{reverse(PAGES[step])}?change=1" for step in journey.steps},
    )
    agency = handler_of(organisation=answers.organisation)
    context = {
        "rows": rows,
        "agency": agency,
        "answers": answers,
        "limits_examination": answers.declarations not in ((), (Declaration.NONE,)),
    }
    return step_page(request, journey, Step.CHECK, form, context)


def _category(answers: Answers) -> CategoryInfo | None:
    if not answers.category:
        return None
    return category_of(organisation=answers.organisation, kind=answers.kind, code=answers.category)
