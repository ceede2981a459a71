"""Views of the directory of organisations."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from public_portal.pages.forms import BrowseForm
from public_portal.pages.selectors import (
    asked_topics,
    body_page,
    branch,
    kind_links,
    region_links,
)
from shared.directory.selectors.organisations import organisations_below
from shared.directory.selectors.topic_search import finder_search
from shared.directory.types import OrganisationHit, TopicHit
from shared.ui.links import page_language
from shared.ui.published import published_page

SEARCH_RESULTS = 30
BODIES_ON_A_PAGE = 50


@require_safe
@published_page
def organisations(request: HttpRequest) -> HttpResponse:
    """Show the organisations of a search, a kind or a region; by default, links to these lists."""
    form = BrowseForm(request.GET)
    asked = form.to_question()
    context: dict[str, object] = {"search_form": form, "asked": asked}
    if asked.words:
        context |= _found(asked.words)
    elif asked.kind or asked.region:
        context["branch"] = branch(kind=asked.kind, region=asked.region, language=page_language())
        context["page"] = Paginator(
            organisations_below(kind=asked.kind, top=asked.region, language=page_language()),
            BODIES_ON_A_PAGE,
        ).get_page(request.GET.get("page"))
    else:
        context["kinds"] = kind_links()
        context["regions"] = region_links(language=page_language())
    return render(request, "public_portal/pages/organisations.html", context)


@require_safe
@published_page
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """Show the page of an organisation."""
    return render(
        request,
        "public_portal/pages/organisation.html",
        {"body": body_page(code=code, language=page_language())},
    )


def _found(words: str) -> dict[str, object]:
    entries = finder_search(text=words, language=page_language(), limit=SEARCH_RESULTS).entries
    return {
        "topics": asked_topics(one for one in entries if isinstance(one, TopicHit)),
        "found": [one for one in entries if isinstance(one, OrganisationHit)],
    }
