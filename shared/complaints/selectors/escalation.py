"""Selectors of this agency's escalation steps, and of the cases for which a step is due."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from shared.complaints.enums import ESCALATION_EVENTS, OPEN, Audience, EventKind
from shared.complaints.models import Complaint, EscalationRule
from shared.complaints.types.escalation import NATIONAL_CHAIN, Chain, ChainStep

# A lock of one case takes six milliseconds, so a longer transaction would make officers wait beyond
# the statement timeout. Cases that are left are escalated an hour later.
ESCALATED_AT_ONCE = 500


def escalation_chain() -> Chain:
    """Return this agency's escalation steps in order; by default the national steps; one query."""
    own = {EventKind(row.step): row for row in EscalationRule.objects.order_by("step")}
    return tuple(_step(own[step.kind]) if step.kind in own else step for step in NATIONAL_CHAIN)


def _step(row: EscalationRule) -> ChainStep:
    return ChainStep(
        kind=EventKind(row.step),
        days=row.days,
        is_active=row.is_active,
        audience=Audience(row.audience),
    )


def cases_to_escalate(*, chain: Chain, on: date, at_most: int = ESCALATED_AT_ONCE) -> list[str]:
    """Return references of the first ``at_most`` cases of ``numbers_to_escalate``.

    The index of open cases finds the cases; only the rows of these cases are read.
    """
    # Two queries are made, because in one query PostgreSQL would read the row of every open case.
    found = list(numbers_to_escalate(chain=chain, on=on)[:at_most])
    if not found:
        return []
    cases = Complaint.objects.filter(pk__in=found).order_by("due_on", "id")
    return list(cases.values_list("reference", flat=True))


def numbers_to_escalate(*, chain: Chain, on: date) -> QuerySet[Complaint, int]:
    """Return the ids of open cases for which an escalation step is due, earliest last day first."""
    which = reduce(or_, _conditions(chain, on), Q(pk__in=[]))
    rows = Complaint.objects.filter(which, status__in=OPEN).order_by("due_on", "id")
    return rows.values_list("pk", flat=True)


def _conditions(chain: Chain, on: date) -> Iterator[Q]:
    """Yield the conditions for cases with a due step, one condition for each count of recorded
    steps.
    """
    for done in range(len(ESCALATION_EVENTS)):
        following = [step for step in chain if step.is_active and step.number > done]
        if following:
            yield Q(escalated=done, due_on__lte=on - timedelta(days=following[0].days))
