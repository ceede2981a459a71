"""A complaint comes in."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Model

from shared.complaints.enums import Author, EventKind, Kind, Privacy, ScanState
from shared.complaints.errors import InvalidDraft
from shared.complaints.models import Attachment, Complaint, Party
from shared.complaints.selectors import filed_of
from shared.complaints.services.files import attachments_scan
from shared.complaints.services.history import event_rows
from shared.complaints.types import ComplaintDraft, Filed
from shared.jobs.services.queue import task_row
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.rows.checking import invalid_text_field
from shared.rows.services import row, rows_insert

MAX_TEXT_LENGTH = 10_000


def complaint_register(
    *,
    reference: str,
    draft: ComplaintDraft,
    actor: Actor,
    beside: Iterable[Model] = (),
    once: Model | None = None,
) -> Filed:
    """Store one complaint with its first event, its outbox_event and its acknowledgement.

    One statement, and in it the rows ``beside`` of whoever leads people to the case.
    The legal term (decree 2.17.265: sixty days, the day of filing not counted) is set for
    complaints only. With ``once`` all come with that row. Raises ``InvalidDraft``,
    ``AlreadyInserted``.
    """
    received_at = clock.now()
    complaint = row(
        Complaint,
        reference=reference,
        kind=draft.kind,
        organisation_code=draft.organisation_code,
        category_code=draft.category_code,
        subject=draft.subject,
        body=draft.body,
        remedy=draft.remedy,
        place=draft.place,
        happened_on=draft.happened_on,
        declarations=list(draft.declarations),
        # Whoever hides who they are is not given away by an earlier request of theirs.
        follows=draft.follows if draft.privacy == Privacy.NAMED else "",
        language=draft.language,
        privacy=draft.privacy,
        channel=draft.channel,
        assisted_by_id=draft.assistance.officer_id if draft.assistance else None,
        consent=draft.assistance.consent if draft.assistance else "",
        received_at=received_at,
        due_on=_due_on(draft, received_at),
    )
    complaint.party = _party(draft)
    _require_valid(complaint)
    _keep_party(complaint, draft)
    event, others = event_rows(complaint, EventKind.RECEIVED, actor)
    files = _attachments(complaint, draft)
    rows = (complaint, complaint.party, event, *files, *_scans(draft), *others, *beside)
    rows_insert(*rows, once=once)
    return filed_of(complaint, files=len(files))


def _due_on(draft: ComplaintDraft, received_at: datetime) -> date | None:
    if draft.kind != Kind.COMPLAINT:
        return None
    return clock.reply_due_on(clock.civil_day(received_at))


def _party(draft: ComplaintDraft) -> Party:
    # Anonymous means that nothing is kept, even when a client sends it.
    if draft.privacy == Privacy.ANONYMOUS:
        return row(Party, kind=draft.party.kind)
    return row(
        Party,
        kind=draft.party.kind,
        name=draft.party.name,
        email=draft.party.email,
        phone=draft.party.phone,
        national_id=draft.party.national_id,
    )


def _keep_party(complaint: Complaint, draft: ComplaintDraft) -> None:
    if draft.privacy == Privacy.CONFIDENTIAL:
        # Whoever leads people to the case has sealed who they are among the rows beside it.
        complaint.party = row(Party, kind=draft.party.kind)
    complaint.party.complaint = complaint


def _attachments(complaint: Complaint, draft: ComplaintDraft) -> list[Model]:
    # Whoever fills in the form sends them, an officer at the counter for the citizen too.
    return [
        row(
            Attachment,
            id=file.id,
            complaint=complaint,
            author=Author.CITIZEN,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            path=file.path,
            scan=file.scan,
            question=file.question,
            at=complaint.received_at,
        )
        for file in draft.files
    ]


def _scans(draft: ComplaintDraft) -> list[Model]:
    return (
        [task_row(attachments_scan)]
        if any(file.scan == ScanState.PENDING for file in draft.files)
        else []
    )


def _require_valid(complaint: Complaint) -> None:
    if len(complaint.body) > MAX_TEXT_LENGTH:
        raise InvalidDraft(field="body")
    if len(complaint.remedy) > MAX_TEXT_LENGTH:
        raise InvalidDraft(field="remedy")
    wrong = invalid_text_field(complaint) or invalid_text_field(complaint.party)
    if wrong:
        raise InvalidDraft(field=wrong)
