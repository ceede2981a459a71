"""Reading the questions and answers: the list, one page, a search."""

from functools import reduce
from itertools import groupby
from operator import add

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, FloatField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from public_portal.answers.enums import Topic
from public_portal.answers.errors import ArticleNotFound
from public_portal.answers.models import Article, MissedSearch
from public_portal.answers.types import ArticleLink, ArticlePage, Block, TopicGroup
from shared.kernel.text import search_words, sound_key

QUERY_LENGTH = 200
MOST_WORDS = 8
LEAST_SCORE = 0.5
OPENING_LENGTH = 140

# They stand in every question and tell none apart.
_ASKED_WITH = """
    كيف متي اين لماذا هل يمكن يمكنني اريد كم كيفاش شنو واش فين علاش شحال بغيت
    comment quand combien quel quelle quels quelles pourquoi est ce que qui puis peut faire dois
    how when what why which can do does should is are it
    kifach kifash chno chnou wach fin 3lach bghit
"""
_ASKING_WORDS = frozenset(_ASKED_WITH.split())


def article_groups(*, language: str) -> list[TopicGroup]:
    """Every published question by topic, in the order of the file."""
    order = {topic: place for place, topic in enumerate(Topic.values)}
    rows = sorted(_published().order_by("position"), key=lambda row: order[row.topic])
    return [
        TopicGroup(
            topic=topic,
            label=str(Topic(topic).label),
            articles=tuple(_link(row, language) for row in group),
        )
        for topic, group in groupby(rows, key=lambda row: row.topic)
    ]


def article_page(*, slug: str, language: str) -> ArticlePage:
    """One answer, taken apart for a page. Raises ``ArticleNotFound``."""
    try:
        row = _published().get(slug=slug)
    except Article.DoesNotExist:
        raise ArticleNotFound(slug) from None
    return ArticlePage(
        slug=row.slug,
        question=row.questions.text(language),
        topic_label=str(Topic(row.topic).label),
        blocks=answer_blocks(row.answers.text(language)),
        legal_source=row.legal_sources.text(language),
        reviewed_on=row.reviewed_on,
    )


def article_search(*, text: str, language: str, limit: int = 10) -> list[ArticleLink]:
    """Answers to what was typed in any script, best first; none when nothing is near enough."""
    words = _telling_words(text[:QUERY_LENGTH])
    if not words:
        return []
    score = reduce(add, (_word_score(word) for word in words)) / Value(float(len(words)))
    rows = _published().annotate(score=score).filter(score__gte=LEAST_SCORE)
    return [_link(row, language) for row in rows.order_by("-score", "position")[:limit]]


def article_suggest(*, text: str, language: str, limit: int = 3) -> list[ArticleLink]:
    """Answers near to a complaint that is being written, best first; one query."""
    return article_search(text=text, language=language, limit=limit)


def missed_searches(*, limit: int = 100) -> QuerySet[MissedSearch]:
    """Words without an answer, the most asked for first."""
    return MissedSearch.objects.order_by("-count", "-last_seen", "id")[:limit]


def answer_blocks(text: str) -> tuple[Block, ...]:
    """Plain text as paragraphs and lists: a line that begins with "- " belongs to a list."""
    blocks: list[Block] = []
    for is_list, group in groupby(text.strip().splitlines(), key=_is_list_line):
        lines = tuple(line.removeprefix("- ").strip() for line in group if line.strip())
        if is_list:
            blocks.append(Block(is_list=True, lines=lines))
        else:
            blocks += [Block(is_list=False, lines=(line,)) for line in lines]
    return tuple(blocks)


def _is_list_line(line: str) -> bool:
    return line.startswith("- ")


def _published() -> QuerySet[Article]:
    return Article.objects.filter(is_active=True)


def _telling_words(text: str) -> tuple[str, ...]:
    words = dict.fromkeys(search_words(text))
    telling = [word for word in words if word not in _ASKING_WORDS and len(word) > 1]
    return tuple((telling or list(words))[:MOST_WORDS])


def _word_score(word: str) -> Combinable:
    sound = sound_key(word)
    near = [
        TrigramWordSimilarity(word, "question_key"),
        Case(
            When(Q(answer_key__contains=f" {word} "), then=Value(0.6)),
            default=Value(0.0),
            output_field=FloatField(),
        ),
    ]
    # Two consonants sound like half the dictionary.
    if len(sound) > 2:
        near.append(TrigramWordSimilarity(sound, "question_sound") * Value(0.8))
    return Greatest(*near, output_field=FloatField())


def _link(row: Article, language: str) -> ArticleLink:
    opening = answer_blocks(row.answers.text(language))[0].lines[0]
    short = opening if len(opening) <= OPENING_LENGTH else opening[: OPENING_LENGTH - 1] + "…"
    return ArticleLink(slug=row.slug, question=row.questions.text(language), opening=short)
