"""Data of similar cases, and of suggestions from past cases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from shared.complaints.enums import Outcome, Status

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """A case in a list of similar or earlier cases; ``outcome`` is ``None`` before a decision.

    ``may_be_merged``: the case is open and not merged into another case.
    """

    reference: str
    subject: str
    received_at: datetime
    status: Status
    outcome: Outcome | None
    may_be_merged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarCase(PastCase):
    """A case that is similar to another case, with the reasons: category, place, common words."""

    is_same_category: bool
    is_same_place: bool
    common_words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWords:
    """A published question that may answer a case, with the words by which cases are compared."""

    slug: str
    question: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(Generic[T]):
    """A value that ``count`` of the ``of`` nearest cases have."""

    value: T
    count: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSuggestions:
    """Suggestions from past cases of the agency; ``None`` if too few cases have the same value.

    ``category``: the code of a category. ``unit``: the id of a unit.
    """

    category: Suggestion[str] | None = None
    unit: Suggestion[int] | None = None
    articles: tuple[Suggestion[ArticleWords], ...] = ()
