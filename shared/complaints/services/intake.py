"""Filing of requests in the schema of their agency."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime, timedelta

from django.db.models import Model

from shared.catalogue.selectors import calendar_shown
from shared.complaints.enums import Author, EventKind, Kind, Privacy, ScanState
from shared.complaints.errors import InvalidDraft
from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Party
from shared.complaints.selectors import filed_of
from shared.complaints.services.case_routing import (
    request_route,
    request_route_known,
    route_rows,
)
from shared.complaints.services.files import attachments_scan
from shared.complaints.services.history import event_rows
from shared.complaints.services.search_words import words_of_filing
from shared.complaints.types import MAX_TEXT_LENGTH, ComplaintDraft, Filed, PartyDraft
from shared.jobs.services.schema_tasks import task_row
from shared.kernel import clock, legal_deadline
from shared.kernel.actors import Actor
from shared.kernel.clock_ledger import working_due_on
from shared.rows.errors import ConditionUnmet
from shared.rows.new_rows import new_row
from shared.rows.services import rows_insert
from shared.rows.text_columns import invalid_text_field

# No request is held longer; an older moment is an error in the code or in a server's time.
MAX_HELD = timedelta(days=366)
# Columns of a case that are copied from the draft.
_SAME_COLUMNS = (
    "kind", "organisation_code", "category_code", "subject", "body", "remedy", "place",
    "happened_on", "language", "privacy", "channel",
)  # fmt: skip
# Columns of a party that are copied from the draft.
_PARTY_COLUMNS = tuple(field.name for field in fields(PartyDraft))


def complaint_file(
    *,
    reference: str,
    draft: ComplaintDraft,
    actor: Actor,
    beside: Iterable[Model] = (),
    once: Model | None = None,
    received_at: datetime | None = None,
    cut_from: Complaint | None = None,
    cut_by_code: str = "",
) -> Filed:
    """File one request with its first event, its outbox row and its acknowledgement.

    One statement also inserts the rows ``beside``, by which people find the case. The legal term
    (decree 2.17.265: sixty days, the day of filing not counted) is set for complaints only. With
    ``once`` all rows are inserted only if that row is new. ``received_at``: the filing of a held
    request, or of the whole request of a part; the term, the first event and the public figures
    begin at that moment. ``cut_from``: the request from which ``cut_by_code`` cuts this part; the
    part gets no acknowledgement and counts in no figure here. Raises ``InvalidDraft``,
    ``AlreadyInserted``.
    """
    # A part has the filing day of the whole request, which may be older than ``MAX_HELD``.
    is_part = cut_from is not None
    at = received_at if is_part and received_at else _moment(received_at)
    complaint = _complaint(reference, draft, at)
    if is_part:
        complaint.is_part, complaint.cut_from, complaint.cut_by_code = True, cut_from, cut_by_code
    event, others = event_rows(complaint, EventKind.RECEIVED, actor, at=complaint.received_at)
    if is_part:
        # A part gets neither an e-mail nor a row of the outbox.
        others = []
    files = _attachments(complaint, draft)
    is_waiting = any(file.scan == ScanState.PENDING for file in draft.files)
    scans = [task_row(attachments_scan)] if is_waiting else []
    rows = (complaint, complaint.party, event, *files, *scans, *others, *beside)
    _insert_routed(draft, complaint, event, rows, once)
    return filed_of(complaint, files=len(files))


def _insert_routed(
    draft: ComplaintDraft,
    complaint: Complaint,
    event: ComplaintEvent,
    rows: Sequence[Model],
    once: Model | None,
) -> None:
    """Insert the rows of a case with its unit by the routing rules, usually by one statement.

    The table of rules that this process knows is checked by the statement itself. If the rules were
    changed, they are read again.
    """
    if known := request_route_known(draft):
        routed, condition = known
        complaint.unit_id = routed.unit_id
        with suppress(ConditionUnmet):
            rows_insert(*rows, *route_rows(routed, event=event), once=once, condition=condition)
            return
    routed = request_route(draft)
    complaint.unit_id = routed.unit_id
    rows_insert(*rows, *route_rows(routed, event=event), once=once)


def _complaint(reference: str, draft: ComplaintDraft, received_at: datetime) -> Complaint:
    """Return the unsaved case and its party. Raises ``InvalidDraft``."""
    due_on, working_due_on = _last_days(draft, received_at)
    complaint = new_row(
        Complaint,
        {
            **{name: getattr(draft, name) for name in _SAME_COLUMNS},
            "reference": reference,
            "declarations": list(draft.declarations),
            # The reference of an earlier request could reveal a citizen whose name is hidden.
            "follows": draft.follows if draft.privacy == Privacy.NAMED else "",
            "assisted_by_id": draft.assistance.officer_id if draft.assistance else None,
            "consent": draft.assistance.consent if draft.assistance else "",
            "received_at": received_at,
            "due_on": due_on,
            "working_due_on": working_due_on,
            "risk_on": min(due_on or working_due_on, working_due_on),
            "waiting_since": received_at,
        },
    )
    # For an anonymous request no personal data is stored, even if a client sends it.
    is_anonymous = draft.privacy == Privacy.ANONYMOUS
    party = _party(PartyDraft(kind=draft.party.kind) if is_anonymous else draft.party)
    _require_valid(complaint, party)
    if draft.privacy == Privacy.CONFIDENTIAL:
        # The encrypted identity is in one of the rows of ``beside``.
        party = _party(PartyDraft(kind=draft.party.kind))
    # This also sets ``complaint.party``.
    party.complaint = complaint
    complaint.more_words = words_of_filing(complaint, party)
    return complaint


def _party(draft: PartyDraft) -> Party:
    return new_row(Party, {name: getattr(draft, name) for name in _PARTY_COLUMNS})


def _last_days(draft: ComplaintDraft, received_at: datetime) -> tuple[date | None, date]:
    """Return the last days of the legal and the working term; only a complaint has a legal term."""
    filed_on = clock.civil_day(received_at)
    term, holidays = calendar_shown(category_code=draft.category_code, filed_on=filed_on)
    working = working_due_on(filed_on=filed_on, term=term, holidays=holidays)
    legal = legal_deadline.reply_due_on(filed_on) if draft.kind == Kind.COMPLAINT else None
    return legal, working


def _moment(held_since: datetime | None) -> datetime:
    """Return the moment from which the terms of a request count.

    Raises ``InvalidDraft`` if the moment is in the future or more than ``MAX_HELD`` ago.
    """
    now = clock.now()
    if held_since is None:
        return now
    if not now - MAX_HELD <= held_since <= now:
        raise InvalidDraft(field="received_at")
    return held_since


def _attachments(complaint: Complaint, draft: ComplaintDraft) -> list[Model]:
    # The author is the citizen, also where an officer at the counter files for the citizen.
    return [
        Attachment(
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


def _require_valid(complaint: Complaint, party: Party) -> None:
    too_long = [
        name for name in ("body", "remedy") if len(getattr(complaint, name)) > MAX_TEXT_LENGTH
    ]
    wrong = invalid_text_field(complaint) or invalid_text_field(party)
    if field := (too_long[0] if too_long else wrong):
        raise InvalidDraft(field=field)
