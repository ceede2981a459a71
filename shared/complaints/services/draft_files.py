"""Services for the files of an officer's draft."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from shared.complaints.enums import Author, ScanState
from shared.complaints.errors import AttachmentNotFound, TooManyAttachments
from shared.complaints.models import Attachment, Complaint, Message
from shared.complaints.services.files import attachments_scan
from shared.complaints.services.history import case_lock
from shared.complaints.types import UploadedContent
from shared.files.upload_storage import file_check, file_read, file_stored, files_forget
from shared.kernel import clock
from shared.kernel.files import MOST
from shared.kernel.identifiers import uuid7


def case_draft_file_add(
    *,
    reference: str,
    draft_id: UUID,
    upload: UploadedContent,
    draft_hold: Callable[[], object] | None = None,
) -> Attachment:
    """Examine, scan and store one file of a draft; only officers see the file before it is sent.

    ``draft_hold`` locks the draft, or raises an error if the draft was sent meanwhile. Raises the
    errors of ``draft_hold``, and ``FileRefused``, ``TooManyAttachments``, ``ComplaintNotFound`` or
    ``StorageFull``.
    """
    # The file is checked before any lock: an examination takes up to 1 second, a scan up to 3.
    checked = file_check(name=upload.name, content=upload.content)
    with file_stored(checked.content) as path, transaction.atomic():
        if draft_hold is not None:
            draft_hold()
        complaint = case_lock(reference=reference)
        _require_place(complaint)
        attachment: Attachment = Attachment.everything.create(
            id=uuid7(),
            complaint=complaint,
            author=Author.AGENCY,
            name=checked.name,
            content_type=checked.content_type,
            size=len(checked.content),
            sha256=checked.sha256,
            path=path,
            scan=ScanState(checked.verdict),
            draft_id=draft_id,
            at=clock.now(),
        )
        if attachment.scan == ScanState.PENDING:
            # The task is queued in the file's transaction, so that a rollback removes the task too.
            attachments_scan.enqueue()
    return attachment


def case_draft_file_remove(*, draft_id: UUID, attachment_id: UUID) -> None:
    """Delete one file of a draft. Raises ``AttachmentNotFound``, also if the file was sent."""
    rows = Attachment.everything.filter(draft_id=draft_id, pk=attachment_id)
    path = rows.values_list("path", flat=True).first()
    # The deletion compares the draft id again, because the file may have been sent since the first
    # statement.
    if path is None or not rows.delete()[0]:
        raise AttachmentNotFound(str(attachment_id))
    files_forget([path])


def case_draft_files_move(*, reference: str, draft_id: UUID, to: UUID) -> None:
    """Move the files of one draft of a case to another draft."""
    rows = Attachment.everything.filter(complaint__reference=reference, draft_id=draft_id)
    rows.update(draft_id=to)


def case_draft_files_copy(*, reference: str, draft_id: UUID, to: UUID) -> None:
    """Copy the files of one draft of a case to another draft, so that both drafts can be sent.

    Infected and missing files are left out. Raises ``TooManyAttachments`` or ``StorageFull``.
    """
    rows = Attachment.everything.filter(complaint__reference=reference, draft_id=draft_id)
    rows = rows.exclude(scan=ScanState.INFECTED).exclude(missing_since__isnull=False)
    copied = list(rows.order_by("at", "id"))
    if not copied:
        return
    _require_place(case_lock(reference=reference), len(copied))
    for row in copied:
        with file_stored(file_read(row.path)) as path:
            row.pk, row.path, row.draft_id, row.at = uuid7(), path, to, clock.now()
            row.save(force_insert=True)


def _require_place(complaint: Complaint, number: int = 1) -> None:
    """Raise ``TooManyAttachments`` if a case cannot take ``number`` more files of the agency."""
    kept = Attachment.everything.filter(complaint=complaint, author=Author.AGENCY).count()
    if kept + number > MOST:
        raise TooManyAttachments(complaint.reference)


def case_draft_files_send(message: Message, *, draft_id: UUID) -> None:
    """Send the files of a draft with its message, so that the citizen sees the files.

    A file in which a virus was found is not sent.
    """
    Attachment.everything.filter(complaint_id=message.complaint_id, draft_id=draft_id).exclude(
        scan=ScanState.INFECTED
    ).update(message=message, draft_id=None, at=message.at)


def message_files_copy(message: Message, *, to: Message) -> None:
    """Copy a message's files to the copy of the message in another case.

    Files whose bytes are missing are not copied. Raises ``StorageFull``.
    """
    rows = Attachment.objects.filter(message=message, missing_since=None).order_by("at", "id")
    for row in rows:
        with file_stored(file_read(row.path)) as path:
            row.pk, row.path, row.message, row.complaint = uuid7(), path, to, to.complaint
            row.save(force_insert=True)
