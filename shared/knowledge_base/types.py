"""What the questions and answers hand out: frozen, in the language asked for."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.figures.intervals import Rate
from shared.kernel.text import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """One question, as a list shows it."""

    slug: str
    question: str
    opening: str
    organisation: str = ""


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
    organisation: str
    organisation_name: str
    blocks: tuple[Block, ...]
    legal_source: str
    reviewed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationGroup:
    """A body of the directory that has questions of its own, and how many."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVote:
    """What this session has said of an answer so far."""

    is_given: bool = False
    is_useful: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """Everything of an article that somebody writes."""

    topic: str
    organisation: str
    reviewed_on: date
    questions: Wording
    answers: Wording
    legal_sources: Wording
    keywords: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """One article as the file gives it."""

    slug: str
    text: ArticleText


# --- for national oversight ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """What oversight sees of an article everywhere; ``useful`` is of those who voted."""

    slug: str
    is_overdue: bool
    is_active: bool
    is_edited: bool
    useful: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine(ArticleState):
    """One article as oversight's list shows it."""

    question: str
    topic_label: str
    organisation_name: str
    reviewed_on: date
    remarks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDetail(ArticleState):
    """One article as oversight edits it."""

    text: ArticleText
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a reader missed in an answer."""

    text: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An article as citizens would read it in one language."""

    language: str
    question: str
    blocks: tuple[Block, ...]
    legal_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLine:
    """Words that found nothing, with what became of them."""

    number: int
    text: str
    language: str
    count: int
    last_seen: datetime
    is_settled: bool
    article_slug: str
    article_question: str
