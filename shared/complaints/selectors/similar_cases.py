"""Selectors of similar cases, of a citizen's earlier cases, and of suggestions from past cases."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TypeVar

from django.db.models import Q, QuerySet

from shared.complaints.enums import OPEN, Outcome, Privacy, Status
from shared.complaints.models import Complaint
from shared.complaints.models.full_text_search import distinctive_words, folded_words
from shared.complaints.selectors.holders import of_person, scope_condition
from shared.complaints.selectors.merged_cases import not_merged
from shared.complaints.selectors.nearest_cases import NearCase, nearest_cases
from shared.complaints.types.similar_cases import (
    ArticleWords,
    CaseSuggestions,
    PastCase,
    SimilarCase,
    Suggestion,
)
from shared.kernel.text import search_key
from shared.units.types import UnitScope

MAX_SIMILAR, MAX_EARLIER = 5, 10
# Two cases with fewer common words or a lower score are not similar.
MIN_COMMON, MIN_SCORE = 3, 0.12
# A common category adds this much to the score; a common place adds as much.
SAME_CATEGORY, SAME_PLACE = 0.1, 0.1
# Of at most twelve nearest cases, at least five and at least 60 % must have a value, or the value
# is not suggested.
MAX_EVIDENCE, MIN_EVIDENCE, MIN_SHARE = 12, 5, 0.6
# A case supports an article if it has at least this many of the article's words.
MIN_ARTICLE_WORDS = 2
T = TypeVar("T", str, int)


def similar_cases(case: Complaint, *, scope: UnitScope, user_id: int) -> list[SimilarCase]:
    """Return the named cases similar to a named case, highest score first; three queries.

    Only cases that the officer may open are returned. A citizen who hides the name must not be
    linked with anybody, so only named cases have or are similar cases.
    """
    if case.privacy != Privacy.NAMED:
        return []
    named = _within(scope, user_id).filter(privacy=Privacy.NAMED)
    ranked = sorted(
        (one for one in nearest_cases(case, among=named) if one.common >= MIN_COMMON),
        key=lambda one: -_likeness(case, one.case, one.score),
    )
    return [
        SimilarCase(
            **asdict(_past(one.case)),
            is_same_category=_is_same_category(case, one.case),
            is_same_place=_is_same_place(case, one.case),
            common_words=one.common,
        )
        for one in ranked[:MAX_SIMILAR]
        if _likeness(case, one.case, one.score) >= MIN_SCORE
    ]


def earlier_cases(case: Complaint, *, scope: UnitScope, user_id: int) -> list[PastCase]:
    """Return other named cases with a case's e-mail or telephone number; one query or none.

    Only cases that the officer may open are returned, latest first. Another person may have filed a
    case, because anybody can give any address and number.
    """
    return _of_person(case, scope, user_id, which=Q())


def cases_to_merge(case: Complaint, *, scope: UnitScope, user_id: int) -> list[PastCase]:
    """Return the cases of ``earlier_cases`` that are open and not merged; one query or none."""
    return _of_person(case, scope, user_id, which=Q(status__in=OPEN) & not_merged())


def _of_person(case: Complaint, scope: UnitScope, user_id: int, *, which: Q) -> list[PastCase]:
    party = case.party
    if case.privacy != Privacy.NAMED or not (party.email or party.phone):
        return []
    same = of_person(email=party.email, phone=party.phone)
    rows = _within(scope, user_id).filter(same, which, privacy=Privacy.NAMED).exclude(pk=case.pk)
    return [_past(row) for row in rows.order_by("-received_at", "-pk")[:MAX_EARLIER]]


def case_suggestions(case: Complaint, *, articles: Sequence[ArticleWords] = ()) -> CaseSuggestions:
    """Return the category, unit and articles that most of the nearest past cases have in common.

    All cases of the agency are compared, whatever their level of privacy, because only words of
    requests are compared and only counts are shown. A value that ``case`` already has is left out.
    ``articles``: articles that may answer the case. Three queries.
    """
    found = nearest_cases(case, among=Complaint.objects.all())
    near = [one for one in found if one.common >= MIN_COMMON and one.score >= MIN_SCORE]
    near = near[:MAX_EVIDENCE]
    category = _most([one.case.category_code for one in near], of=len(near))
    unit = _most([one.case.unit_id for one in near], of=len(near))
    return CaseSuggestions(
        category=category if category and category.value != case.category_code else None,
        unit=unit if unit and unit.value != case.unit_id else None,
        articles=tuple(_articles(case, articles, near)),
    )


def _within(scope: UnitScope, user_id: int) -> QuerySet[Complaint]:
    return Complaint.objects.filter(scope_condition(scope, user_id=user_id))


def _likeness(case: Complaint, other: Complaint, score: float) -> float:
    score += SAME_CATEGORY * _is_same_category(case, other)
    return score + SAME_PLACE * _is_same_place(case, other)


def _is_same_category(case: Complaint, other: Complaint) -> bool:
    return case.category_code != "" and case.category_code == other.category_code


def _is_same_place(case: Complaint, other: Complaint) -> bool:
    key = search_key(case.place)
    return key != "" and key == search_key(other.place)


def _past(row: Complaint) -> PastCase:
    return PastCase(
        reference=row.reference,
        subject=row.subject,
        received_at=row.received_at,
        status=Status(row.status),
        outcome=Outcome(row.outcome) if row.outcome else None,
        may_be_merged=row.is_open and not row.is_merged,
    )


def _most(values: Iterable[T | None], *, of: int) -> Suggestion[T] | None:
    """Return the most frequent value if enough cases have it, and ``None`` otherwise."""
    counted = Counter(value for value in values if value).most_common(1)
    if not counted:
        return None
    ((value, count),) = counted
    return Suggestion(value=value, count=count, of=of) if _is_enough(count, of) else None


def _is_enough(count: int, of: int) -> bool:
    return count >= MIN_EVIDENCE and count >= MIN_SHARE * of


def _articles(
    case: Complaint, articles: Sequence[ArticleWords], near: Sequence[NearCase]
) -> Iterable[Suggestion[ArticleWords]]:
    """Yield the articles that share enough words with enough of the nearest cases."""
    for article in articles:
        words = distinctive_words(folded_words(article.words))
        count = sum(len(words & one.words) >= MIN_ARTICLE_WORDS for one in near)
        if _is_enough(count, len(near)):
            yield Suggestion(value=article, count=count, of=len(near))
