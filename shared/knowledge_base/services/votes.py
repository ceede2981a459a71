"""Readers' votes on articles: one for each session and article, which may be changed."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.knowledge_base.errors import PersonalInReason
from shared.knowledge_base.models import Article, Vote
from shared.knowledge_base.selectors.reader import vote_key
from shared.knowledge_base.services.article_text import article_lock
from shared.knowledge_base.services.missed_searches import may_be_personal
from shared.limits.selectors import limit_refusal
from shared.limits.services.attempt_counter import limits_reserve
from shared.limits.types import HOUR, Limit

# A session is over by then; deleted votes stay in the counts.
CHANGEABLE = timedelta(days=1)
# A robot could write more; nobody would read them.
MAX_REMARKS = 200
# Enough for a school class at one address; a town that shares one address votes a little slower.
PER_ARTICLE = 20
PER_PLACE = 100


def vote_pass(*, slug: str, place: str) -> None:
    """Count a session's first vote against the limits. Raises ``TooManyAttempts``.

    A script begins a new session for each vote. Not atomic on purpose: a rollback would undo the
    count.
    """
    over = limits_reserve(
        [
            Limit(
                name="votes.article", subject=f"{slug} {place}", allowed=PER_ARTICLE, window=HOUR
            ),
            Limit(name="votes.place", subject=place, allowed=PER_PLACE, window=HOUR),
        ]
    )
    if over:
        raise limit_refusal(over)


@transaction.atomic
def article_vote(
    *,
    slug: str,
    reader_session: str,
    is_useful: bool,
    reason: str = "",
    language: str,
    actor: Actor,
) -> None:
    """Count one reader's opinion; a second one in the same session replaces the first.

    Raises ``ArticleNotFound`` and ``PersonalInReason``.
    """
    if may_be_personal(reason):
        raise PersonalInReason(field="reason")
    # One vote for an article at a time: two clicks at once would both find no former vote.
    article = article_lock(slug=slug, is_active=True)
    key = vote_key(reader_session=reader_session, slug=slug)
    _take_back(article, key)
    Vote.objects.create(
        key=key,
        article=article,
        is_useful=is_useful,
        reason="" if is_useful else reason,
        language=language,
        at=clock.now(),
    )
    _count(article, is_useful, +1)
    _forget(article)


@transaction.atomic
def vote_undo(*, slug: str, reader_session: str, actor: Actor) -> None:
    """Delete this session's vote with its remark. Raises ``ArticleNotFound``."""
    _take_back(
        article_lock(slug=slug, is_active=True), vote_key(reader_session=reader_session, slug=slug)
    )


def _take_back(article: Article, key: str) -> None:
    former = Vote.objects.filter(key=key).first()
    if former is not None:
        former.delete()
        _count(article, former.is_useful, -1)


def _count(article: Article, is_useful: bool, by: int) -> None:
    counter = "useful_yes" if is_useful else "useful_no"
    Article.objects.filter(pk=article.pk).update(**{counter: F(counter) + by})


def _forget(article: Article) -> None:
    Vote.objects.filter(reason="", at__lt=clock.now() - CHANGEABLE).delete()
    article.votes.exclude(reason="").exclude(
        pk__in=article.votes.exclude(reason="").order_by("-at", "-id").values("pk")[:MAX_REMARKS]
    ).delete()
