"""Bringing the articles to what their file says."""

import tomllib
from collections import defaultdict
from datetime import date
from importlib import resources
from typing import TypedDict

from django.db import transaction

from shared.kernel.actors import Actor
from shared.kernel.text import Wording
from shared.knowledge_base.enums import Topic
from shared.knowledge_base.errors import AnswersDataInvalid
from shared.knowledge_base.models import Article, MissedSearch
from shared.knowledge_base.services.writing import article_write
from shared.knowledge_base.types import ArticleRow, ArticleText, LoadReport


class _Entry(TypedDict, total=False):
    slug: str
    topic: str
    organisation: str
    reviewed_on: date
    keywords: str
    question_ar: str
    question_fr: str
    question_en: str
    answer_ar: str
    answer_fr: str
    answer_en: str
    legal_ar: str
    legal_fr: str
    legal_en: str


@transaction.atomic
def article_load(*, actor: Actor) -> LoadReport:
    """Create, update and withdraw articles until the table equals the file; run it at will.

    What oversight has edited or written is left alone. Votes stay with an article through every
    change of its words.
    """
    rows = file_rows()
    # One load at a time: two would create the same addresses.
    stored = {row.slug: row for row in Article.objects.select_for_update().order_by("id")}
    learned = _learned()
    created: list[Article] = []
    updated = 0
    for position, row in enumerate(rows):
        article = stored.get(row.slug, Article(slug=row.slug, position=position))
        if article.is_edited:
            continue
        differs = article_write(article=article, text=row.text, learned=learned[article.pk])
        if row.slug not in stored:
            created.append(article)
        elif differs or article.position != position or not article.is_active:
            updated += 1
            article.version += 1
            article.position, article.is_active = position, True
            article.save()
    Article.objects.bulk_create(created)
    kept = sum(article.is_edited for article in stored.values())
    edited_in_file = sum(row.slug in stored and stored[row.slug].is_edited for row in rows)
    gone = Article.objects.filter(is_active=True, is_edited=False).exclude(
        slug__in=[row.slug for row in rows]
    )
    return LoadReport(
        created=len(created),
        updated=updated,
        unchanged=len(rows) - len(created) - updated - edited_in_file,
        deactivated=gone.update(is_active=False),
        kept=kept,
    )


def file_rows() -> list[ArticleRow]:
    """Every article of the file, in its order. Raises ``AnswersDataInvalid``."""
    folder = resources.files("shared.knowledge_base") / "data"
    entries: list[_Entry] = [
        entry
        for name in ("articles.toml", "services.toml")
        for entry in tomllib.loads((folder / name).read_text(encoding="utf-8"))["article"]
    ]
    rows = [_row(entry) for entry in entries]
    slugs = [row.slug for row in rows]
    twice = next((slug for slug in slugs if slugs.count(slug) > 1), None)
    if twice:
        raise AnswersDataInvalid(f"{twice}: twice in the file")
    return rows


def _learned() -> dict[int | None, list[str]]:
    words: dict[int | None, list[str]] = defaultdict(list)
    for article_id, text in (
        MissedSearch.objects.exclude(article=None).order_by("id").values_list("article_id", "text")
    ):
        words[article_id].append(text)
    return words


def _row(entry: _Entry) -> ArticleRow:
    if entry["topic"] not in Topic.values:
        raise AnswersDataInvalid(f"{entry['slug']}: unknown topic")
    return ArticleRow(slug=entry["slug"], text=_text(entry))


def _text(entry: _Entry) -> ArticleText:
    return ArticleText(
        topic=entry["topic"],
        organisation=entry.get("organisation", ""),
        reviewed_on=entry["reviewed_on"],
        questions=Wording(
            ar=entry["question_ar"], fr=entry["question_fr"], en=entry["question_en"]
        ),
        answers=Wording(
            ar=entry["answer_ar"].strip(),
            fr=entry["answer_fr"].strip(),
            en=entry["answer_en"].strip(),
        ),
        legal_sources=Wording(
            ar=entry.get("legal_ar", ""), fr=entry.get("legal_fr", ""), en=entry.get("legal_en", "")
        ),
        keywords=entry.get("keywords", ""),
    )
