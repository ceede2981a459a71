"""What belongs to a case, as its citizen may see it: rows become frozen data."""

from collections.abc import Iterable

from shared.complaints.enums import Author, MessageKind, ScanState
from shared.complaints.models import Attachment, Complaint, Rating
from shared.complaints.types import GivenRating, PublicAttachment, PublicMessage


def messages_of(complaint: Complaint) -> tuple[PublicMessage, ...]:
    """Both sides' messages, oldest first."""
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


def attachments_of(rows: Iterable[Attachment]) -> tuple[PublicAttachment, ...]:
    """The files, in the order of their rows."""
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
            at=row.at,
        )
        for row in rows
    )


def ratings_of(rows: Iterable[Rating]) -> tuple[GivenRating, ...]:
    """The ratings, in the order of their rows."""
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
