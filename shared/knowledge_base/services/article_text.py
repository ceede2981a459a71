"""Text and search keys of an article."""

from collections.abc import Iterable

from shared.kernel.text import Wording, search_phrase, search_words, sound_key
from shared.knowledge_base.errors import ArticleNotFound
from shared.knowledge_base.models import Article
from shared.knowledge_base.types import ArticleText
from shared.reference_data.files import assign_changed
from shared.reference_data.wordings import wording_columns
from shared.rows.selectors import first_or_refuse


def article_write(*, article: Article, text: ArticleText, learned: Iterable[str]) -> bool:
    """Set an article's text and search keys without saving; return whether a field changed.

    ``learned`` are the search words that oversight linked to the article.
    """
    answered = f"{text.answers.ar} {text.answers.fr} {text.answers.en}"
    return assign_changed(
        article,
        {
            "topic": text.topic,
            "organisation": text.organisation,
            "reviewed_on": text.reviewed_on,
            "keywords": text.keywords,
            "answer_key": f" {' '.join(sorted(set(search_words(answered))))} ",
            **_question_keys(text.questions, text.keywords, learned),
            **wording_columns("question", text.questions),
            **wording_columns("answer", text.answers),
            **wording_columns("legal_source", text.legal_sources),
        },
    )


def article_lock(*, slug: str, **conditions: bool) -> Article:
    """Return an article with its row locked (``SELECT FOR UPDATE``). Raises ``ArticleNotFound``."""
    rows = Article.objects.select_for_update().filter(slug=slug, **conditions)
    return first_or_refuse(rows, ArticleNotFound(slug))


def article_learn(*, article: Article) -> None:
    """Update an article's search keys with the search words that oversight linked to it."""
    keys = _question_keys(article.questions, article.keywords, learned_words(article))
    assign_changed(article, keys)
    article.save(update_fields=list(keys))


def learned_words(article: Article) -> list[str]:
    """Return the search words that oversight linked to an article."""
    return list(article.searches.order_by("id").values_list("text", flat=True))


def _question_keys(questions: Wording, keywords: str, learned: Iterable[str]) -> dict[str, str]:
    asked = " ".join([questions.ar, questions.fr, questions.en, keywords, *learned])
    return {"question_key": search_phrase(asked), "question_sound": sound_key(asked)}
