"""Dry run of routing rules with past cases; it writes nothing.

The dry run uses the present rules, units and officers: it shows what would happen if the past cases
came again.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import DECISION_MESSAGES, EventKind, Status
from shared.complaints.models import Complaint, ComplaintEvent, Message
from shared.complaints.selectors.holders import open_cases_by
from shared.complaints.selectors.rule_matching import facts_of, rules_fitting
from shared.complaints.types.case_routing import DryRun, RoutedCase, RuleTally, UnitMove
from shared.kernel.groups import grouped
from shared.routing.enums import Occasion, Target
from shared.routing.types import (
    Routed,
    RoutingTable,
    RuleDraft,
    RuleInfo,
    officers_in_order,
    unit_routed,
)
from shared.units.selectors import (
    officers_able_to_answer,
    unit_members,
    unit_of_request,
    unit_scopes,
)
from shared.units.types import UnitScope

MAX_CASES = 5_000
MAX_EXAMPLES = 5
BATCH = 1_000
_FACTS = (
    "kind", "category_code", "organisation_code", "language", "channel", "place", "unit_id",
    "reference", "reopened",
)  # fmt: skip


def dry_run(*, table: RoutingTable, since: datetime, until: datetime) -> DryRun:
    """Return what the rules of ``table`` would do with the cases received between two moments.

    Only the latest ``MAX_CASES`` cases are examined, in batches of ``BATCH`` cases with a fixed
    number of queries.
    """
    rows = Complaint.objects.filter(received_at__gte=since, received_at__lt=until)
    # The stub of a transferred case has no text and no place that a rule could test.
    rows = rows.exclude(status=Status.TRANSFERRED)
    latest = list(rows.order_by("-received_at", "-pk").values_list("pk", flat=True)[:MAX_CASES])
    count = len(latest) if len(latest) < MAX_CASES else rows.count()
    routed = list(cases_routed(table=table, case_ids=latest[::-1]))
    return _summary(table.rules, routed, cases=count, examined=len(latest))


def cases_routed(*, table: RoutingTable, case_ids: Sequence[int]) -> Iterator[RoutedCase]:
    """Yield the unit and officer that the rules would give to each of these cases, in this order.

    A re-opened case is yielded twice: as it was filed or transferred, and as it was re-opened.
    """
    officers = _Officers.now(table.rules)
    has_words = any(rule.draft.words for rule in table.rules)
    columns = (*_FACTS, "subject", "body") if has_words else _FACTS
    for start in range(0, len(case_ids), BATCH):
        batch = case_ids[start : start + BATCH]
        found = {row.pk: row for row in Complaint.objects.filter(pk__in=batch).only(*columns)}
        came_over, deciders = _transferred(batch), _deciders(batch)
        for row in (found[number] for number in batch if number in found):
            first = Occasion.TRANSFERRED if row.pk in came_over else Occasion.FILED
            for occasion in (first, Occasion.REOPENED) if row.reopened else (first,):
                barred = deciders.get(row.pk, frozenset())
                earlier = barred if occasion == Occasion.REOPENED else frozenset()
                yield _routed(row, occasion, table, officers, earlier, has_words=has_words)


def _routed(
    row: Complaint,
    occasion: Occasion,
    table: RoutingTable,
    officers: "_Officers",
    earlier: Collection[int],
    *,
    has_words: bool,
) -> RoutedCase:
    if not has_words:
        row.subject = row.body = ""
    facts = facts_of(row, occasion=occasion)
    fitting = tuple(rules_fitting(table.rules, facts))
    if fitting:
        routed = unit_routed(fitting[0], table.units)
    elif occasion == Occasion.REOPENED:
        routed = Routed(unit_id=row.unit_id)
    else:
        unit_id = unit_of_request(
            table.units,
            category_code=facts.category_code,
            organisation_code=facts.organisation_code,
            place=facts.place,
        )
        routed = Routed(unit_id=unit_id)
    return RoutedCase(
        reference=row.reference,
        occasion=occasion,
        here_id=row.unit_id,
        unit_id=routed.unit_id,
        rule_id=routed.rule.id if routed.rule else None,
        officer_id=officers.given(routed, earlier),
        fitting=tuple(rule.id for rule in fitting),
    )


@dataclass(slots=True, kw_only=True)
class _Officers:
    """The officers who can get a case now, with open-case counts that the dry run increases."""

    able: Mapping[int, User]
    members: Mapping[int, Collection[int]]
    scopes: Mapping[int, UnitScope]
    open_cases: dict[int, int]
    last: dict[UUID, int | None] = field(default_factory=dict)

    @classmethod
    def now(cls, rules: Sequence[RuleInfo]) -> "_Officers":
        """Return the officers who can get a case at present; five queries."""
        able = {one.pk: one for one in officers_able_to_answer()}
        return cls(
            able=able,
            members=unit_members(),
            scopes=unit_scopes(users=able.values()),
            open_cases=open_cases_by("assignee"),
            last={rule.id: rule.last_officer_id for rule in rules},
        )

    def given(self, routed: Routed, earlier: Collection[int]) -> int | None:
        """Return the officer who gets a case by the rule; adds 1 to the officer's count."""
        if routed.rule is None or not routed.has_officer:
            return None
        rule = routed.rule
        ordered = officers_in_order(
            rule.draft.target,
            [one for one in self._possible(rule.draft) if one not in earlier],
            last=self.last[rule.id],
            open_cases=self.open_cases,
        )
        if not ordered:
            return None
        chosen = ordered[0]
        self.open_cases[chosen] = self.open_cases.get(chosen, 0) + 1
        if rule.draft.target == Target.IN_TURN:
            self.last[rule.id] = chosen
        return chosen

    def _possible(self, draft: RuleDraft) -> list[int]:
        if draft.target == Target.OFFICER:
            is_able = draft.officer_id in self.able
            holds = is_able and self.scopes[draft.officer_id or 0].holds(draft.unit_id)
            return [draft.officer_id] if holds and draft.officer_id else []
        if draft.unit_id is None:
            return [
                pk
                for pk, one in self.able.items()
                if pk not in self.members and one.role != Role.ADMINISTRATOR
            ]
        return [pk for pk in self.able if draft.unit_id in self.members.get(pk, ())]


def _transferred(case_ids: Sequence[int]) -> set[int]:
    rows = ComplaintEvent.objects.filter(
        complaint__in=case_ids, kind=EventKind.TRANSFER_ACCEPTED
    ).order_by()
    return set(rows.values_list("complaint_id", flat=True))


def _deciders(case_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    rows = Message.objects.filter(
        complaint__in=case_ids, complaint__reopened__gt=0, kind__in=DECISION_MESSAGES
    ).order_by()
    found: dict[int, set[int]] = {}
    for case_id, officer_id in rows.values_list("complaint_id", "officer_id"):
        if officer_id is not None:
            found.setdefault(case_id, set()).add(officer_id)
    return {case_id: frozenset(people) for case_id, people in found.items()}


def _summary(
    rules: Sequence[RuleInfo], routed: Sequence[RoutedCase], *, cases: int, examined: int
) -> DryRun:
    matched = [one for one in routed if one.rule_id is not None]
    unmatched = [one for one in routed if one.rule_id is None]
    moved = [one for one in matched if one.unit_id != one.here_id]
    given = Counter(one.officer_id for one in matched if one.officer_id is not None)
    return DryRun(
        cases=cases,
        examined=examined,
        occasions=len(routed),
        rules={rule.id: _tally(rule.id, matched) for rule in rules},
        moves=_moves(moved),
        unmoved=len(matched) - len(moved),
        unmatched=len(unmatched),
        unmatched_examples=_examples(unmatched),
        officers=dict(given.most_common()),
        unassigned=sum(one.officer_id is None for one in matched),
    )


def _tally(rule_id: UUID, matched: Sequence[RoutedCase]) -> RuleTally:
    fitting = [one for one in matched if rule_id in one.fitting]
    applied = [one for one in fitting if one.rule_id == rule_id]
    others = Counter(one.rule_id for one in fitting if one.rule_id != rule_id)
    return RuleTally(
        applied=len(applied),
        fitting=len(fitting),
        examples=_examples(applied),
        hidden_by=others.most_common(1)[0][0] if others and not applied else None,
    )


def _moves(moved: Sequence[RoutedCase]) -> tuple[UnitMove, ...]:
    found = grouped(((one.here_id, one.unit_id), one) for one in moved)
    moves = [
        UnitMove(from_id=here, to_id=there, cases=len(those), examples=_examples(those))
        for (here, there), those in found.items()
    ]
    return tuple(sorted(moves, key=lambda one: -one.cases))


def _examples(routed: Sequence[RoutedCase]) -> tuple[str, ...]:
    # Officers remember the latest cases best, so the examples are the latest cases.
    return tuple(dict.fromkeys(one.reference for one in reversed(routed)))[:MAX_EXAMPLES]
