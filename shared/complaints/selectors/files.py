"""Selectors of files: readable files, files of drafts, and files that wait for the scanner."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from shared.complaints.enums import ScanState
from shared.complaints.errors import AttachmentInfected, AttachmentNotFound, AttachmentWaits
from shared.complaints.models import Attachment
from shared.rows.compiled_queries import compiled_query
from shared.rows.selectors import first_or_refuse


def attachment_open(*, reference: str, attachment_id: str) -> Attachment:
    """Return one file that was sent and may be read now.

    Raises ``AttachmentNotFound``, ``AttachmentWaits`` or ``AttachmentInfected``.
    """
    return _readable(
        first_or_refuse(
            Attachment.objects.filter(complaint__reference=reference, pk=attachment_id),
            AttachmentNotFound(attachment_id),
        )
    )


def case_draft_files(*, draft_id: UUID) -> list[Attachment]:
    """Return the files of an unsent draft, oldest first; only officers may see the files."""
    return list(Attachment.everything.filter(draft_id=draft_id).order_by("at", "id"))


def files_of_drafts(*, complaint_id: int, draft_ids: Collection[UUID]) -> list[Attachment]:
    """Return the files of some drafts of a case, oldest first; only officers may see the files.

    No query is made without a draft.
    """
    if not draft_ids:
        return []
    return [file for file in _draft_files(complaint_id=complaint_id) if file.draft_id in draft_ids]


@compiled_query()
def _draft_files(*, complaint_id: int) -> QuerySet[Attachment]:
    files = Attachment.everything.filter(complaint_id=complaint_id, draft_id__isnull=False)
    return files.order_by("at", "id")


def case_file_open(*, reference: str, attachment_id: str) -> Attachment:
    """Return one file of a case or of a draft that may be read now; only officers may see the file.

    Raises ``AttachmentNotFound``, ``AttachmentWaits`` or ``AttachmentInfected``.
    """
    return _readable(
        first_or_refuse(
            Attachment.everything.filter(complaint__reference=reference, pk=attachment_id),
            AttachmentNotFound(attachment_id),
        )
    )


def _readable(attachment: Attachment) -> Attachment:
    if attachment.scan == ScanState.PENDING:
        raise AttachmentWaits(str(attachment.pk))
    if attachment.scan == ScanState.INFECTED:
        raise AttachmentInfected(str(attachment.pk))
    return attachment


def files_wait() -> bool:
    """Return whether a file of this agency still waits for the virus scanner."""
    return Attachment.everything.filter(scan=ScanState.PENDING).exists()
