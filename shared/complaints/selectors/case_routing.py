"""Which routing rule applies to a request."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from shared.complaints.models import Complaint
from shared.complaints.models.full_text_search import folded_words, phrase_places
from shared.complaints.types import ComplaintDraft
from shared.complaints.types.case_routing import RequestFacts
from shared.routing.enums import Occasion
from shared.routing.types import Routed, RoutingTable, RuleDraft, RuleInfo, unit_routed
from shared.units.selectors import unit_of_request

logger = logging.getLogger(__name__)


def facts_of(request: ComplaintDraft | Complaint, *, occasion: Occasion) -> RequestFacts:
    """What rules may ask of a draft or of a case."""
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
    """Where a request goes: what the first rule says, or else the unit that handles it. No query.

    Raises nothing: an error in the rules is logged, and the request goes where it would without.
    """
    try:
        rule = next(rules_fitting(table.rules, facts), None)
    except Exception as fault:  # whatever it is, the request must be filed
        # Not its message, which may hold what the citizen wrote.
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
    """Those of the rules that apply to a request, in their order."""
    texts = _Texts(facts)
    return (rule for rule in rules if _fits(rule.draft, facts, texts))


def case_of_event(*, event_id: UUID) -> Complaint | None:
    """The case of an event, without its long texts; ``None`` where there is none. One query."""
    rows = Complaint.objects.filter(events=event_id)
    return rows.defer("body", "remedy", "search", "more_words").first()


class _Texts:
    """The folded words of a request, folded when the first rule asks for them."""

    def __init__(self, facts: RequestFacts) -> None:
        self._facts = facts
        self._place: list[str] | None = None
        self._story: list[str] | None = None

    def place(self) -> list[str]:
        if self._place is None:
            self._place = folded_words(self._facts.place)
        return self._place

    def story(self) -> list[str]:
        if self._story is None:
            # A word of its own between them, or a phrase could begin in one and end in the other.
            self._story = [
                *folded_words(self._facts.subject), "", *folded_words(self._facts.body)
            ]  # fmt: skip
        return self._story


def _fits(draft: RuleDraft, facts: RequestFacts, texts: _Texts) -> bool:
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
        and (not draft.places or _has_any(draft.places, texts.place()))
        and (not draft.words or _has_any(draft.words, texts.story()))
    )


def _has_any(phrases: Iterable[str], words: Sequence[str]) -> bool:
    folded = map(folded_words, phrases)
    return any(phrase and phrase_places(phrase, words) for phrase in folded)
