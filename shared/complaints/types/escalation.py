"""The steps of the escalation, with their days and recipients, and the steps due for a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from shared.complaints.enums import ESCALATION_EVENTS, Audience, EventKind

# From this step on a case counts as escalated, because the head of the unit was notified.
ESCALATED_FROM = ESCALATION_EVENTS.index(EventKind.ESCALATED_UNIT) + 1
REMINDERS = (EventKind.TERM_IN_15, EventKind.TERM_IN_5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStep:
    """An escalation step: its day after the last day of the legal term (-5: before), and its
    audience.

    ``audience`` sets the recipients until the last day; the recipients of escalations are fixed.
    """

    kind: EventKind
    days: int
    is_active: bool = True
    audience: Audience = Audience.OFFICER

    @property
    def number(self) -> int:
        """Return the position of the step in the escalation; the first position is 1."""
        return ESCALATION_EVENTS.index(self.kind) + 1


Chain = Sequence[ChainStep]

# The national steps, which apply unless an agency has changed the steps.
NATIONAL_CHAIN: Chain = (
    ChainStep(kind=EventKind.TERM_IN_15, days=-15),
    ChainStep(kind=EventKind.TERM_IN_5, days=-5),
    ChainStep(kind=EventKind.TERM_REACHED, days=0, audience=Audience.HEAD),
    ChainStep(kind=EventKind.ESCALATED_UNIT, days=1, audience=Audience.HEAD),
    ChainStep(kind=EventKind.ESCALATED_AGENCY, days=5, audience=Audience.HEAD),
    ChainStep(kind=EventKind.ESCALATED_OVERSIGHT, days=15, audience=Audience.HEAD),
)
# The first and the last day that an agency may choose for each step.
BOUNDS: Mapping[EventKind, tuple[int, int]] = MappingProxyType(
    {
        EventKind.TERM_IN_15: (-30, -1),
        EventKind.TERM_IN_5: (-30, -1),
        EventKind.TERM_REACHED: (0, 0),
        EventKind.ESCALATED_UNIT: (1, 5),
        EventKind.ESCALATED_AGENCY: (3, 10),
        # National oversight must be notified on the fifteenth day at the latest.
        EventKind.ESCALATED_OVERSIGHT: (3, 15),
    }
)


def steps_due(chain: Chain, *, done: int, due_on: date | None, on: date) -> list[ChainStep]:
    """Return the due steps of a case whose numbers are above ``done``, in the order of ``chain``.

    Reminders that were missed until the last day are left out, because one e-mail about the last
    step replaces the reminders.
    """
    if due_on is None:
        return []
    return [
        step
        for step in chain
        if step.is_active
        and step.number > done
        and due_on + timedelta(days=step.days) <= on
        and (step.kind not in REMINDERS or on < due_on)
    ]
