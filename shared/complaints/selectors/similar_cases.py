"""Cases that are like another one, earlier cases of its citizen, and what past cases suggest."""

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
# Two cases with fewer words in common, or less of what the words say, are not alike.
MIN_COMMON, MIN_SCORE = 3, 0.12
# What the same category and the same place add to that share.
SAME_CATEGORY, SAME_PLACE = 0.1, 0.1
# Suggested is what most of the nearest cases have: of twelve at most, five at least, three in five.
MAX_EVIDENCE, MIN_EVIDENCE, MIN_SHARE = 12, 5, 0.6
# So many words of a question a case must have, to be one that it would answer.
MIN_ARTICLE_WORDS = 2
T = TypeVar("T", str, int)


def similar_cases(case: Complaint, *, scope: UnitScope, user_id: int) -> list[SimilarCase]:
    """Named cases like a named one, the most alike first; three queries.

    Those that the officer may open. Whoever hides their name from the agency is not linked with
    anybody: their cases have none, and are none.
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
    """Other named cases with the same e-mail address or telephone number; one query or none.

    The latest first, those that the officer may open. That they are of one person is said by
    nobody yet: anybody can give anybody's address and number.
    """
    return _of_person(case, scope, user_id, which=Q())


def cases_to_merge(case: Complaint, *, scope: UnitScope, user_id: int) -> list[PastCase]:
    """Return those of them that are open and are not merged into another one; one query or none."""
    return _of_person(case, scope, user_id, which=Q(status__in=OPEN) & not_merged())


def _of_person(case: Complaint, scope: UnitScope, user_id: int, *, which: Q) -> list[PastCase]:
    party = case.party
    if case.privacy != Privacy.NAMED or not (party.email or party.phone):
        return []
    same = of_person(email=party.email, phone=party.phone)
    rows = _within(scope, user_id).filter(same, which, privacy=Privacy.NAMED).exclude(pk=case.pk)
    return [_past(row) for row in rows.order_by("-received_at", "-pk")[:MAX_EARLIER]]


def case_suggestions(case: Complaint, *, articles: Sequence[ArticleWords] = ()) -> CaseSuggestions:
    """Return what most of the past cases with the words of this request have, where it is another
    value.

    Of every case of the agency nothing but words of the request is compared, and nothing but
    numbers is said: it holds for every level of privacy. ``articles`` are those that may answer it.
    Three queries.
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
    """Return the value that most have, where they are enough."""
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
    """Return those whose words most of the nearest cases have."""
    for article in articles:
        words = distinctive_words(folded_words(article.words))
        count = sum(len(words & one.words) >= MIN_ARTICLE_WORDS for one in near)
        if _is_enough(count, len(near)):
            yield Suggestion(value=article, count=count, of=len(near))
