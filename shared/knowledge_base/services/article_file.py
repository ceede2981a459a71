"""Loading of the articles from the data files."""

from django.db import transaction

from shared.kernel.actors import Actor
from shared.kernel.groups import grouped
from shared.knowledge_base.enums import Topic
from shared.knowledge_base.errors import AnswersDataInvalid
from shared.knowledge_base.models import Article, MissedSearch
from shared.knowledge_base.services.article_text import article_write
from shared.knowledge_base.types import ArticleRow, ArticleText
from shared.reference_data.files import Entry, LoadReport, file_entries
from shared.reference_data.wordings import wording_in


@transaction.atomic
def article_load(*, actor: Actor) -> LoadReport:
    """Create, update and withdraw articles so that the table equals the data files.

    Articles that oversight edited or wrote are not changed.
    """
    rows = file_rows()
    # Without the lock, two loads at once would create the same article twice.
    stored = {row.slug: row for row in Article.objects.select_for_update().order_by("id")}
    learned = grouped(
        (search.article_id, search.text)
        for search in MissedSearch.objects.exclude(article=None).order_by("id")
    )
    created: list[Article] = []
    updated = edited = 0
    for position, row in enumerate(rows):
        article = stored.get(row.slug, Article(slug=row.slug, position=position))
        if article.is_edited:
            edited += 1
            continue
        differs = article_write(article=article, text=row.text, learned=learned.get(article.pk, []))
        if row.slug not in stored:
            created.append(article)
        elif differs or article.position != position or not article.is_active:
            updated += 1
            article.version += 1
            article.position, article.is_active = position, True
            article.save()
    Article.objects.bulk_create(created)
    gone = Article.objects.filter(is_active=True, is_edited=False).exclude(
        slug__in=[row.slug for row in rows]
    )
    return LoadReport(
        created=len(created),
        updated=updated,
        unchanged=len(rows) - len(created) - updated - edited,
        deactivated=gone.update(is_active=False),
        kept=sum(article.is_edited for article in stored.values()),
    )


def file_rows() -> list[ArticleRow]:
    """Return all articles of the data files. Raises ``AnswersDataInvalid``."""
    return [
        _row(entry)
        for entry in file_entries(
            "shared.knowledge_base",
            "articles.toml",
            "services.toml",
            table="article",
            key="slug",
            invalid=AnswersDataInvalid,
        )
    ]


def _row(entry: Entry) -> ArticleRow:
    if entry["topic"] not in Topic.values:
        raise AnswersDataInvalid(f"{entry['slug']}: unknown topic")
    text = ArticleText(
        topic=entry["topic"],
        organisation=entry.get("organisation", ""),
        reviewed_on=entry["reviewed_on"],
        questions=wording_in(entry, "question"),
        answers=wording_in(entry, "answer"),
        legal_sources=wording_in(entry, "legal", is_required=False),
        keywords=entry.get("keywords", ""),
    )
    return ArticleRow(slug=entry["slug"], text=text)
