"""What can be done to the questions and answers."""

import re
import tomllib
from datetime import date
from importlib import resources
from typing import TypedDict

from django.db import transaction
from django.db.models import F

from public_portal.answers.enums import Topic
from public_portal.answers.errors import AnswersDataInvalid, ArticleNotFound
from public_portal.answers.models import MISSED_LENGTH, Article, MissedSearch
from public_portal.answers.types import ArticleRow, LoadReport
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.text import Wording, search_phrase, search_words, sound_key

MOST_MISSED = 5000
_PERSONAL = re.compile(r"@|\d(?:[\s.-]?\d){5,}")


class _Entry(TypedDict, total=False):
    slug: str
    topic: str
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

    Votes stay with an article through every change of its words.
    """
    rows = _rows()
    # One load at a time: two would create the same addresses.
    stored = {row.slug: row for row in Article.objects.select_for_update().order_by("id")}
    created = updated = 0
    for position, row in enumerate(rows):
        article = stored.get(row.slug, Article(slug=row.slug))
        is_changed = _copy(row, article, position)
        if row.slug not in stored:
            created += 1
        elif is_changed:
            updated += 1
        if is_changed:
            article.save()
    gone = Article.objects.filter(is_active=True).exclude(slug__in=[row.slug for row in rows])
    return LoadReport(
        created=created,
        updated=updated,
        unchanged=len(rows) - created - updated,
        deactivated=gone.update(is_active=False),
    )


@transaction.atomic
def article_vote(*, slug: str, is_useful: bool, actor: Actor) -> None:
    """Count one reader's opinion. Raises ``ArticleNotFound``."""
    counter = "useful_yes" if is_useful else "useful_no"
    voted = Article.objects.filter(slug=slug, is_active=True).update(**{counter: F(counter) + 1})
    if not voted:
        raise ArticleNotFound(slug)


@transaction.atomic
def missed_search_record(*, text: str, language: str, actor: Actor) -> None:
    """Count a search that found nothing, as bare words.

    What looks like an address or a number of a person is not kept, nor are new words beyond
    5,000: nobody reads so long a list, and a robot could write it.
    """
    words = search_phrase(text)[:MISSED_LENGTH].strip()
    if not words or _PERSONAL.search(text):
        return
    seen = MissedSearch.objects.filter(text=words, language=language)
    if seen.update(count=F("count") + 1, last_seen=clock.now()):
        return
    if MissedSearch.objects.count() < MOST_MISSED:
        missed = MissedSearch(text=words, language=language, last_seen=clock.now())
        MissedSearch.objects.bulk_create([missed], ignore_conflicts=True)


def _copy(row: ArticleRow, article: Article, position: int) -> bool:
    """Write the row onto the article; whether anything differed."""
    asked = f"{row.questions.ar} {row.questions.fr} {row.questions.en} {row.keywords}"
    answered = f"{row.answers.ar} {row.answers.fr} {row.answers.en}"
    values = {
        "topic": row.topic,
        "reviewed_on": row.reviewed_on,
        "keywords": row.keywords,
        "position": position,
        "is_active": True,
        "question_key": search_phrase(asked),
        "question_sound": sound_key(asked),
        "answer_key": f" {' '.join(sorted(set(search_words(answered))))} ",
        **_columns("question", row.questions),
        **_columns("answer", row.answers),
        **_columns("legal_source", row.legal_sources),
    }
    changed = [name for name, value in values.items() if getattr(article, name) != value]
    for name in changed:
        setattr(article, name, values[name])
    return bool(changed)


def _columns(name: str, wording: Wording) -> dict[str, str]:
    return {f"{name}_ar": wording.ar, f"{name}_fr": wording.fr, f"{name}_en": wording.en}


def _rows() -> list[ArticleRow]:
    path = resources.files("public_portal.answers") / "data" / "articles.toml"
    entries: list[_Entry] = tomllib.loads(path.read_text(encoding="utf-8"))["article"]
    rows = [_row(entry) for entry in entries]
    slugs = [row.slug for row in rows]
    twice = next((slug for slug in slugs if slugs.count(slug) > 1), None)
    if twice:
        raise AnswersDataInvalid(f"{twice}: twice in the file")
    return rows


def _row(entry: _Entry) -> ArticleRow:
    if entry["topic"] not in Topic.values:
        raise AnswersDataInvalid(f"{entry['slug']}: unknown topic")
    return ArticleRow(
        slug=entry["slug"],
        topic=entry["topic"],
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
