"""Changes of articles by national oversight."""

from django.db import transaction
from django.db.models import Max

from shared.audit.services import audit_record
from shared.kernel.actors import Actor
from shared.knowledge_base.errors import (
    ArticleNotInFile,
    ArticleSlugTaken,
    StaleArticle,
)
from shared.knowledge_base.models import Article
from shared.knowledge_base.selectors.editor import article_subject
from shared.knowledge_base.services.article_file import file_rows
from shared.knowledge_base.services.article_text import article_lock, article_write, learned_words
from shared.knowledge_base.types import ArticleText
from shared.rows.selectors import found_or_refuse
from shared.rows.services import written_or_refuse

# An article with one of these addresses could not be opened, because other pages have them.
RESERVED_SLUGS = frozenset({"suggestions"})


@transaction.atomic
def article_add(*, slug: str, text: ArticleText, actor: Actor) -> None:
    """Create an unpublished article. Raises ``ArticleSlugTaken``."""
    if slug in RESERVED_SLUGS:
        raise ArticleSlugTaken(slug)
    article = Article(
        slug=slug,
        position=(Article.objects.aggregate(last=Max("position"))["last"] or 0) + 1,
        is_active=False,
        is_edited=True,
    )
    article_write(article=article, text=text, learned=())
    with written_or_refuse(ArticleSlugTaken(slug)):
        article.save()
    _record(article, "article_added", actor)


@transaction.atomic
def article_change(*, slug: str, version: int, text: ArticleText, actor: Actor) -> None:
    """Replace the text of an article.

    Raises ``ArticleNotFound``, and ``StaleArticle`` if the version of the article is not
    ``version``, which is the version that the editor read.
    """
    article = article_lock(slug=slug)
    if article.version != version:
        raise StaleArticle(slug)
    if article_write(article=article, text=text, learned=learned_words(article)):
        _keep(article, "article_changed", actor)


@transaction.atomic
def article_publish(*, slug: str, actor: Actor) -> None:
    """Publish an article for citizens. Raises ``ArticleNotFound``."""
    _set_active(article_lock(slug=slug), "article_published", actor, is_active=True)


@transaction.atomic
def article_withdraw(*, slug: str, actor: Actor) -> None:
    """Withdraw an article from the citizens' site. Raises ``ArticleNotFound``."""
    _set_active(article_lock(slug=slug), "article_withdrawn", actor, is_active=False)


@transaction.atomic
def article_restore(*, slug: str, actor: Actor) -> None:
    """Replace the text of an article by the text of its data file, and publish the article.

    Raises ``ArticleNotFound`` and ``ArticleNotInFile``.
    """
    article = article_lock(slug=slug)
    found = next((row for row in file_rows() if row.slug == slug), None)
    row = found_or_refuse(found, ArticleNotInFile(slug))
    article_write(article=article, text=row.text, learned=learned_words(article))
    article.is_active = True
    _keep(article, "article_restored", actor, is_edited=False)


def _set_active(article: Article, action: str, actor: Actor, *, is_active: bool) -> None:
    if article.is_active != is_active:
        article.is_active = is_active
        _keep(article, action, actor)


def _keep(article: Article, action: str, actor: Actor, *, is_edited: bool = True) -> None:
    article.is_edited = is_edited
    article.version += 1
    article.save()
    _record(article, action, actor)


def _record(article: Article, action: str, actor: Actor) -> None:
    audit_record(actor=actor, action=action, subject=article_subject(article.slug))
