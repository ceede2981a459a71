"""Selectors of similar cases and of suggestions for the page of a case."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agency_console.case_suggestions.types import (
    CaseHints,
    PersonCase,
    SuggestedValue,
)
from shared.accounts.models import User
from shared.catalogue.selectors import category_names_shown
from shared.complaints.selectors import case_suggestions, earlier_cases, similar_cases
from shared.complaints.types.similar_cases import ArticleWords, PastCase, Suggestion
from shared.knowledge_base.selectors.reader import article_suggest
from shared.ui.links import page_language
from shared.units.selectors import unit_scope, units
from tenants.case_access.services.same_person import person_links
from tenants.models import Agency

if TYPE_CHECKING:
    # Complaint models are private to their package, so only the type is imported here.
    from shared.complaints.models import Complaint


def person_cases(
    case: "Complaint", found: Sequence[PastCase], *, agency: Agency
) -> list[PersonCase]:
    """Return each found case with the evidence, if any, that it is of the same person.

    Three queries, and none without found cases.
    """
    references = [one.reference for one in found]
    links = person_links(agency=agency, reference=case.reference, others=references)
    return [PersonCase(past=one, link=links[one.reference]) for one in found]


def case_hints(case: "Complaint", *, officer: User, agency: Agency) -> CaseHints:
    """Return what past cases of the agency suggest for a case; at most twelve queries.

    No suggestion is applied unless the officer applies the suggestion.
    """
    scope = unit_scope(user=officer)
    suggested = case_suggestions(case, articles=_articles_for(case))
    earlier = earlier_cases(case, scope=scope, user_id=officer.pk)
    people = person_cases(case, earlier, agency=agency)
    return CaseHints(
        similar=tuple(similar_cases(case, scope=scope, user_id=officer.pk)),
        earlier=tuple(one for one in people if one.link.may_merge),
        unproved=tuple(one for one in people if not one.link.may_merge),
        category=_category(suggested.category),
        unit=_unit(suggested.unit),
        articles=suggested.articles,
    )


def _articles_for(case: "Complaint") -> list[ArticleWords]:
    """Return the articles suggested for the subject of a request, in the request's language."""
    found = article_suggest(
        text=case.subject, language=case.language, organisation=case.organisation_code
    )
    return [
        ArticleWords(slug=one.slug, question=one.question, words=f"{one.question} {one.opening}")
        for one in found
    ]


def _category(suggested: Suggestion[str] | None) -> SuggestedValue | None:
    """Return the suggested category, or ``None`` if the category is no longer in use."""
    names = category_names_shown()
    if suggested is None or suggested.value not in names:
        return None
    name = names[suggested.value].text(page_language())
    return SuggestedValue(value=suggested.value, name=name, count=suggested.count, of=suggested.of)


def _unit(suggested: Suggestion[int] | None) -> SuggestedValue | None:
    """Return the suggested unit, or ``None`` if the unit is no longer in use."""
    if suggested is None:
        return None
    for unit in units():
        if unit.id == suggested.value and unit.is_active:
            return SuggestedValue(
                value=str(unit.id),
                name=unit.names.text(page_language()),
                count=suggested.count,
                of=suggested.of,
            )
    return None
