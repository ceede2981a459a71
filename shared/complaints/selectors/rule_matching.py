"""Search for the routing rule that applies to a request."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from shared.complaints.models import Complaint
from shared.complaints.models.full_text_search import folded_words, phrase_places, word_stem
from shared.complaints.types import ComplaintDraft
from shared.complaints.types.case_routing import RequestFacts
from shared.routing.enums import Occasion
from shared.routing.types import Routed, RoutingTable, RuleDraft, RuleInfo, unit_routed
from shared.units.selectors import unit_of_request

logger = logging.getLogger(__name__)


def facts_of(request: ComplaintDraft | Complaint, *, occasion: Occasion) -> RequestFacts:
    """Return the facts of a draft or a case that routing rules test."""
    return RequestFacts(
        occasion=occasion,
        kind=request.kind,
        category_code=request.category_code,
        organisation_code=request.organisation_code,
        language=request.language,
        channel=request.channel,
        place=request.place,
        subject=request.subject,
        body=request.body,
    )


def route_find(table: RoutingTable, facts: RequestFacts) -> Routed:
    """Return where a request goes: by the first rule that applies, else by unit. No query.

    No error is raised: an error in the rules is logged, and the request is routed as without rules.
    """
    try:
        rule = next(rules_fitting(table.rules, facts), None)
    except Exception as fault:  # after any error the request must still be filed
        # The error's message is not logged, because it may contain the citizen's text.
        logger.error("the routing rules have failed: %s", type(fault).__name__)
        rule = None
    if rule is not None:
        return unit_routed(rule, table.units)
    return Routed(
        unit_id=unit_of_request(
            table.units,
            category_code=facts.category_code,
            organisation_code=facts.organisation_code,
            place=facts.place,
        )
    )


def rules_fitting(rules: Iterable[RuleInfo], facts: RequestFacts) -> Iterator[RuleInfo]:
    """Yield the rules that apply to a request, in the order of ``rules``."""
    place, story = _Text(facts.place), _Text(facts.subject, facts.body)
    return (rule for rule in rules if _fits(rule.draft, facts, place, story))


def case_of_event(*, event_id: UUID) -> Complaint | None:
    """Return the case of an event, without long texts; ``None`` if no case is found. One query."""
    rows = Complaint.objects.filter(events=event_id)
    return rows.defer("body", "remedy", "search", "more_words").first()


class _Text:
    """A text of a request; its words are folded when a rule first searches for a word."""

    def __init__(self, *parts: str) -> None:
        self._parts = parts
        self._words: list[str] | None = None
        self._stems: set[str] = set()

    def has_any(self, phrases: Iterable[str]) -> bool:
        """Return whether the text has a word or phrase of ``phrases``."""
        if self._words is None:
            # An empty word between the parts prevents a match of a phrase across two parts.
            self._words = [word for part in self._parts for word in (*folded_words(part), "")]
            self._stems = set(map(word_stem, self._words))
        return any(self._has(folded_words(phrase), self._words) for phrase in phrases)

    def _has(self, phrase: Sequence[str], words: Sequence[str]) -> bool:
        # Most phrases are not in the text, so the test of the stems comes before the comparison of
        # words.
        if not phrase or not self._stems.issuperset(map(word_stem, phrase)):
            return False
        return len(phrase) == 1 or bool(phrase_places(phrase, words))


def _fits(draft: RuleDraft, facts: RequestFacts, place: _Text, story: _Text) -> bool:
    listed = (
        (draft.kinds, facts.kind),
        (draft.category_codes, facts.category_code),
        (draft.organisation_codes, facts.organisation_code),
        (draft.languages, facts.language),
        (draft.channels, facts.channel),
    )
    return (
        facts.occasion in draft.occasions
        and all(not values or value in values for values, value in listed)
        and (not draft.places or place.has_any(draft.places))
        and (not draft.words or story.has_any(draft.words))
    )
