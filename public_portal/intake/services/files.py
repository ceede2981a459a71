"""Files of form drafts: stored with the answers, and filed with them."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from public_portal.intake.errors import DraftGone, FilesRefused
from public_portal.intake.models import DraftFile
from public_portal.intake.selectors.drafts import unsent_rows
from public_portal.intake.types import SentFile
from shared.complaints.enums import ScanState
from shared.complaints.errors import TooManyAttachments
from shared.complaints.types import StoredFile
from shared.files.places import EXPORTS, FILES
from shared.files.storage_listing import is_older, places
from shared.files.types import CheckedFile, Verdict
from shared.files.upload_storage import (
    file_check,
    file_stored,
    files_forget,
    places_delete,
    upload_read,
)
from shared.kernel import clock
from shared.kernel.errors import Conflict, DomainError, InvalidInput, TryLater
from shared.kernel.files import MOST, distinct_name
from shared.kernel.identifiers import uuid7
from shared.rows.selectors import first_or_refuse
from tenants.case_access.services.tokens import token_digest
from tenants.fleet.services.file_places import files_named, files_on_their_way


def form_files_add(
    *, token: str, uploads: Sequence["UploadedFile[bytes]"], question: str = ""
) -> list[tuple[str, DomainError]]:
    """Add files to a draft, and return the name and error of each refused file."""
    refused: list[tuple[str, DomainError]] = []
    for upload in uploads:
        try:
            form_file_add(token=token, upload=upload, question=question)
        except (InvalidInput, Conflict, TryLater) as why:
            refused.append((upload.name or "", why))
    return refused


def form_file_add(*, token: str, upload: "UploadedFile[bytes]", question: str = "") -> None:
    """Examine and scan one file, and add it to a draft.

    ``question``: the code of the question that the file answers. Raises ``FileRefused``,
    ``TooManyAttachments``, ``DraftGone`` or ``StorageFull``.
    """
    # The draft must not be locked yet, because examination and scan may take four seconds.
    checked = file_check(name=upload.name or "", content=upload_read(upload))
    with file_stored(checked.content) as path:
        _file_write(token=token, checked=checked, path=path, question=question)


def form_file_copy(*, token: str, file: StoredFile, content: bytes) -> None:
    """Add a copy of an earlier request's file, already examined and scanned, to a draft.

    Raises ``TooManyAttachments``, ``DraftGone`` or ``StorageFull``.
    """
    checked = CheckedFile(
        name=file.name,
        content_type=file.content_type,
        content=content,
        sha256=file.sha256,
        verdict=Verdict(file.scan),
    )
    with file_stored(content) as path:
        _file_write(token=token, checked=checked, path=path, question="")


@transaction.atomic
def _file_write(*, token: str, checked: CheckedFile, path: str, question: str) -> None:
    # Without the lock, two uploads at once could exceed the greatest count of files.
    draft = first_or_refuse(
        unsent_rows(token_digest(token)).select_for_update().filter(expires_at__gt=clock.now()),
        DraftGone(),
    )
    taken = list(draft.files.values_list("name", flat=True))
    if len(taken) >= MOST:
        raise TooManyAttachments
    DraftFile.objects.create(
        id=uuid7(),
        draft=draft,
        question=question,
        # If two files had the same name, nobody would know which file a button removes.
        name=distinct_name(checked.name, taken=taken),
        content_type=checked.content_type,
        size=len(checked.content),
        sha256=checked.sha256,
        path=path,
        scan=ScanState(checked.verdict),
        at=clock.now(),
    )


@contextmanager
def files_received(sent: Sequence[SentFile]) -> Iterator[tuple[StoredFile, ...]]:
    """Store the files of a request for the block that files the request.

    If the block fails, the files are deleted. Files are read one by one, because ten of the largest
    files would take 150 MB of memory. Raises ``TooManyAttachments``, ``FilesRefused`` or
    ``StorageFull``.
    """
    if len(sent) > MOST:
        raise TooManyAttachments
    refused: list[tuple[str, str, DomainError]] = []
    with ExitStack() as kept:
        files: list[StoredFile] = []
        for one in sent:
            try:
                files.append(kept.enter_context(_received(one)))
            except InvalidInput as why:
                refused.append((one.part, one.upload.name or "", why))
        if refused:
            raise FilesRefused(refused)
        yield tuple(files)


@contextmanager
def _received(sent: SentFile) -> Iterator[StoredFile]:
    checked = file_check(name=sent.upload.name or "", content=upload_read(sent.upload))
    with file_stored(checked.content) as path:
        yield StoredFile(
            id=uuid7(),
            name=checked.name,
            content_type=checked.content_type,
            size=len(checked.content),
            sha256=checked.sha256,
            path=path,
            scan=ScanState(checked.verdict),
            question=sent.question,
        )


@transaction.atomic
def form_file_remove(*, token: str, file_id: UUID) -> None:
    """Delete one file of an unsent draft; do nothing if the draft has no such file."""
    # Without the lock, a file could be deleted while another window files it.
    draft = unsent_rows(token_digest(token)).select_for_update().first()
    if draft is not None:
        form_files_remove(list(draft.files.filter(pk=file_id)))


def form_files_remove(files: Sequence[DraftFile]) -> None:
    """Delete the rows of these files, and the stored files after the commit."""
    paths = [file.path for file in files]
    DraftFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    transaction.on_commit(lambda: files_forget(paths))


# A younger file may still get its row, for example in assisted filing.
OLD = timedelta(days=7)
# If more files, and most files, have no row, the storage may belong to another database.
MAX_SWEPT = 1_000

logger = logging.getLogger(__name__)


def files_sweep(*, begins: str) -> int:
    """Delete old stored files that no draft and no case names, and return how many were deleted.

    ``begins``: only paths that begin with this text. All these files are kept while a case is in
    transfer, or if more than 1,000 files and more than half of all these files would be deleted.
    Old files of exported lists are deleted in any case, without being counted.
    """
    there = list(places(begins=begins, within=FILES))
    before = clock.now() - OLD
    # The file of an exported list is deleted after a day, unless its process has died.
    places_delete(
        one for one in places(begins=begins, within=EXPORTS) if is_older(one, than=before)
    )
    waiting = {path for path in there if is_older(path, than=before)}
    # The queries run twice, because a file that moves to another agency between two queries is in
    # no result. Drafts come first: files move from a draft to an agency, and never back.
    for _time in range(2):
        if waiting:
            waiting -= set(
                DraftFile.objects.filter(path__startswith=f"{FILES}/{begins}").values_list(
                    "path", flat=True
                )
            )
            waiting -= files_named(prefix=f"{FILES}/{begins}")
    if len(waiting) > MAX_SWEPT and len(waiting) * 2 > len(there):
        logger.error("sweep: %d of %d files have no row, none is deleted", len(waiting), len(there))
        return 0
    if files_on_their_way():
        return 0
    places_delete(sorted(waiting))
    return len(waiting)
