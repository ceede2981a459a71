"""Putting a text onto an article, with the keys under which search finds it."""

from collections.abc import Iterable

from shared.kernel.text import Wording, search_phrase, search_words, sound_key
from shared.knowledge_base.models import Article
from shared.knowledge_base.types import ArticleText


def article_write(*, article: Article, text: ArticleText, learned: Iterable[str]) -> bool:
    """Put the text onto the unsaved article; whether anything differed.

    ``learned`` are readers' own words that oversight has led to this article.
    """
    answered = f"{text.answers.ar} {text.answers.fr} {text.answers.en}"
    values = {
        "topic": text.topic,
        "organisation": text.organisation,
        "reviewed_on": text.reviewed_on,
        "keywords": text.keywords,
        "answer_key": f" {' '.join(sorted(set(search_words(answered))))} ",
        **_question_keys(text.questions, text.keywords, learned),
        **_columns("question", text.questions),
        **_columns("answer", text.answers),
        **_columns("legal_source", text.legal_sources),
    }
    changed = [name for name, value in values.items() if getattr(article, name) != value]
    for name in changed:
        setattr(article, name, values[name])
    return bool(changed)


def article_learn(*, article: Article) -> None:
    """Bring the keys to the words that are led to the article now, and save them."""
    keys = _question_keys(article.questions, article.keywords, learned_words(article))
    article.question_key, article.question_sound = keys["question_key"], keys["question_sound"]
    article.save(update_fields=list(keys))


def learned_words(article: Article) -> list[str]:
    """Readers' own words that oversight has led to this article, in a lasting order."""
    return list(article.searches.order_by("id").values_list("text", flat=True))


def _question_keys(questions: Wording, keywords: str, learned: Iterable[str]) -> dict[str, str]:
    asked = " ".join([questions.ar, questions.fr, questions.en, keywords, *learned])
    return {"question_key": search_phrase(asked), "question_sound": sound_key(asked)}


def _columns(name: str, wording: Wording) -> dict[str, str]:
    return {f"{name}_ar": wording.ar, f"{name}_fr": wording.fr, f"{name}_en": wording.en}
