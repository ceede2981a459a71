"""Cases of the register, told by their events."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count

from shared.kernel.identifiers import uuid7
from shared.register import services
from shared.register.models import RegisterOutbox
from shared.register.services import outbox_row, register_project
from shared.register.types import RegisterEvent
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
_numbers = count(1)

# What happens to a case -> the status after it.
STATUS = {
    "received": "received",
    "assigned": "in_progress",
    "question_asked": "awaiting_citizen",
    "answered": "answered",
    "inadmissible": "inadmissible",
    "rated": "answered",
    "reopened": "reopened",
    "withdrawn": "withdrawn",
    "transferred": "transferred",
    "closed": "closed",
    "review_asked": "inadmissible",
    # Sent back; and where the refusal stands, under a name of its own.
    "review_decided": "reopened",
    "review_upheld": "inadmissible",
    "promise_asked": "answered",
    "promise_told": "answered",
}
KINDS = {"review_upheld": "review_decided"}


def figures_forgotten() -> None:
    """Let this process read the published figures again, as another one would."""
    services._held.figures = None


def at(day: float) -> datetime:
    """Noon of the day ``day`` days after 1 January 2026."""
    return NOON + timedelta(days=day)


def story(
    *happened: tuple[str, float],
    reference: str = "",
    kind: str = "complaint",
    organisation_code: str = "lighting",
    resolved: bool | None = None,
    handling: int | None = None,
    promised: Sequence[date | None] = (),
    kept: Sequence[bool] = (),
) -> list[RegisterEvent]:
    """One case: (event, day) pairs in order; ``resolved`` and ``handling`` go with its rating.

    ``promised``: the day that each of its replies names; ``kept``: what is said, time by time.
    """
    number = reference or f"{next(_numbers):016d}"
    days, said = iter(promised), iter(kept)
    return [
        RegisterEvent(
            event_id=uuid7(),
            reference=number,
            position=position,
            organisation_code=organisation_code,
            kind=kind,
            category_code="lamps",
            language="fr",
            event=KINDS.get(event, event),
            status=STATUS[event],
            at=at(day),
            resolved=next(said, None)
            if event == "promise_told"
            else resolved
            if event == "rated"
            else None,
            handling=handling if event == "rated" else None,
            promised_on=next(days, None) if event == "answered" else None,
        )
        for position, (event, day) in enumerate(happened, start=1)
    ]


def announced(agency: Agency, events: Iterable[RegisterEvent]) -> None:
    """Announce from inside an agency."""
    with agency_context(agency):
        for event in events:
            outbox_row(event=event).save()


def registered(agency: Agency, *stories: list[RegisterEvent]) -> None:
    """Cases that the register has taken in."""
    with agency_context(agency):
        RegisterOutbox.objects.bulk_create(
            outbox_row(event=event) for one in stories for event in one
        )
    while register_project():
        pass
