"""Queries for the pages on which citizens read, search and rate articles."""

from collections.abc import Iterable
from functools import reduce
from itertools import groupby
from operator import add

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import (
    Case,
    Count,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Power
from django.utils.crypto import salted_hmac

from shared.directory.models import Organisation
from shared.kernel.text import search_words, sound_key
from shared.knowledge_base.enums import Topic
from shared.knowledge_base.errors import ArticleNotFound
from shared.knowledge_base.models import Article, Vote
from shared.knowledge_base.types import (
    ArticleLink,
    ArticlePage,
    Block,
    OrganisationGroup,
    OwnVote,
    TopicGroup,
)
from shared.rows.selectors import first_or_refuse

QUERY_LENGTH = 200
MAX_WORDS = 8
# The lowest score of an article that is found; 1 means that its question has all search words.
MIN_SCORE = 0.4
# In a sentence, this count of matching words is enough for the full score.
DISTINCTIVE_WORDS = 3
OPENING_LENGTH = 140

# Words that a search leaves out, because most questions contain them.
_ASKED_WITH = """
    كيف متي اين لماذا هل يمكن يمكنني اريد كم كيفاش شنو واش فين علاش شحال بغيت
    comment quand combien quel quelle quels quelles pourquoi est ce que qui puis peut faire dois
    how when what why which can do does should is are it
    kifach kifash chno chnou wach fin 3lach bghit
"""
_ASKING_WORDS = frozenset(_ASKED_WITH.split())


def article_groups(*, language: str, organisation: str = "") -> list[TopicGroup]:
    """Return the published questions, grouped by topic.

    Without ``organisation``, returns the questions for the whole country; with ``organisation``,
    the questions for this organisation and for its parent organisations.
    """
    whose = organisation_line(organisation) if organisation else ("",)
    rows = by_topic(published().filter(organisation__in=whose))
    return [
        TopicGroup(
            topic=topic,
            label=str(Topic(topic).label),
            articles=tuple(_link(row, language) for row in group),
        )
        for topic, group in groupby(rows, key=lambda row: row.topic)
    ]


def by_topic(rows: QuerySet[Article]) -> list[Article]:
    """Return articles sorted by topic, then by their position in the data file."""
    return sorted(rows.order_by("position", "id"), key=lambda row: Topic.values.index(row.topic))


def organisation_groups(*, language: str) -> list[OrganisationGroup]:
    """Return the organisations with published questions, sorted by name."""
    counts = dict(
        published()
        .exclude(organisation="")
        .values_list("organisation")
        .annotate(number=Count("id"))
        .order_by("organisation")
    )
    return sorted(
        [
            OrganisationGroup(code=code, name=name, count=counts[code])
            for code, name in article_body_names(codes=counts, language=language).items()
        ],
        key=lambda group: group.name,
    )


def organisation_line(code: str) -> tuple[str, ...]:
    """Return the code of an organisation and the codes of its parents, the nearest first."""
    # The directory has five levels (district, commune, province, region, ministry).
    above = ["code", *("__".join(["parent"] * level) + "__code" for level in range(1, 5))]
    return tuple(
        one
        for one in Organisation.objects.filter(code=code).values_list(*above).first() or ()
        if one
    )


def article_body_names(*, codes: Iterable[str], language: str) -> dict[str, str]:
    """Return the names of the active organisations with the given codes, as a dict by code."""
    return {
        body.code: body.name(language)
        for body in Organisation.objects.filter(code__in=list(codes), is_active=True)
    }


def article_page(*, slug: str, language: str) -> ArticlePage:
    """Return one published article, split into blocks for a page. Raises ``ArticleNotFound``."""
    row = first_or_refuse(published().filter(slug=slug), ArticleNotFound(slug))
    names = article_body_names(codes=[row.organisation], language=language)
    return ArticlePage(
        slug=row.slug,
        question=row.questions.text(language),
        topic_label=str(Topic(row.topic).label),
        organisation=row.organisation if names else "",
        organisation_name=names.get(row.organisation, ""),
        blocks=answer_blocks(row.answers.text(language)),
        legal_source=row.legal_sources.text(language),
        reviewed_on=row.reviewed_on,
    )


def article_search(
    *, text: str, language: str, organisation: str = "", limit: int = 10
) -> list[ArticleLink]:
    """Return the articles that match a search text, the best match first.

    With ``organisation``, articles of this organisation and of its parents come first, then
    national articles; articles of other organisations are left out.
    """
    return _found(
        text, MAX_WORDS, sharpness=2, language=language, organisation=organisation, limit=limit
    )


def article_suggest(
    *, text: str, language: str, organisation: str = "", limit: int = 3
) -> list[ArticleLink]:
    """Return the articles that match some words of an unfinished sentence, the best match first."""
    return _found(
        text,
        DISTINCTIVE_WORDS,
        sharpness=4,
        language=language,
        organisation=organisation,
        limit=limit,
    )


def vote_key(*, reader_session: str, slug: str) -> str:
    """Return the key of a session's vote on an article: a keyed digest, different per article."""
    return salted_hmac("answers.vote", f"{reader_session}:{slug}", algorithm="sha256").hexdigest()


def own_vote(*, slug: str, reader_session: str) -> OwnVote:
    """Return the vote of a session on an article, or an empty ``OwnVote``."""
    vote = (
        Vote.objects.filter(key=vote_key(reader_session=reader_session, slug=slug)).first()
        if reader_session
        else None
    )
    return (
        OwnVote(is_given=True, is_useful=vote.is_useful, reason=vote.reason) if vote else OwnVote()
    )


def answer_blocks(text: str) -> tuple[Block, ...]:
    """Return the paragraphs and lists of a plain text; "- " begins each line of a list."""
    blocks: list[Block] = []
    for is_list, group in groupby(
        text.strip().splitlines(), key=lambda line: line.startswith("- ")
    ):
        lines = tuple(line.removeprefix("- ").strip() for line in group if line.strip())
        parts = [lines] if is_list else [(line,) for line in lines]
        blocks += [Block(is_list=is_list, lines=part) for part in parts]
    return tuple(blocks)


def published() -> QuerySet[Article]:
    """Return the articles that citizens can read."""
    return Article.objects.filter(is_active=True)


def _linkable(language: str) -> QuerySet[Article]:
    name = f"name_{language[:2] if language[:2] in ('fr', 'en') else 'ar'}"
    body = Organisation.objects.filter(code=OuterRef("organisation"), is_active=True).values(name)
    return published().annotate(body=Subquery(body[:1]))


def _distinctive_words(text: str) -> tuple[str, ...]:
    words = dict.fromkeys(search_words(text))
    distinctive = [word for word in words if word not in _ASKING_WORDS and len(word) > 1]
    return tuple((distinctive or list(words))[:MAX_WORDS])


def _found(
    text: str, whole: int, *, sharpness: int, language: str, organisation: str, limit: int
) -> list[ArticleLink]:
    """Return the articles that match a text.

    ``whole`` is the count of matching words that is enough for the full score.
    """
    words = _distinctive_words(text[:QUERY_LENGTH])
    if not words:
        return []
    scores = [_word_score(word, sharpness=sharpness) for word in words]
    rows = (
        _linkable(language)
        .annotate(score=reduce(add, scores) / Value(float(min(len(words), whole))))
        .filter(score__gte=MIN_SCORE)
    )
    order: list[str | Case] = ["-score", "position", "id"]
    if organisation:
        rows = rows.filter(organisation__in=["", *organisation_line(organisation)])
        order.insert(0, Case(When(organisation="", then=1), default=0, output_field=IntegerField()))
    return [_link(row, language) for row in rows.order_by(*order)[:limit]]


def _word_score(word: str, *, sharpness: int) -> Combinable:
    sound = sound_key(word)
    near = [
        TrigramWordSimilarity(word, "question_key"),
        Case(
            When(Q(answer_key__contains=f" {word} "), then=Value(0.6)),
            default=Value(0.0),
            output_field=FloatField(),
        ),
    ]
    # A sound key of two consonants matches too many words.
    if len(sound) > 2:
        near.append(TrigramWordSimilarity(sound, "question_sound") * Value(0.8))
    # The power makes medium similarities small, because many unrelated words have 0.5.
    return Power(Greatest(*near, output_field=FloatField()), sharpness)


def _link(row: Article, language: str) -> ArticleLink:
    opening = answer_blocks(row.answers.text(language))[0].lines[0]
    short = opening if len(opening) <= OPENING_LENGTH else opening[: OPENING_LENGTH - 1] + "…"
    return ArticleLink(
        slug=row.slug,
        question=row.questions.text(language),
        opening=short,
        organisation=getattr(row, "body", None) or "",
    )
