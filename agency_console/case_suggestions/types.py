"""Frozen data of similar cases and suggestions, from the agency's own past cases."""

from dataclasses import dataclass

from shared.complaints.types.similar_cases import ArticleWords, PastCase, SimilarCase, Suggestion
from tenants.case_access.types import PersonLink


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedValue:
    """A category or a unit that ``count`` of ``of`` past cases suggest."""

    value: str
    name: str
    count: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCase:
    """A case with the same e-mail address or telephone; ``link``: evidence of the same person."""

    past: PastCase
    link: PersonLink


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHints:
    """Similar cases, the citizen's earlier cases, and what past cases suggest.

    ``unproved``: cases with the same e-mail address or telephone that are not proved to be of the
    same citizen. ``similar``, ``earlier`` and ``unproved`` are empty unless the citizen gave the
    agency their name.
    """

    similar: tuple[SimilarCase, ...] = ()
    earlier: tuple[PersonCase, ...] = ()
    unproved: tuple[PersonCase, ...] = ()
    category: SuggestedValue | None = None
    unit: SuggestedValue | None = None
    articles: tuple[Suggestion[ArticleWords], ...] = ()

    @property
    def has_suggestions(self) -> bool:
        """Return whether past cases suggest a category, a unit or an article."""
        return bool(self.category or self.unit or self.articles)
