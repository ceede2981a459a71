"""Selectors of one case's events, messages, notes, files and ratings, for its agency."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db.models import QuerySet

from shared.complaints.enums import MESSAGE_EVENTS, EventKind
from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message, Note, Rating
from shared.complaints.selectors.chain_reading import chain_read
from shared.complaints.types.custody import HeldEvent, Holding
from shared.rows.compiled_queries import compiled_query

ADDED_BY_EMAIL_PAUSE = timedelta(minutes=10)


def case_events(
    complaint: Complaint, *, following: ComplaintEvent | None = None
) -> list[ComplaintEvent]:
    """Return all events of a case, oldest first, also its events at earlier agencies.

    Pages show ``events_on_record`` instead. ``following``: the next event, which is not stored yet.
    """
    rows = events_stored(complaint)
    if following is not None:
        rows = [one for one in rows if one.position < following.position] + [following]
    return with_chain(rows)


def events_stored(complaint: Complaint) -> list[ComplaintEvent]:
    """Return the events of a case from the current agency's schema, oldest first."""
    return _events(complaint_id=complaint.pk)


def with_chain(rows: list[ComplaintEvent]) -> list[ComplaintEvent]:
    """Return an agency's events of a case after the events at earlier agencies, oldest first.

    The event by which the agency accepted the case contains the chain of earlier agencies. If the
    agency held the case twice, its earlier events are in the chain too.
    """
    last = next((index for index, one in reversed([*enumerate(rows)]) if one.chain), None)
    return rows if last is None else [*chain_events(chain_read(rows[last].chain)), *rows[last:]]


def chain_events(chain: Iterable[Holding]) -> list[ComplaintEvent]:
    """Return the events at earlier agencies that a chain of custody contains."""
    return [_held_event(holding.agency_code, one) for holding in chain for one in holding.events]


def _held_event(agency_code: str, held: HeldEvent) -> ComplaintEvent:
    # With position 0 every officer here has read the event. Without the empty texts the columns
    # would contain expressions.
    event = ComplaintEvent(
        position=0, actor_label="", assigned_to="", merged_with="", **asdict(held)
    )
    event.held_by = agency_code
    return event


def case_messages(complaint: Complaint, *, events: Iterable[ComplaintEvent]) -> list[Message]:
    """Return the messages of a case, oldest first; of their officers only the names are read.

    ``events``: the events of the case. No query is made if no event has a message.
    """
    return _messages(complaint_id=complaint.pk) if _holds_kind(events, MESSAGE_EVENTS) else []


def case_notes(complaint: Complaint, *, events: Collection[ComplaintEvent]) -> list[Note]:
    """Return the notes of a case, oldest first; of their officers only the names are read.

    No query is made if ``events`` has neither a note nor a chain. The chain is checked because
    notes that came from another agency have no event here.
    """
    if not (_holds_kind(events, [EventKind.NOTE_ADDED]) or any(one.chain for one in events)):
        return []
    return _notes(complaint_id=complaint.pk)


def case_attachments(complaint: Complaint) -> list[Attachment]:
    """Return the files of a case without files of drafts, oldest first."""
    return _attachments(complaint_id=complaint.pk)


def _holds_kind(events: Iterable[ComplaintEvent], kinds: Collection[EventKind]) -> bool:
    return any(event.kind in kinds for event in events)


def is_added_by_email_lately(complaint: Complaint, *, at: datetime) -> bool:
    """Return whether a text or file was added without the receipt code in the last ten minutes.

    Ten files that are sent at once must not cause ten e-mails.
    """
    added = {"is_by_email": True, "at__gt": at - ADDED_BY_EMAIL_PAUSE}
    has_message = complaint.messages.filter(**added).exists()
    return has_message or complaint.attachments.filter(**added).exists()


def case_ratings(complaint: Complaint) -> list[Rating]:
    """Return the ratings of a case, latest round first; no query before the first reply."""
    return [] if complaint.answered_at is None else _ratings(complaint_id=complaint.pk)


@compiled_query()
def _events(*, complaint_id: int) -> QuerySet[ComplaintEvent]:
    return ComplaintEvent.objects.filter(complaint_id=complaint_id).order_by("position")


@compiled_query()
def _messages(*, complaint_id: int) -> QuerySet[Message]:
    rows = Message.objects.filter(complaint_id=complaint_id).order_by("at", "id")
    names = (
        "kind", "author", "body", "is_by_email", "at", "agency_code", "officer__name",
        "is_unproved",
    )  # fmt: skip
    return rows.select_related("officer").only(*names)


@compiled_query()
def _notes(*, complaint_id: int) -> QuerySet[Note]:
    return (
        Note.objects.filter(complaint_id=complaint_id)
        .order_by("at", "id")
        .select_related("officer")
        .only("body", "at", "agency_code", "officer__name", "is_unproved")
    )


@compiled_query()
def _attachments(*, complaint_id: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(complaint_id=complaint_id).order_by("at", "id")


@compiled_query()
def _ratings(*, complaint_id: int) -> QuerySet[Rating]:
    return Rating.objects.filter(complaint_id=complaint_id).order_by("-round")
