"""Pages of questions and answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from public_portal.answers.forms import SearchForm, VoteForm
from public_portal.answers.selectors import article_groups, article_page, article_search
from public_portal.answers.services import article_vote, missed_search_record
from shared.kernel.actors import CITIZEN
from shared.ui.caching import public_page
from shared.ui.origins import from_own_pages


@require_safe
@public_page
def list_articles(request: HttpRequest) -> HttpResponse:
    """Every question by topic, or what a search found."""
    form = SearchForm(request.GET)
    words = form.words()
    found = article_search(text=words, language=get_language()) if words else []
    if words and not found:
        missed_search_record(text=words, language=get_language(), actor=CITIZEN)
    context = {
        "search_form": form,
        "words": words,
        "found": found,
        "groups": [] if words else article_groups(language=get_language()),
    }
    return render(request, "public_portal/answers/list.html", context)


@require_safe
@public_page
def show_article(request: HttpRequest, slug: str) -> HttpResponse:
    """One answer, with the law it rests on and the question whether it helped."""
    context = {
        "article": article_page(slug=slug, language=get_language()),
        "has_voted": "thanks" in request.GET,
    }
    return render(request, "public_portal/answers/article.html", context)


@require_POST
@from_own_pages
def vote_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Count a yes or a no, then say thank you on the page of the answer."""
    form = VoteForm(request.POST)
    address = reverse("answers:show-article", args=[slug])
    if not form.is_valid():
        return redirect(address)
    article_vote(slug=slug, is_useful=form.is_useful(), actor=CITIZEN)
    return redirect(f"{address}?thanks=1#useful")
