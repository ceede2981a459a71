"""Readers' votes on articles; a session has one vote for each article."""

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

# The time after which votes without a remark are deleted; the counts of votes stay.
CHANGEABLE = timedelta(days=1)
# The largest count of remarks on an article; older remarks are deleted.
MAX_REMARKS = 200
# The limits of first votes from one network in an hour. A school class stays below the limits.
PER_ARTICLE = 20
PER_PLACE = 100


def vote_pass(*, slug: str, place: str) -> None:
    """Count the first vote of a session for the limits. Raises ``TooManyAttempts``.

    The function is not atomic, because a rollback would undo the count.
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
    """Store a reader's vote on an article; replace an earlier vote of the same session.

    Raises ``ArticleNotFound`` and ``PersonalInReason``.
    """
    if may_be_personal(reason):
        raise PersonalInReason(field="reason")
    # Without the lock, two clicks at once would both find no earlier vote, and both would count.
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
    """Delete a session's vote on an article, with its remark. Raises ``ArticleNotFound``."""
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
