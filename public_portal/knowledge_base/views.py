"""Views for readers of articles: list, search, article and vote."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from public_portal.knowledge_base.forms import SearchForm, SuggestionForm, VoteForm
from shared.forms.views import form_refilled, page_or_redirect
from shared.kernel.actors import CITIZEN
from shared.knowledge_base.errors import PersonalInReason
from shared.knowledge_base.selectors.reader import (
    article_groups,
    article_page,
    article_search,
    article_suggest,
    organisation_groups,
    own_vote,
)
from shared.knowledge_base.services.missed_searches import missed_search_record
from shared.knowledge_base.services.votes import article_vote, vote_pass, vote_undo
from shared.ui.addresses import client_group
from shared.ui.cache_control import public_page
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of, from_own_pages
from shared.ui.published import published_page

READER_KEY = "answers_visit"


@require_safe
@published_page
def list_articles(request: HttpRequest) -> HttpResponse:
    """Show the articles grouped by topic or body, or the articles that a search found."""
    form, language = SearchForm(request.GET), get_language()
    words, body = form.words(), form.body()
    code = body.code if body else ""
    context: dict[str, object] = {"search_form": form, "words": words, "body": body}
    if words:
        found = article_search(text=words, language=language, organisation=code)
        if not found:
            missed_search_record(text=words, language=language, actor=CITIZEN)
        context["found"] = found
    else:
        context["groups"] = article_groups(language=language)
        context["own_groups"] = article_groups(language=language, organisation=code) if body else []
        context["organisations"] = [] if body else organisation_groups(language=language)
    return render(request, "public_portal/knowledge_base/list.html", context)


@require_safe
def suggest_articles(request: HttpRequest) -> HttpResponse:
    """Show articles that match the text of a form; the text is not stored."""
    form = SuggestionForm(request.GET)
    text, organisation = form.asked()
    return render(
        request,
        "public_portal/knowledge_base/suggestions.html",
        {
            "articles": article_suggest(
                text=text, organisation=organisation, language=get_language()
            ),
            "opens_tab": form.opens_tab(),
        },
    )


@require_safe
@public_page
def show_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one article with its legal source and the form for a vote."""
    form = VoteForm()
    form_refilled(request, form)
    return _article_page(request, slug, form)


@form_of("knowledge_base:show-article", "slug")
@from_own_pages
def vote_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Count or withdraw a vote on an article; show the form again if it is invalid."""
    form = VoteForm(request.POST)
    address = reverse("knowledge_base:show-article", args=[slug])
    if not form.is_vote():
        return redirect(address)
    if form.is_valid() and form.cleaned_data["useful"] == "undo":
        vote_undo(slug=slug, reader_session=_reader_key(request), actor=CITIZEN)
        return redirect(f"{address}#useful")
    if form.is_valid():
        if not own_vote(slug=slug, reader_session=_reader_key(request)).is_given:
            vote_pass(slug=slug, place=client_group(request))
        with refusals_beside(form, field="reason", only=(PersonalInReason,)):
            _vote(request, slug, form)
            return redirect(f"{address}?thanks=1#useful")
    return _article_page(request, slug, form, status=400)


def _vote(request: HttpRequest, slug: str, form: VoteForm) -> None:
    article_vote(
        slug=slug,
        reader_session=request.session.setdefault(READER_KEY, secrets.token_urlsafe(16)),
        is_useful=form.cleaned_data["useful"] == "yes",
        reason=form.cleaned_data["reason"],
        language=get_language(),
        actor=CITIZEN,
    )


def _reader_key(request: HttpRequest) -> str:
    # A page that reads the session is not cached, so without a cookie the session is not read.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    reader_session: str = request.session.get(READER_KEY, "")
    return reader_session


def _article_page(
    request: HttpRequest, slug: str, form: VoteForm, *, status: int = 200
) -> HttpResponse:
    vote = own_vote(slug=slug, reader_session=_reader_key(request))
    context = {
        "article": article_page(slug=slug, language=get_language()),
        "form": form,
        "vote": vote,
        # A browser that stores no cookie gets the confirmation by the parameter ``thanks``.
        "has_voted": vote.is_given or "thanks" in request.GET,
        "asks_reason": form.is_bound or (vote.is_given and not vote.is_useful and not vote.reason),
    }
    page = "public_portal/knowledge_base/article.html"
    return page_or_redirect(request, page, context, status=status)
