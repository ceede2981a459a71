"""The journey that ends in a complaint: one question a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from public_portal.intake.enums import Step
from public_portal.intake.forms import FORMS
from public_portal.intake.views.base import (
    PAGES,
    journey_of,
    keep_and_go_on,
    keep_as_it_stands,
    kept_draft,
    own_similar,
    posted,
    reads_or_answers,
    step_page,
    with_person,
)
from shared.ui.links import page_language


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
    leaving = form.is_bound and keep_as_it_stands(request, kept, journey, form, step)
    if leaving:
        return leaving
    form.fill_from(answers.typed_on(step))
    similar = own_similar(request, answers) if step == Step.STORY else []
    return step_page(request, journey, step, form, {"similar": similar})
