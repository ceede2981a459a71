"""Frozen data objects of the knowledge base, with texts in the requested language."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.figures.intervals import Rate
from shared.kernel.text import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """One question in a list of articles."""

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
    """One question with its answer, split into blocks for a page."""

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
    """A body of the directory that has questions of its own, with their number."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVote:
    """A session's present vote on an article."""

    is_given: bool = False
    is_useful: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """The editable fields of an article."""

    topic: str
    organisation: str
    reviewed_on: date
    questions: Wording
    answers: Wording
    legal_sources: Wording
    keywords: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """One article of the data files."""

    slug: str
    text: ArticleText


# --- for national oversight ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """Common fields of oversight's views of an article; ``useful`` is a share of the votes."""

    slug: str
    is_overdue: bool
    is_active: bool
    is_edited: bool
    useful: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine(ArticleState):
    """One row of oversight's list of articles."""

    question: str
    topic_label: str
    organisation_name: str
    reviewed_on: date
    remarks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDetail(ArticleState):
    """One article in oversight's editor."""

    text: ArticleText
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A reader's remark on what an article lacks."""

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
    """One missed search, with the article that oversight linked to its words."""

    number: int
    text: str
    language: str
    count: int
    last_seen: datetime
    is_settled: bool
    article_slug: str
    article_question: str
