"""Services for searches that found no article: count, answer, dismiss."""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import F

from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.text import search_phrase
from shared.knowledge_base.errors import ArticleNotFound, SearchNotFound
from shared.knowledge_base.models import MISSED_LENGTH, Article, MissedSearch
from shared.knowledge_base.services.article_text import article_learn
from shared.rows.selectors import first_or_refuse

MAX_MISSED = 5000
_PERSONAL = re.compile(r"@|\d(?:[\s.-]?\d){5,}")


def may_be_personal(text: str) -> bool:
    """Return whether a text may contain an e-mail address or a long number."""
    return _PERSONAL.search(text) is not None


@transaction.atomic
def missed_search_record(*, text: str, language: str, actor: Actor) -> None:
    """Count a search that found no article, by its normalized words.

    A text with a possible e-mail address or long number is not stored. At 5,000 entries no new
    words are stored, because a robot could fill the table.
    """
    words = search_phrase(text)[:MISSED_LENGTH].strip()
    if not words or may_be_personal(text):
        return
    if MissedSearch.objects.filter(text=words, language=language).update(
        count=F("count") + 1, last_seen=clock.now()
    ):
        return
    if MissedSearch.objects.count() < MAX_MISSED:
        MissedSearch.objects.bulk_create(
            [MissedSearch(text=words, language=language, last_seen=clock.now())],
            ignore_conflicts=True,
        )


@transaction.atomic
def missed_search_answer(*, search_id: int, slug: str, actor: Actor) -> None:
    """Link the words of a missed search to a published article.

    Raises ``SearchNotFound`` and ``ArticleNotFound``.
    """
    search = _locked(search_id)
    article = first_or_refuse(
        Article.objects.filter(slug=slug, is_active=True), ArticleNotFound(slug)
    )
    _settle(search, article, "search_answered", actor)


@transaction.atomic
def missed_search_dismiss(*, search_id: int, actor: Actor) -> None:
    """Dismiss a missed search that needs no article. Raises ``SearchNotFound``."""
    _settle(_locked(search_id), None, "search_dismissed", actor)


@transaction.atomic
def missed_search_unsettle(*, search_id: int, actor: Actor) -> None:
    """Reopen a missed search that was answered or dismissed. Raises ``SearchNotFound``."""
    search = _locked(search_id)
    if search.settled_at is not None:
        _move(search, None, settled_at=None)
        audit_record(actor=actor, action="search_unsettled", subject=f"search:{search_id}")


def _settle(search: MissedSearch, article: Article | None, action: str, actor: Actor) -> None:
    _move(search, article, settled_at=clock.now())
    # The audit log gets no words of a citizen, because its entries are never deleted.
    audit_record(actor=actor, action=action, subject=f"search:{search.pk}")


def _move(search: MissedSearch, article: Article | None, *, settled_at: datetime | None) -> None:
    """Link a missed search to another article or to none; update both articles' search keys."""
    touched = [one for one in (search.article, article) if one is not None]
    search.article, search.settled_at = article, settled_at
    search.save(update_fields=["article", "settled_at"])
    for one in touched:
        article_learn(article=Article.objects.select_for_update().get(pk=one.pk))


def _locked(search_id: int) -> MissedSearch:
    rows = MissedSearch.objects.select_for_update().filter(pk=search_id)
    return first_or_refuse(rows, SearchNotFound(str(search_id)))
