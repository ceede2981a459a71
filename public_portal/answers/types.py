"""What the questions and answers hand out: frozen, in the language asked for."""

from dataclasses import dataclass
from datetime import date

from shared.kernel.text import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """One question, as a list shows it."""

    slug: str
    question: str
    opening: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicGroup:
    """The questions of one topic, in their order."""

    topic: str
    label: str
    articles: tuple[ArticleLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of an answer: a paragraph of one line, or the lines of a list."""

    is_list: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """One question with its answer, taken apart for a page."""

    slug: str
    question: str
    topic_label: str
    blocks: tuple[Block, ...]
    legal_source: str
    reviewed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """One article as the file gives it."""

    slug: str
    topic: str
    reviewed_on: date
    questions: Wording
    answers: Wording
    legal_sources: Wording
    keywords: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load of the answers changed, in articles."""

    created: int
    updated: int
    unchanged: int
    deactivated: int

    def __str__(self) -> str:
        return (
            f"{self.created} created, {self.updated} updated, "
            f"{self.unchanged} unchanged, {self.deactivated} deactivated"
        )
