"""Data on similar cases, and on what past cases suggest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from shared.complaints.enums import Outcome, Status

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """A case of the same agency as a list shows it; ``outcome`` where one was decided.

    ``may_be_merged``: it is open, and not merged into another one already.
    """

    reference: str
    subject: str
    received_at: datetime
    status: Status
    outcome: Outcome | None
    may_be_merged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarCase(PastCase):
    """A case that is like another one, with the reasons: category, place, common words."""

    is_same_category: bool
    is_same_place: bool
    common_words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWords:
    """A published question that may answer a case, with the words by which it is known."""

    slug: str
    question: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(Generic[T]):
    """A value that ``count`` of the ``of`` cases most like this one have."""

    value: T
    count: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSuggestions:
    """Suggestions from past cases of the agency; ``None`` where the evidence is too small.

    ``category``: its code. ``unit``: its number.
    """

    category: Suggestion[str] | None = None
    unit: Suggestion[int] | None = None
    articles: tuple[Suggestion[ArticleWords], ...] = ()
