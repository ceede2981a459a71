"""Questions about cases. Each is one query (a whole case is a handful), in a stated order."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from shared.audit.selectors import audit_entries
from shared.complaints.enums import (
    ANSWERS,
    INTERNAL_EVENTS,
    LOOK,
    OPEN,
    PROMISES,
    Author,
    Channel,
    Declaration,
    EventKind,
    Kind,
    Language,
    MessageKind,
    Outcome,
    Privacy,
    ScanState,
    Status,
)
from shared.complaints.errors import AttachmentNotFound, ComplaintNotFound
from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message, Note, Rating
from shared.complaints.models.complaint import NO_TERM, TERM
from shared.complaints.models.searching import search_query
from shared.complaints.permissions import may_rate, may_reopen, may_withdraw, may_write
from shared.complaints.types import (
    Filed,
    GivenRating,
    InboxPosition,
    Promise,
    PublicAttachment,
    PublicCase,
    PublicMessage,
    TimelineEntry,
)
from shared.kernel import clock
from shared.kernel.clock import LegalClock, legal_clock
from shared.kernel.references import LENGTH
from shared.register.types import RegisterEvent

# To find and sort more cases than these takes longer than to read a list until a page is full.
MOST_SORTED = 12_000
PROMISE_ASKED_AFTER = timedelta(days=28)
INBOX_VIEWS = ("mine", "unassigned", "overdue", "awaiting", "open", "answered", "all")


def complaint_get(*, reference: str) -> Complaint:
    """One case with its party and holder. Raises ``ComplaintNotFound``."""
    rows = Complaint.objects.select_related("party", "assignee", "answered_by")
    complaint = rows.filter(reference=reference).first()
    if complaint is None:
        raise ComplaintNotFound(reference)
    return complaint


def case_clock(complaint: Complaint, *, on: date) -> LegalClock | None:
    """The legal clock of the current round; observations and proposals have none."""
    if complaint.kind != Kind.COMPLAINT:
        return None
    started = complaint.reopened_at or complaint.received_at
    return legal_clock(filed_on=clock.civil_day(started), on=on)


def inbox(
    *, view: str, user_id: int, today: date, text: str = "", after: InboxPosition | None = None
) -> QuerySet[Complaint]:
    """The cases of one of ``INBOX_VIEWS``, the nearest term first, those without a term last.

    With ``text``, those whose reference begins so or whose subject and body have all its words;
    that costs a second, short query. With ``after``, only those that follow that position.
    """
    rows = Complaint.objects.select_related("assignee").filter(_view(view, user_id, today))
    # A list shows no long text; a page of the longest ones would be a megabyte.
    rows = rows.defer("body", "remedy")
    order: OrderBy | Coalesce = TERM
    if text:
        rows = rows.filter(_found(text))
        if _guessed_number(rows) <= MOST_SORTED:
            # The same order, but no index has it: few are found and sorted. By an index of the
            # list, all others would be read before those of a word that only the latest have.
            order = F("due_on").asc(nulls_last=True)
    if after is not None:
        rows = rows.filter(_following(after))
    return rows.order_by(order, "id")


def inbox_position(complaint: Complaint) -> InboxPosition:
    """Where a case stands in any inbox."""
    return InboxPosition(due_on=complaint.due_on, case_id=complaint.pk)


def inbox_next(*, view: str, user_id: int, today: date, after: Complaint) -> str:
    """The reference that follows a case in a view, from the top again after the last; "" if none.

    The case itself may have left the view. A second query where the list ended.
    """
    rows = inbox(view=view, user_id=user_id, today=today).exclude(pk=after.pk)
    following = rows.filter(_following(inbox_position(after))).first() or rows.first()
    return following.reference if following else ""


def inbox_counts(
    *,
    user_id: int,
    today: date,
    views: Sequence[str] = INBOX_VIEWS,
    at_most: int | None = None,
) -> dict[str, int]:
    """How many cases each of these views holds; one query.

    Nothing is counted beyond ``at_most``: without it, the cost grows with the cases.
    """
    asked = [
        Complaint.objects.filter(_view(view, user_id, today)).values("pk")[:at_most].query
        for view in views
    ]
    parts = [query.sql_with_params() for query in asked]
    counted = ", ".join(f"(SELECT count(*) FROM ({sql}) AS held)" for sql, _params in parts)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counted}", [one for _sql, params in parts for one in params])
        return dict(zip(views, cursor.fetchone(), strict=True))


def case_events(complaint: Complaint) -> QuerySet[ComplaintEvent]:
    """Everything that happened to a case, oldest first."""
    return complaint.events.order_by("position")


def case_messages(complaint: Complaint) -> QuerySet[Message]:
    """The conversation, oldest first."""
    return complaint.messages.select_related("officer").order_by("at", "id")


def case_notes(complaint: Complaint) -> QuerySet[Note]:
    """What colleagues wrote, oldest first."""
    return complaint.notes.select_related("officer").order_by("at", "id")


def case_attachments(complaint: Complaint) -> QuerySet[Attachment]:
    """The files, oldest first."""
    return complaint.attachments.order_by("at", "id")


def case_ratings(complaint: Complaint) -> QuerySet[Rating]:
    """The ratings, the latest round first."""
    return complaint.ratings.order_by("-round")


def attachment_get(*, reference: str, attachment_id: str) -> Attachment:
    """One file of one case. Raises ``AttachmentNotFound``."""
    rows = Attachment.objects.filter(complaint__reference=reference, pk=attachment_id)
    attachment = rows.first()
    if attachment is None:
        raise AttachmentNotFound(attachment_id)
    return attachment


def case_looks(*, reference: str) -> tuple[datetime, ...]:
    """When officers opened the case, oldest first: the citizen may know that, not who it was."""
    entries = audit_entries(subject=reference).filter(action=LOOK)
    return tuple(entries.values_list("at", flat=True))


def cases_to_close(*, at: datetime) -> list[str]:
    """References of answered cases whose term for re-opening has passed, oldest reply first."""
    # A day more than the term: the civil day of the reply is decided case by case elsewhere.
    limit = at - timedelta(days=clock.REOPEN_DAYS + 1)
    rows = Complaint.objects.filter(status__in=ANSWERS, answered_at__lt=limit)
    return list(rows.order_by("answered_at", "id").values_list("reference", flat=True))


def promises_to_ask(*, at: datetime) -> list[str]:
    """References of answers of four weeks ago that promised something and were not asked about."""
    asked = ComplaintEvent.objects.filter(
        complaint=OuterRef("pk"), kind=EventKind.PROMISE_ASKED, at__gt=OuterRef("answered_at")
    )
    rows = Complaint.objects.filter(
        ~Exists(asked),
        status=Status.ANSWERED,
        outcome__in=PROMISES,
        answered_at__lte=at - PROMISE_ASKED_AFTER,
    )
    return list(rows.order_by("answered_at", "id").values_list("reference", flat=True))


def promise_of(complaint: Complaint, events: Iterable[ComplaintEvent]) -> Promise | None:
    """What became of the promise of the current reply; ``None`` before anybody asked.

    ``events`` are the case's, oldest first.
    """
    promise = None
    for event in events:
        if event.kind in (EventKind.ANSWERED, EventKind.REOPENED):
            promise = None
        elif event.kind in (EventKind.PROMISE_ASKED, EventKind.PROMISE_TOLD):
            promise = Promise(kept=event.resolved)
    return promise


def waits_to_end(*, on: date) -> list[str]:
    """References of cases that waited for their citizen past the date, oldest date first."""
    rows = Complaint.objects.filter(status=Status.AWAITING_CITIZEN, awaiting_until__lt=on)
    return list(rows.order_by("awaiting_until", "id").values_list("reference", flat=True))


def email_of(*, reference: str) -> str:
    """Where the letters of a named case go; "" without one. Raises ``ComplaintNotFound``."""
    return complaint_get(reference=reference).party.email


def identities_unsealed() -> list[str]:
    """References of confidential cases of which something of the person still stands here."""
    known = Q(party__name="", party__email="", party__phone="", party__national_id="")
    rows = Complaint.objects.filter(~known, privacy=Privacy.CONFIDENTIAL)
    return list(rows.order_by("id").values_list("reference", flat=True))


def announcement(event: ComplaintEvent) -> RegisterEvent:
    """What the national register may learn of an event: no name, no free text."""
    complaint = event.complaint
    return RegisterEvent(
        event_id=event.pk,
        reference=complaint.reference,
        position=event.position,
        organisation_code=complaint.organisation_code,
        kind=complaint.kind,
        category_code=complaint.category_code,
        language=complaint.language,
        event=event.kind,
        status=event.status,
        outcome=event.outcome,
        at=event.at,
        resolved=event.resolved,
        handling=event.handling,
    )


def filed_get(*, reference: str) -> Filed:
    """What the receipt of a case says. Raises ``ComplaintNotFound``."""
    complaint = complaint_get(reference=reference)
    return Filed(
        status=complaint.status, received_at=complaint.received_at, due_on=complaint.due_on
    )


def announcements() -> list[RegisterEvent]:
    """Everything this agency has announced since its first day, to rebuild the register from."""
    rows = ComplaintEvent.objects.select_related("complaint").exclude(kind__in=INTERNAL_EVENTS)
    rows = rows.defer("complaint__search", "complaint__body", "complaint__remedy")
    return [announcement(event) for event in rows.order_by("complaint_id", "position")]


def public_case(*, reference: str) -> PublicCase:
    """A whole case as its citizen may see it: no note, no officer's name. Six queries.

    Raises ``ComplaintNotFound``.
    """
    complaint = complaint_get(reference=reference)
    at = clock.now()
    rating = case_ratings(complaint).filter(round=complaint.reopened).first()
    events = list(case_events(complaint).exclude(kind__in=INTERNAL_EVENTS))
    return PublicCase(
        reference=complaint.reference,
        kind=Kind(complaint.kind),
        status=Status(complaint.status),
        organisation_code=complaint.organisation_code,
        category_code=complaint.category_code,
        subject=complaint.subject,
        body=complaint.body,
        remedy=complaint.remedy,
        place=complaint.place,
        happened_on=complaint.happened_on,
        declarations=tuple(Declaration(one) for one in complaint.declarations),
        follows=complaint.follows,
        channel=Channel(complaint.channel),
        language=Language(complaint.language),
        privacy=Privacy(complaint.privacy),
        received_at=complaint.received_at,
        due_on=complaint.due_on,
        clock=case_clock(complaint, on=clock.today()),
        outcome=Outcome(complaint.outcome) if complaint.outcome else None,
        answered_at=complaint.answered_at,
        reopened=complaint.reopened,
        held_by_officer=complaint.assignee_id is not None,
        timeline=_timeline(events),
        messages=_messages(complaint),
        attachments=_attachments(complaint),
        rating=_rating(rating),
        promise=promise_of(complaint, events),
        looks=case_looks(reference=reference),
        may_write=may_write(complaint, at=at),
        may_rate=may_rate(complaint, rated=rating is not None),
        may_reopen=may_reopen(complaint, at=at),
        may_withdraw=may_withdraw(complaint),
    )


def _view(view: str, user_id: int, today: date) -> Q:
    is_open = Q(status__in=OPEN)
    return {
        "mine": is_open & Q(assignee_id=user_id),
        "unassigned": is_open & Q(assignee_id=None),
        "overdue": is_open & Q(LessThan(TERM, today)),
        "awaiting": Q(status=Status.AWAITING_CITIZEN),
        "open": is_open,
        "answered": Q(status__in=ANSWERS),
        "all": Q(),
    }[view]


def _found(text: str) -> Q:
    query = search_query(text)
    by_words = Q(pk__in=[]) if query is None else Q(search=query)
    if not text.isdecimal():
        return by_words
    # From the first to the last that begins so: LIKE has an index in some collations only.
    return by_words | Q(reference__range=(text.ljust(LENGTH, "0"), text.ljust(LENGTH, "9")))


def _guessed_number(rows: QuerySet[Complaint]) -> int:
    """How many these are, as PostgreSQL's planner guesses from its statistics."""
    plan = rows.explain(format="json")
    # Django makes no plan of a question that has no answer, as of a search for no word.
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0


def _following(position: InboxPosition) -> TupleGreaterThan:
    # One comparison of both columns: an index begins to read there. Taken apart into "later, or
    # the same day and...", it is read from its first row.
    return TupleGreaterThan((TERM, F("id")), (position.due_on or NO_TERM, position.case_id))


def _timeline(events: Iterable[ComplaintEvent]) -> tuple[TimelineEntry, ...]:
    return tuple(
        TimelineEntry(
            kind=EventKind(event.kind),
            status=Status(event.status),
            by=event.actor_kind,
            at=event.at,
        )
        for event in events
    )


def _messages(complaint: Complaint) -> tuple[PublicMessage, ...]:
    return tuple(
        PublicMessage(
            id=row.pk,
            kind=MessageKind(row.kind),
            author=Author(row.author),
            body=row.body,
            at=row.at,
        )
        for row in complaint.messages.order_by("at", "id")
    )


def _attachments(complaint: Complaint) -> tuple[PublicAttachment, ...]:
    return tuple(
        PublicAttachment(
            id=row.pk,
            name=row.name,
            content_type=row.content_type,
            size=row.size,
            author=Author(row.author),
            scan=ScanState(row.scan),
            question=row.question,
            at=row.at,
        )
        for row in case_attachments(complaint)
    )


def _rating(rating: Rating | None) -> GivenRating | None:
    if rating is None:
        return None
    return GivenRating(
        resolved=rating.resolved, handling=rating.handling, comment=rating.comment, at=rating.at
    )
