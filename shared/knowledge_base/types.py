"""Frozen data objects of the knowledge base, with texts in the requested language."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.figures.intervals import Rate
from shared.kernel.text import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """A question with the address of its article, for a list."""

    slug: str
    question: str
    opening: str
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicGroup:
    """A topic with its questions."""

    topic: str
    label: str
    articles: tuple[ArticleLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of an answer: a paragraph of one line, or the lines of a list."""

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
    """An organisation that has published questions, with the count of the questions."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVote:
    """The vote of the reader's session on an article."""

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
    """An article as the data files have it."""

    slug: str
    text: ArticleText


# --- for national oversight ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """The base class of an article in oversight's list and editor.

    ``useful`` is the share of the votes that say that the article was useful.
    """

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
    """A reader's remark about what is missing in an article."""

    text: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An article in one language, as the citizens' page will show it."""

    language: str
    question: str
    blocks: tuple[Block, ...]
    legal_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLine:
    """A missed search in oversight's list, with the linked article if there is one."""

    number: int
    text: str
    language: str
    count: int
    last_seen: datetime
    is_settled: bool
    article_slug: str
    article_question: str
