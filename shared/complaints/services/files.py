"""Files of the citizen and the agency; an unscanned file waits until the scanner is available."""

import logging
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from shared.complaints.enums import Author, EventKind, ScanState
from shared.complaints.errors import (
    AttachmentMissing,
    ConversationEnded,
    TooManyAttachments,
    TooManyByEmail,
)
from shared.complaints.models import Attachment, Complaint
from shared.complaints.permissions import may_write
from shared.complaints.selectors import is_added_by_email_lately
from shared.complaints.services.history import case_lock, event_record
from shared.complaints.types import StoredFiles, UploadedContent
from shared.files.errors import ScannerUnavailable
from shared.files.scanner import SECONDS_IN_BACKGROUND, file_scan
from shared.files.types import CheckedFile
from shared.files.upload_storage import (
    file_check,
    file_is_stored,
    file_read,
    file_stored,
    files_forget,
)
from shared.jobs.enums import Queue, TaskPlace
from shared.jobs.services.schema_tasks import schema_task
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.files import MOST
from shared.kernel.identifiers import uuid7

logger = logging.getLogger(__name__)

CHECKED_AT_ONCE = 500
# The agency can also send files with the reference and the e-mail address, so such files have a
# limit apart from the citizen's own limit.
MAX_BY_EMAIL = 3


def attachment_add(
    *,
    reference: str,
    upload: UploadedContent,
    author: Author,
    actor: Actor,
    is_by_email: bool = False,
) -> Attachment:
    """Examine, scan and store one file of the citizen or the agency.

    ``is_by_email``: the sender gave only the reference and the e-mail address. Citizen and agency
    have separate limits. Raises ``FileRefused``, ``TooManyAttachments``, ``TooManyByEmail``,
    ``ConversationEnded`` or ``StorageFull``.
    """
    # The file is checked before the case is locked: a check takes up to 1 second, a scan up to 3.
    checked = file_check(name=upload.name, content=upload.content)
    with file_stored(checked.content) as path:
        return _attachment_write(
            reference=reference,
            checked=checked,
            path=path,
            author=author,
            actor=actor,
            is_by_email=is_by_email,
        )


@transaction.atomic
def _attachment_write(
    *,
    reference: str,
    checked: CheckedFile,
    path: str,
    author: Author,
    actor: Actor,
    is_by_email: bool,
) -> Attachment:
    complaint = case_lock(reference=reference, is_together=True)
    if author == Author.CITIZEN and not may_write(complaint, at=clock.now()):
        raise ConversationEnded(reference)
    _share_check(complaint, author, is_by_email=is_by_email)
    is_told = is_by_email and not is_added_by_email_lately(complaint, at=clock.now())
    attachment = Attachment.objects.create(
        id=uuid7(),
        complaint=complaint,
        author=author,
        name=checked.name,
        content_type=checked.content_type,
        size=len(checked.content),
        sha256=checked.sha256,
        path=path,
        scan=ScanState(checked.verdict),
        is_by_email=is_by_email,
        at=clock.now(),
    )
    event_record(complaint, EventKind.ATTACHMENT_ADDED, actor, is_by_email=is_told)
    if attachment.scan == ScanState.PENDING:
        # The task is queued in the file's transaction, so that a rollback removes the task too.
        attachments_scan.enqueue()
    return attachment


def _share_check(complaint: Complaint, author: Author, *, is_by_email: bool) -> None:
    kept = complaint.attachments.filter(author=author, is_by_email=is_by_email).count()
    if is_by_email and kept >= MAX_BY_EMAIL:
        raise TooManyByEmail(complaint.reference)
    if kept >= MOST:
        raise TooManyAttachments(complaint.reference)


@schema_task(place=TaskPlace.AGENCY, attempts=6, queue=Queue.EXTERNAL)
def attachments_scan() -> int:
    """Scan the waiting files of this agency; return the number of scanned files.

    Raises ``ScannerUnavailable`` if a file still waits: the queue then retries the task for an
    hour, at growing intervals. After that the hourly maintenance queues the task again.
    """
    done = [
        attachment_scan(attachment_id=pk)
        for pk in list(
            Attachment.everything.filter(scan=ScanState.PENDING)
            .order_by("at")
            .values_list("pk", flat=True)
        )
    ]
    if not all(done):
        raise ScannerUnavailable(retry_after=60)
    return len(done)


def attachment_scan(*, attachment_id: UUID) -> bool:
    """Scan one waiting file, then release it or delete its bytes; ``False`` if the file must wait
    longer.

    The function is not atomic, so that no row is locked while the scanner works.
    """
    row = Attachment.everything.get(pk=attachment_id)
    try:
        verdict = ScanState(
            file_scan(attachment_content(attachment=row), seconds=SECONDS_IN_BACKGROUND)
        )
    except AttachmentMissing:
        # The bytes are missing, so nothing is released and the row stays as it is.
        return True
    if verdict == ScanState.PENDING:
        return False
    Attachment.everything.filter(pk=attachment_id, scan=ScanState.PENDING).update(scan=verdict)
    if verdict == ScanState.INFECTED:
        files_forget([row.path])
    return True


def attachment_content(*, attachment: Attachment) -> bytes:
    """Return the bytes of one file; record on its row if the bytes are missing or found again.

    Raises ``AttachmentMissing``. Do not call in a transaction: the error would undo the record.
    """
    try:
        content = file_read(attachment.path)
    except OSError as error:
        # The file name is not logged, because it may contain a person's name.
        logger.error(
            "the file of attachment %s is missing: %s", attachment.pk, type(error).__name__
        )
        _missing_record([attachment.pk])
        raise AttachmentMissing(str(attachment.pk)) from None
    if attachment.missing_since is not None:
        Attachment.everything.filter(pk=attachment.pk).update(missing_since=None)
    return content


def _missing_record(attachment_ids: list[UUID]) -> None:
    Attachment.everything.filter(pk__in=attachment_ids, missing_since=None).update(
        missing_since=clock.now()
    )


@transaction.atomic
def attachments_place(*, places: Mapping[UUID, str], former: str) -> None:
    """Store the new places of files whose place is still ``former``; other files do not change."""
    for pk, place in places.items():
        Attachment.everything.filter(pk=pk, path=former).update(path=place)


def attachments_check() -> StoredFiles:
    """Check that the bytes of every file of this agency are stored; record the missing files.

    The storage is read once for each file. A file in which a virus was found has no bytes.
    """
    places = (
        Attachment.everything.exclude(scan=ScanState.INFECTED)
        .order_by("pk")
        .values_list("pk", "path", "missing_since")
        .iterator(CHECKED_AT_ONCE)
    )
    count, lost, found = 0, [], []
    for pk, path, missing_since in places:
        count += 1
        if not file_is_stored(path):
            lost.append(pk)
        elif missing_since is not None:
            found.append(pk)
    _missing_record(lost)
    Attachment.everything.filter(pk__in=found).update(missing_since=None)
    return StoredFiles(count=count, missing=tuple(lost), found_again=len(found))
