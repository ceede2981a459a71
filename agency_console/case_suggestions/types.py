"""What the page of a case shows beside it, from the agency's own past cases."""

from dataclasses import dataclass

from shared.complaints.types.similar_cases import PastCase, SimilarCase


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedValue:
    """A category or a unit that past cases suggest: its value in a form, and its name.

    ``count`` of the ``of`` cases most like this one have it.
    """

    value: str
    name: str
    count: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedArticle:
    """A published question that may answer the case; ``count`` of ``of`` similar cases ask it."""

    slug: str
    question: str
    count: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHints:
    """Similar cases, the citizen's earlier cases, and what past cases suggest.

    The first two are empty unless the citizen gave the agency their name.
    """

    similar: tuple[SimilarCase, ...] = ()
    earlier: tuple[PastCase, ...] = ()
    category: SuggestedValue | None = None
    unit: SuggestedValue | None = None
    articles: tuple[SuggestedArticle, ...] = ()

    @property
    def has_suggestions(self) -> bool:
        """Whether past cases suggest something."""
        return bool(self.category or self.unit or self.articles)
