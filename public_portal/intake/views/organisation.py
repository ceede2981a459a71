"""The step about the body: typed, browsed, or not known."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from public_portal.intake.enums import Step
from public_portal.intake.forms import BrowseForm, OrganisationForm, SearchForm
from public_portal.intake.selectors import organisation_choices, orientation_desk
from public_portal.intake.views.base import (
    PAGES,
    journey_of,
    keep_and_go_on,
    keep_as_it_stands,
    kept_draft,
    posted,
    reads_or_answers,
    step_page,
)
from shared.directory.selectors.browsing import ORIENTATION, branches_of
from shared.ui.links import page_language


@reads_or_answers
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Search by words or walk down the tree, then choose; or leave it to the orientation desk."""
    kept = kept_draft(request)
    journey = journey_of(request, kept)
    detour = journey.detour(Step.ORGANISATION)
    if detour:
        return redirect(PAGES[detour])
    search = SearchForm(request.GET)
    form = OrganisationForm(
        posted(request), answers=journey.answers, language=page_language(), words=search.words()
    )
    if form.is_valid():
        return keep_and_go_on(request, kept, form, Step.ORGANISATION)
    leaving = form.is_bound and keep_as_it_stands(request, kept, journey, form, Step.ORGANISATION)
    if leaving:
        return leaving
    context = _ways(request, search)
    return step_page(request, journey, Step.ORGANISATION, form, context)


@require_safe
def suggest_organisations(request: HttpRequest) -> HttpResponse:
    """What the words typed so far may mean, as the options of a list box."""
    words = SearchForm(request.GET).words()
    found = organisation_choices(words=words, chosen="", language=page_language()) if words else []
    return render(request, "public_portal/intake/_suggestions.html", {"found": found})


def _ways(request: HttpRequest, search: SearchForm) -> dict[str, object]:
    browsed = BrowseForm(request.GET).to_branch()
    return {
        "search_form": search,
        "words": search.words(),
        "tree": branches_of(branch=browsed, language=page_language()),
        "desk": orientation_desk(),
        "orientation": ORIENTATION,
        # A link of the tree leaves the way back to the check page as it is.
        "change": "change=1&" if "change" in request.GET else "",
    }
