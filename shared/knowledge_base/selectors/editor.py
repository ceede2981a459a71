"""Queries of oversight's editor: articles, readers' votes and missed searches."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.db.models import (
    Count,
    Q,
    QuerySet,
)

from shared.figures.intervals import Rate
from shared.knowledge_base.enums import ArticleView, SearchView, Topic
from shared.knowledge_base.errors import ArticleNotFound, SearchNotFound
from shared.knowledge_base.models import Article, MissedSearch, Vote
from shared.knowledge_base.selectors.reader import (
    answer_blocks,
    article_body_names,
    by_topic,
    published,
)
from shared.knowledge_base.types import (
    ArticleDetail,
    ArticleLine,
    ArticleText,
    Preview,
    Remark,
    SearchLine,
)
from shared.rows.selectors import first_or_refuse

# --- for national oversight ----------------------------------------------------------------------


def article_lines(*, view: ArticleView, language: str, today: date) -> list[ArticleLine]:
    """Return the lines of oversight's list of articles under a filter."""
    rows = Article.objects.annotate(remarks=Count("votes", filter=~Q(votes__reason="")))
    chosen = {
        ArticleView.ALL: Q(),
        ArticleView.OVERDUE: Q(is_active=True, reviewed_on__lt=review_due(today)),
        ArticleView.REMARKS: Q(remarks__gt=0),
        ArticleView.EDITED: Q(is_edited=True),
        ArticleView.WITHDRAWN: Q(is_active=False),
    }[view]
    found = list(rows.filter(chosen).order_by("position", "id"))
    names = article_body_names(codes={row.organisation for row in found}, language=language)
    return [
        ArticleLine(
            slug=row.slug,
            question=row.questions.text(language),
            topic_label=str(Topic(row.topic).label),
            organisation_name=names.get(row.organisation, row.organisation),
            reviewed_on=row.reviewed_on,
            is_overdue=row.reviewed_on < review_due(today),
            is_active=row.is_active,
            is_edited=row.is_edited,
            useful=_useful(row),
            remarks=row.remarks,
        )
        for row in found
    ]


def article_detail(*, slug: str, today: date) -> ArticleDetail:
    """Return an article, also an unpublished article. Raises ``ArticleNotFound``."""
    row = first_or_refuse(Article.objects.filter(slug=slug), ArticleNotFound(slug))
    text = ArticleText(
        topic=row.topic,
        organisation=row.organisation,
        reviewed_on=row.reviewed_on,
        questions=row.questions,
        answers=row.answers,
        legal_sources=row.legal_sources,
        keywords=row.keywords,
    )
    return ArticleDetail(
        slug=row.slug,
        text=text,
        version=row.version,
        is_active=row.is_active,
        is_edited=row.is_edited,
        is_overdue=row.reviewed_on < review_due(today),
        useful=_useful(row),
    )


def article_previews(*, text: ArticleText) -> list[Preview]:
    """Return a preview of an article in each language."""
    return [
        Preview(
            language=language,
            question=text.questions.text(language),
            blocks=answer_blocks(text.answers.text(language)),
            legal_source=text.legal_sources.text(language),
        )
        for language in ("ar", "fr", "en")
    ]


def article_choices(*, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the published questions, grouped by topic, as choices of a form field."""
    return [
        (str(Topic(topic).label), [(row.slug, row.questions.text(language)) for row in group])
        for topic, group in groupby(by_topic(published()), key=lambda row: row.topic)
    ]


def article_remarks(*, slug: str) -> list[Remark]:
    """Return the readers' remarks on an article, the latest first."""
    return [
        Remark(text=vote.reason, language=vote.language, at=vote.at)
        for vote in Vote.objects.filter(article__slug=slug)
        .exclude(reason="")
        .order_by("-at", "-id")
    ]


def article_subject(slug: str) -> str:
    """Return the subject of an article in entries of the audit log."""
    return f"article:{slug}"


def review_due(today: date) -> date:
    """Return the day one year before today; older reviews of articles are overdue."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:
        # The 29th of February does not exist in the year before.
        return today.replace(year=today.year - 1, day=28)


def missed_searches(*, view: SearchView = SearchView.OPEN) -> QuerySet[MissedSearch]:
    """Return the missed searches under a filter.

    Open searches are sorted by count, the largest first; settled searches by time, the latest
    first.
    """
    rows = MissedSearch.objects.select_related("article")
    if view == SearchView.OPEN:
        return rows.filter(settled_at=None).order_by("-count", "-last_seen", "id")
    return (
        rows.exclude(settled_at=None)
        .filter(Q(article=None) if view == SearchView.DISMISSED else ~Q(article=None))
        .order_by("-settled_at", "id")
    )


def missed_search_lines(rows: Iterable[MissedSearch], *, language: str) -> list[SearchLine]:
    """Return the lines of oversight's list for missed searches."""
    return [
        SearchLine(
            number=row.pk,
            text=row.text,
            language=row.language,
            count=row.count,
            last_seen=row.last_seen,
            is_settled=row.settled_at is not None,
            article_slug=row.article.slug if row.article else "",
            article_question=row.article.questions.text(language) if row.article else "",
        )
        for row in rows
    ]


def missed_search_line(*, search_id: int, language: str) -> SearchLine:
    """Return the line of a missed search in oversight's list. Raises ``SearchNotFound``."""
    for line in missed_search_lines(
        MissedSearch.objects.select_related("article").filter(pk=search_id), language=language
    ):
        return line
    raise SearchNotFound(str(search_id))


def _useful(row: Article) -> Rate:
    return Rate(successes=row.useful_yes, n=row.useful_yes + row.useful_no)
