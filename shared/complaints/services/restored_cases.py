"""Updates of a restored agency's cases with the transfers that followed the export."""

from collections.abc import Sequence

from django.db import transaction

from shared.complaints.enums import INTERNAL_EVENTS, EventKind, Status
from shared.complaints.errors import StaleCase
from shared.complaints.models import ComplaintEvent
from shared.complaints.services.history import case_lock, event_record
from shared.complaints.services.merge import merges_cut
from shared.complaints.services.transfer import case_erase
from shared.complaints.types.custody import Departure, HeldEvent, Holding
from shared.kernel.actors import Actor, ActorKind
from shared.kernel.identifiers import uuid7
from shared.mail.services import mails_leave

# An event of this agency after the export, and the chain of holders at that moment.
Later = tuple[HeldEvent, tuple[Holding, ...]]


@transaction.atomic
def cases_depart(*, departures: Sequence[Departure], agency_code: str, actor: Actor) -> None:
    """Replace cases by stubs if this agency transferred the cases after the export.

    This agency's events after the export are read from the chain of the agency that accepted the
    case, so the days and figures of this agency stay the same. ``agency_code``: this agency's code
    at that time. Raises ``StaleCase`` if the chain has another history than the export.
    """
    later = {one.reference: _later(one, agency_code) for one in departures}
    merges_cut(references=later.keys(), actor=actor)
    for one in departures:
        _leave(one, later[one.reference])


def _later(departure: Departure, agency_code: str) -> list[Later]:
    known = list(
        ComplaintEvent.objects.filter(complaint__reference=departure.reference)
        .exclude(kind__in=INTERNAL_EVENTS)
        .order_by("position")
    )
    if not departure.chain:
        return [(_handed_over(departure), ())]
    story: list[Later] = [
        (event, departure.chain[:index])
        for index, holding in enumerate(departure.chain)
        if holding.agency_code == agency_code
        for event in holding.events
    ]
    told = [(event.kind, event.at) for event, _chain in story[: len(known)]]
    later = story[len(known) :]
    if told != [(one.kind, one.at) for one in known] or not later:
        raise StaleCase(departure.reference)
    return later


def _handed_over(departure: Departure) -> HeldEvent:
    return HeldEvent(
        kind=EventKind.TRANSFERRED,
        status=Status.TRANSFERRED,
        outcome="",
        resolved=None,
        handling=None,
        same_officer=False,
        actor_kind=ActorKind.SYSTEM,
        at=departure.at,
    )


def _leave(departure: Departure, later: list[Later]) -> None:
    complaint = case_lock(reference=departure.reference)
    rows = []
    for held, chain in later[:-1]:
        complaint.version += 1
        is_taken_over = held.kind == EventKind.TRANSFER_ACCEPTED
        rows.append(
            ComplaintEvent(
                id=uuid7(),
                complaint=complaint,
                position=complaint.version,
                kind=held.kind,
                status=held.status,
                outcome=held.outcome,
                resolved=held.resolved,
                handling=held.handling,
                same_officer=held.same_officer,
                until=held.until,
                actor_kind=held.actor_kind,
                actor_label="",
                at=held.at,
                chain=[one.to_json() for one in chain] if is_taken_over else None,
            )
        )
    ComplaintEvent.objects.bulk_create(rows)
    last, _chain = later[-1]
    complaint.status = Status.TRANSFERRED
    complaint.offered_to, complaint.handed_to = "", departure.to_code
    complaint.assignee = complaint.stands_in_for = complaint.awaiting_until = None
    event_record(
        complaint,
        EventKind.TRANSFERRED,
        Actor(kind=ActorKind(last.actor_kind), label="", user_id=None),
        at=last.at,
        is_told=False,
    )
    mails_leave(reference=departure.reference)
    case_erase(complaint)
