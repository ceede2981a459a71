"""Conversion of a case's rows to the frozen data that its citizen may see."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Subquery

from shared.complaints.enums import (
    INTERNAL_EVENTS,
    Author,
    EventKind,
    Kind,
    MessageKind,
    Privacy,
    ScanState,
    Status,
)
from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message, Rating
from shared.complaints.selectors.custody import row_texts
from shared.complaints.selectors.merged_cases import NEVER, JointTimes
from shared.complaints.selectors.said import SAID, row_judged
from shared.complaints.types import CaseSummary, GivenRating, PublicAttachment, PublicMessage
from shared.complaints.types.custody import RecordedHolding

REVIEWS = (EventKind.REVIEW_ASKED, EventKind.REVIEW_DECIDED)


def messages_of(
    complaint: Complaint, *, joint: JointTimes, earlier: Sequence[RecordedHolding]
) -> tuple[PublicMessage, ...]:
    """Return the messages of both sides, oldest first; ``earlier``: the former holders."""
    rows = complaint.messages.order_by("at", "id")
    return tuple(
        PublicMessage(
            id=row.pk,
            kind=MessageKind(row.kind),
            author=Author(row.author),
            body=row.body,
            organisation_code=row.organisation_code,
            agency_code=agency_code,
            is_unproved=is_unproved,
            is_by_email=row.is_by_email,
            is_joint=joint.has(row),
            at=row.at,
        )
        for row in rows
        for agency_code, is_unproved in [_writer(row, earlier)]
    )


def _writer(row: Message, earlier: Sequence[RecordedHolding]) -> tuple[str, bool]:
    """Return the code of the agency that wrote a message, and whether its writer is unproved. The
    code is "" for the present holder and for the citizen.

    The present holder can write any row: a message in the name of another agency, or a changed
    text.
    """
    is_of_holder = row.author == Author.AGENCY and not row.agency_code
    if is_of_holder or not (earlier or row.agency_code):
        return row.agency_code, row.is_unproved
    judged = row_judged("Message", row_texts(row, SAID["Message"]), earlier=earlier, holder="")
    return judged["agency_code"], judged["is_unproved"] == "True"


def attachments_of(
    rows: Iterable[Attachment], *, joint: JointTimes = NEVER
) -> tuple[PublicAttachment, ...]:
    """Return the files of ``rows``, in their order, with the data that the citizen may see."""
    return tuple(
        PublicAttachment(
            id=row.pk,
            name=row.name,
            content_type=row.content_type,
            size=row.size,
            sha256=bytes(row.sha256).hex(),
            author=Author(row.author),
            scan=ScanState(row.scan),
            question=row.question,
            message_id=row.message_id,
            is_by_email=row.is_by_email,
            is_joint=joint.has(row),
            at=row.at,
        )
        for row in rows
    )


def ratings_of(rows: Iterable[Rating]) -> tuple[GivenRating, ...]:
    """Return the ratings of ``rows``, in their order, with the data that the citizen may see."""
    return tuple(
        GivenRating(
            round=row.round,
            resolved=row.resolved,
            handling=row.handling,
            comment=row.comment,
            at=row.at,
        )
        for row in rows
    )


def case_summaries(*, references: Sequence[str]) -> dict[str, CaseSummary]:
    """Return summaries of these cases for their citizens' lists, keyed by reference; one query."""
    told = ComplaintEvent.objects.filter(complaint=OuterRef("pk"))
    last = told.exclude(kind__in=INTERNAL_EVENTS).order_by("-position")
    reviews = told.filter(kind__in=REVIEWS).order_by("-position")
    refusals = Message.objects.filter(complaint=OuterRef("pk"), kind=MessageKind.REFUSAL)
    rated = Rating.objects.filter(complaint=OuterRef("pk"), round=OuterRef("reopened"))
    rows = Complaint.objects.filter(reference__in=references).order_by("reference")
    found = rows.defer("body", "remedy").annotate(
        last_kind=Subquery(last.values("kind")[:1]),
        last_at=Subquery(last.values("at")[:1]),
        last_review=Subquery(reviews.values("kind")[:1]),
        last_named=Subquery(refusals.order_by("-at", "-id").values("organisation_code")[:1]),
        is_rated=Exists(rated),
        has_parts=Exists(told.filter(kind=EventKind.SPLIT)),
    )
    return {
        row.reference: CaseSummary(
            reference=row.reference,
            kind=Kind(row.kind),
            status=Status(row.status),
            organisation_code=row.organisation_code,
            subject=row.subject,
            privacy=Privacy(row.privacy),
            received_at=row.received_at,
            due_on=row.due_on,
            last_event=EventKind(row.last_kind),
            last_at=row.last_at,
            is_rated=row.is_rated,
            # A withdrawal ends the review as well.
            is_review_pending=row.last_review == EventKind.REVIEW_ASKED
            and row.status != Status.WITHDRAWN,
            is_directed=row.status == Status.INADMISSIBLE and bool(row.last_named),
            is_given_back=row.is_given_back,
            is_split=row.is_part or row.has_parts,
        )
        for row in found
    }
