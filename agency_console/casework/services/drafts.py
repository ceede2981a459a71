"""Services that save, copy and delete case drafts; only officers read drafts."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models, transaction
from psycopg2.extras import Json

from agency_console.access.permissions import may_handle
from agency_console.casework.enums import DraftAct
from agency_console.casework.errors import (
    DraftChanged,
    DraftExists,
    DraftLocked,
    DraftNotFound,
    DraftTooLong,
)
from agency_console.casework.models import CaseDraft
from shared.accounts.models import User
from shared.complaints.enums import Status
from shared.complaints.errors import TransitionNotAllowed
from shared.complaints.selectors import case_draft_files
from shared.complaints.services import (
    case_draft_file_add,
    case_draft_file_remove,
    case_draft_files_copy,
    case_draft_files_move,
    writing_note,
    written_with_note,
)
from shared.complaints.types import UploadedContent
from shared.kernel import clock
from shared.kernel.errors import DomainError
from shared.kernel.identifiers import uuid7
from shared.rows.selectors import first_or_refuse

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

# Twice the maximum of a message, so that a text that is too long to be sent is not lost.
MAX_PART = 20_000
# A text is stored in a new row or in place of the text of the same act, unless that text is locked
# (``is_locked``). If the page knows when the text was saved, only that text is replaced.
_INSERTED = """
    INSERT INTO casework_casedraft AS own
        (id, complaint_id, officer_id, act, parts, version, saved_at, failure, returned_because)
    VALUES (%s, %s, %s, %s, %s, %s, %s, '', '')
    ON CONFLICT (complaint_id, officer_id, act) DO UPDATE
    SET parts = EXCLUDED.parts, version = EXCLUDED.version, saved_at = EXCLUDED.saved_at
    WHERE own.pressed_at IS NULL AND own.approval_asked_at IS NULL
"""
_UPDATED = """
    UPDATE casework_casedraft AS own SET parts = %s, version = %s, saved_at = %s
    WHERE complaint_id = %s AND officer_id = %s AND act = %s AND saved_at = %s
        AND pressed_at IS NULL AND approval_asked_at IS NULL
"""
_DELETED = """
    DELETE FROM casework_casedraft WHERE complaint_id = %s AND officer_id = %s AND act = %s
"""
# Without the columns in JSON, which a cursor returns as text.
_RETURNED = [
    field.attname
    for field in CaseDraft._meta.concrete_fields
    if not isinstance(field, models.JSONField)
]


def case_draft_save(
    *,
    complaint: "Complaint",
    officer: User,
    act: DraftAct,
    parts: Mapping[str, str],
    version: int,
    known_at: datetime | None = None,
    is_typing: bool = False,
) -> CaseDraft:
    """Store the text that an officer has typed so far, in place of the text stored before.

    ``version``: the version of the case that the officer has read; ``known_at``: when the text that
    the officer changed was saved; ``is_typing``: colleagues see that the officer writes, even if
    the text is refused. One statement stores the text, unless it is refused. Raises
    ``DraftLocked``, ``DraftChanged``, ``DraftNotFound``, ``DraftTooLong``, or
    ``TransitionNotAllowed`` where another agency has the case.
    """
    typed = CaseDraft(
        id=uuid7(),
        complaint_id=complaint.pk,
        officer=officer,
        act=act,
        parts={name: text.replace("\0", "") for name, text in parts.items()},
        version=version,
        saved_at=clock.now(),
    )
    try:
        return _saved(typed, complaint, known_at=known_at, is_typing=is_typing)
    except DomainError:
        if is_typing:
            # Colleagues also see that somebody types a text that cannot be saved.
            writing_note(complaint_id=complaint.pk, user=officer, act=act)
        raise


def _saved(
    typed: CaseDraft, complaint: "Complaint", *, known_at: datetime | None, is_typing: bool
) -> CaseDraft:
    if complaint.status == Status.TRANSFERRED:
        raise TransitionNotAllowed(complaint.reference)
    if any(len(text) > MAX_PART for text in typed.parts.values()):
        raise DraftTooLong
    return _stored(typed, known_at=known_at, is_typing=is_typing) or _stored_or_refused(
        typed, complaint, known_at=known_at
    )


def _stored(typed: CaseDraft, *, known_at: datetime | None, is_typing: bool) -> CaseDraft | None:
    """Store a text by one statement; return ``None`` if the stored text may not be replaced."""
    values = [typed.complaint_id, typed.officer_id, typed.act]
    text = [Json(typed.parts), typed.version, typed.saved_at]
    statement, params = (
        (_INSERTED, [typed.pk, *values, *text])
        if known_at is None
        else (_UPDATED, [*text, *values, known_at])
    )
    statement = f"{statement} RETURNING {', '.join(f'own.{name}' for name in _RETURNED)}"
    if is_typing:
        rows = written_with_note(
            statement,
            params,
            complaint_id=typed.complaint_id,
            user=typed.officer,
            act=typed.act,
        )
    else:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            rows = cursor.fetchall()
    if not rows:
        return None
    stored = CaseDraft.from_db(DEFAULT_DB_ALIAS, _RETURNED, rows[0])
    stored.parts = typed.parts
    return stored


@transaction.atomic
def _stored_or_refused(
    typed: CaseDraft, complaint: "Complaint", *, known_at: datetime | None
) -> CaseDraft:
    """Store a text after the row of the draft is locked, or raise why the text is refused."""
    draft, is_new = _own_draft(complaint, typed.officer, DraftAct(typed.act))
    if is_locked(draft):
        raise DraftLocked(str(draft.pk))
    if known_at is not None and is_new:
        # Without this check, a page still open would restore a text that was sent or discarded.
        raise DraftNotFound(str(draft.pk))
    if known_at is not None and draft.saved_at != known_at:
        raise DraftChanged(str(draft.pk))
    draft.parts, draft.version, draft.saved_at = typed.parts, typed.version, typed.saved_at
    draft.save(update_fields=["parts", "version", "saved_at"])
    return draft


@transaction.atomic
def case_draft_discard(*, draft_id: UUID, officer: User) -> None:
    """Delete an officer's own text with its files. Raises ``DraftNotFound`` or ``DraftLocked``."""
    draft = case_draft_lock(draft_id=draft_id)
    if draft.officer_id != officer.pk:
        raise DraftNotFound(str(draft_id))
    if is_locked(draft):
        raise DraftLocked(str(draft_id))
    case_draft_delete(draft)


def case_draft_delete(draft: CaseDraft) -> None:
    """Delete a draft that the transaction has locked, with its files."""
    for file in case_draft_files(draft_id=draft.pk):
        case_draft_file_remove(draft_id=draft.pk, attachment_id=file.pk)
    draft.delete()


@transaction.atomic
def case_draft_copy(*, draft_id: UUID, officer: User, version: int) -> CaseDraft:
    """Copy a colleague's text, with its files, into the officer's own draft.

    The colleague's text stays; its files are moved if the colleague may no longer send the text.
    Raises ``DraftNotFound`` (also for a note), ``DraftExists`` where the officer has another text,
    ``TooManyAttachments`` or ``StorageFull``.
    """
    source = case_draft_lock(draft_id=draft_id)
    if source.act == DraftAct.NOTE:
        raise DraftNotFound(str(draft_id))
    own, _is_new = _own_draft(source.complaint, officer, DraftAct(source.act))
    if is_locked(own) or has_text(own):
        raise DraftExists(str(own.pk))
    own.parts, own.version, own.saved_at = dict(source.parts), version, clock.now()
    own.save(update_fields=["parts", "version", "saved_at"])
    may_send = is_locked(source) or may_handle(source.complaint, source.officer)
    take = case_draft_files_copy if may_send else case_draft_files_move
    take(reference=source.complaint.reference, draft_id=source.pk, to=own.pk)
    return own


@transaction.atomic
def case_draft_turn(*, draft: CaseDraft, to: DraftAct) -> None:
    """Move an officer's text of one act into the draft of another act, with its files.

    Earlier prose in the draft of ``to`` stays above the moved text. Raises ``DraftNotFound``,
    ``DraftLocked``, ``TooManyAttachments`` or ``StorageFull``.
    """
    source = case_draft_lock(draft_id=draft.pk)
    own, _is_new = _own_draft(source.complaint, source.officer, to)
    if is_locked(source) or is_locked(own):
        raise DraftLocked(str(source.pk))
    own.parts = {**own.parts, **_joined(own.parts, source.parts)}
    own.version, own.saved_at = source.version, clock.now()
    own.save(update_fields=["parts", "version", "saved_at"])
    case_draft_files_move(reference=source.complaint.reference, draft_id=source.pk, to=own.pk)
    source.delete()


def _joined(before: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """Return the typed parts; earlier prose stays above the typed prose."""
    found = {}
    for name, text in typed.items():
        old = before.get(name, "").strip()
        is_prose = name in ("explanation", "way_on") and old and old not in text
        found[name] = f"{old}\n\n{text}".strip() if is_prose else text
    return found


def case_draft_file_attach(*, draft: CaseDraft, upload: UploadedContent) -> None:
    """Add a file to an officer's own text that is not being sent and waits for no approval.

    The draft is locked, because in another window the officer may press "send" while the file is
    scanned. Raises ``DraftNotFound``, ``DraftLocked`` and what ``case_draft_file_add`` raises.
    """
    case_draft_file_add(
        reference=draft.complaint.reference,
        draft_id=draft.pk,
        upload=upload,
        draft_hold=partial(_draft_hold, draft.pk),
    )


@transaction.atomic
def case_draft_file_detach(*, draft: CaseDraft, attachment_id: UUID) -> None:
    """Delete one file of an officer's own text.

    Raises ``DraftNotFound``, ``DraftLocked`` or ``AttachmentNotFound``.
    """
    _draft_hold(draft.pk)
    case_draft_file_remove(draft_id=draft.pk, attachment_id=attachment_id)


def _draft_hold(draft_id: UUID) -> None:
    if is_locked(case_draft_lock(draft_id=draft_id)):
        raise DraftLocked(str(draft_id))


def case_draft_forget(*, complaint: "Complaint", officer: User, act: DraftAct) -> None:
    """Delete an officer's draft of one act, if it exists, after the act was done."""
    with connection.cursor() as cursor:
        cursor.execute(_DELETED, [complaint.pk, officer.pk, act])


def has_text(draft: CaseDraft) -> bool:
    """Return whether the draft has any text."""
    return any(text.strip() for name, text in draft.parts.items() if name != "template")


def is_locked(draft: CaseDraft) -> bool:
    """Return whether the draft is being sent or waits for approval."""
    return draft.pressed_at is not None or draft.approval_asked_at is not None


def case_draft_lock(*, draft_id: UUID) -> CaseDraft:
    """Return the draft with its case and officers, and lock its row until the transaction ends.

    A draft is always locked before its case. Raises ``DraftNotFound``.
    """
    rows = CaseDraft.objects.select_for_update(of=("self",)).filter(pk=draft_id)
    rows = rows.select_related("complaint", "officer", "approved_by")
    return first_or_refuse(rows, DraftNotFound(str(draft_id)))


def _own_draft(complaint: "Complaint", officer: User, act: DraftAct) -> tuple[CaseDraft, bool]:
    """Return the officer's draft of one act, locked, and whether this call created it."""
    rows = CaseDraft.objects.select_for_update().filter(
        complaint_id=complaint.pk, officer=officer, act=act
    )
    draft = rows.first()
    if draft is not None:
        return draft, False
    # Two windows may begin the same text at the same time, and only one row is created.
    made = CaseDraft(
        id=uuid7(),
        complaint_id=complaint.pk,
        officer=officer,
        act=act,
        version=complaint.version,
        saved_at=clock.now(),
    )
    CaseDraft.objects.bulk_create([made], ignore_conflicts=True)
    draft = rows.get()
    return draft, draft.pk == made.pk
