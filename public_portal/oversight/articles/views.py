"""Views with which national oversight edits articles and settles missed searches."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST, require_safe

from public_portal.oversight.access.views import oversight_page, page_of
from public_portal.oversight.articles.forms import (
    ArticleForm,
    ArticlesForm,
    NewArticleForm,
    SearchesForm,
    SettleForm,
)
from public_portal.oversight.articles.selectors import article_history, rate_words
from shared.accounts.permissions import OversightRequest, oversight_required
from shared.audit.selectors import audit_entries
from shared.forms.views import (
    form_refilled,
    form_status,
    reads_or_answers,
    redirect_with_message,
    refusals_as_messages,
)
from shared.kernel import clock
from shared.knowledge_base.errors import ArticleNotInFile, ArticleSlugTaken, StaleArticle
from shared.knowledge_base.selectors.editor import (
    article_choices,
    article_detail,
    article_lines,
    article_previews,
    article_remarks,
    article_subject,
    missed_search_line,
    missed_search_lines,
    missed_searches,
)
from shared.knowledge_base.services.article_editor import (
    article_add,
    article_change,
    article_publish,
    article_restore,
    article_withdraw,
)
from shared.knowledge_base.services.missed_searches import (
    missed_search_answer,
    missed_search_dismiss,
    missed_search_unsettle,
)
from shared.ui.messages import refusals_beside


@require_safe
@oversight_required
def list_articles(request: OversightRequest) -> HttpResponse:
    """Show the list of articles."""
    form = ArticlesForm(request.GET)
    view = form.chosen()
    page = page_of(request, article_lines(view=view, language=get_language(), today=clock.today()))
    return oversight_page(
        request,
        "articles/articles",
        {
            "view_form": form,
            "view": view,
            "page": page,
            "rows": [(line, rate_words(line.useful)) for line in page],
        },
    )


@reads_or_answers
@oversight_required
def add_article(request: OversightRequest) -> HttpResponse:
    """Add an article, which is not published yet."""
    initial = {"reviewed_on": clock.today(), "keywords": request.GET.get("words", "")[:80]}
    form = NewArticleForm(request.POST or None, initial=initial)
    if form.is_valid() and "save" in request.POST:
        slug = form.cleaned_data["slug"]
        with refusals_beside(form, field="slug", only=(ArticleSlugTaken,)):
            article_add(slug=slug, text=form.to_text(), actor=request.actor)
            return redirect_with_message(
                request,
                _("The article is written. Citizens see it once you publish it."),
                "articles:edit-article",
                slug=slug,
            )
    return _form_page(request, "add", form, {})


@reads_or_answers
@oversight_required
def edit_article(request: OversightRequest, slug: str) -> HttpResponse:
    """Change an article, after a preview of it."""
    detail = article_detail(slug=slug, today=clock.today())
    if request.method != "POST":
        return _edit_page(request, slug, ArticleForm.of(detail.text, version=detail.version))
    form = ArticleForm(request.POST)
    if form.is_valid() and "save" in request.POST:
        text, version = form.to_text(), form.read_version()
        # After an error, the page shows the stored version, so the form must send its number.
        form = ArticleForm({**request.POST.dict(), "version": detail.version})
        form.full_clean()
        with refusals_beside(form, only=(StaleArticle,)):
            article_change(slug=slug, version=version, text=text, actor=request.actor)
            return redirect_with_message(
                request, _("The change has been saved."), "articles:edit-article", slug=slug
            )
    return _edit_page(request, slug, form)


@require_POST
@oversight_required
def publish_article(request: OversightRequest, slug: str) -> HttpResponse:
    """Publish an article for citizens."""
    article_publish(slug=slug, actor=request.actor)
    return redirect_with_message(
        request, _("Citizens can read this article now."), "articles:edit-article", slug=slug
    )


@require_POST
@oversight_required
def withdraw_article(request: OversightRequest, slug: str) -> HttpResponse:
    """Withdraw a published article."""
    article_withdraw(slug=slug, actor=request.actor)
    return redirect_with_message(
        request,
        _("The article is withdrawn. You can publish it again at any time."),
        "articles:edit-article",
        slug=slug,
    )


@require_POST
@oversight_required
def restore_article(request: OversightRequest, slug: str) -> HttpResponse:
    """Restore the portal's original text of an article."""
    with refusals_as_messages(request, only=(ArticleNotInFile,)):
        article_restore(slug=slug, actor=request.actor)
        messages.success(request, _("The article has the portal's original text again."))
    return redirect("articles:edit-article", slug=slug)


@require_safe
@oversight_required
def list_searches(request: OversightRequest) -> HttpResponse:
    """Show the missed searches, for people who write articles."""
    form = SearchesForm(request.GET)
    view, settled = form.chosen()
    page = page_of(request, missed_searches(view=view))
    context: dict[str, object] = {
        "view": view,
        "view_form": form,
        "page": page,
        "searches": missed_search_lines(page, language=get_language()),
    }
    if settled:
        context["just"] = missed_search_line(search_id=settled, language=get_language())
    return oversight_page(request, "articles/searches", context)


@reads_or_answers
@oversight_required
def settle_search(request: OversightRequest, search_id: int) -> HttpResponse:
    """Link a missed search to an article; from then on, the same words find the article."""
    search = missed_search_line(search_id=search_id, language=get_language())
    form = SettleForm(request.POST or None, choices=article_choices(language=get_language()))
    if form.is_valid():
        missed_search_answer(
            search_id=search_id, slug=form.cleaned_data["article"], actor=request.actor
        )
        return _to_searches(search_id)
    return oversight_page(
        request,
        "articles/settle",
        {"form": form, "search": search},
        status=400 if form.is_bound else 200,
    )


@require_POST
@oversight_required
def dismiss_search(request: OversightRequest, search_id: int) -> HttpResponse:
    """Decide that a missed search needs no article."""
    missed_search_dismiss(search_id=search_id, actor=request.actor)
    return _to_searches(search_id)


@require_POST
@oversight_required
def unsettle_search(request: OversightRequest, search_id: int) -> HttpResponse:
    """Put a settled search back on the list of missed searches."""
    missed_search_unsettle(search_id=search_id, actor=request.actor)
    return redirect_with_message(
        request, _("The words are on the list again."), "articles:list-searches"
    )


def _to_searches(search_id: int) -> HttpResponse:
    return redirect(f"{reverse('articles:list-searches')}?settled={search_id}")


def _edit_page(request: OversightRequest, slug: str, form: ArticleForm) -> HttpResponse:
    form_refilled(request, form)
    detail = article_detail(slug=slug, today=clock.today())
    context: dict[str, object] = {
        "detail": detail,
        "question": detail.text.questions.text(get_language()),
        "useful": rate_words(detail.useful),
        "remarks": article_remarks(slug=slug),
        "history": article_history(audit_entries(subject=article_subject(slug))),
    }
    if hasattr(form, "refusal"):
        context["theirs"] = article_previews(text=detail.text)
    return _form_page(request, "edit", form, context)


def _form_page(
    request: OversightRequest, name: str, form: ArticleForm, context: Mapping[str, object]
) -> HttpResponse:
    previews = {}
    if form.is_bound and (hasattr(form, "refusal") or form.is_valid()):
        previews["previews"] = article_previews(text=form.to_text())
    return oversight_page(
        request, f"articles/{name}", {**context, **previews, "form": form}, status=form_status(form)
    )
