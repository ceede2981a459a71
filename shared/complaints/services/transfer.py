"""Transfer of a case between agencies: the steps inside each agency.

``tenants.custody`` enters both agencies, one after the other, and records in the public schema
which agency holds the case.
"""

import logging
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Model

from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.complaints.enums import OPEN, EventKind, ScanState, Status
from shared.complaints.errors import (
    AlreadyOffered,
    NotOffered,
    ReviewWaits,
    TransitionNotAllowed,
)
from shared.complaints.models import Attachment, Complaint, Party
from shared.complaints.models.custody import (
    CASE_COLUMNS,
    MOVED,
    PARTY_COLUMNS,
    TABLES,
    Custody,
)
from shared.complaints.models.party import party_of
from shared.complaints.selectors import case_events
from shared.complaints.selectors.custody import (
    carried_keys_taken,
    case_draft_file_paths,
    case_payload,
    offered_case,
    row_values,
)
from shared.complaints.services.carried_letters import carried_letter_rows
from shared.complaints.services.case_routing import case_route, route_rows
from shared.complaints.services.files import attachments_scan
from shared.complaints.services.history import case_lock, event_record, status_set
from shared.complaints.services.merge import merge_end, unmerged_lock
from shared.complaints.services.parts import part_join, require_parts_taken
from shared.complaints.services.payload_repair import (
    keys_renew,
    payload_keys,
)
from shared.complaints.services.search_words import words_replace
from shared.complaints.types.custody import (
    OVERSIGHT,
    CasePayload,
    HandedOver,
    HoldingStart,
    OfferedCase,
    PartOrigin,
)
from shared.complaints.types.escalation import ESCALATED_FROM
from shared.complaints.workflow import appeal_of, can_move, require_move
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.mail.services import mails_leave
from shared.routing.enums import Occasion
from shared.rows.services import rows_insert

logger = logging.getLogger(__name__)

# The key of the payload's entry with the kinds of the unsent e-mails.
MAILS = "Mail"
_GONE = (Custody.MOVES, Custody.ERASED)
# After these events a part stays with the agency that cut the part out, and is given back in that
# agency.
TAKEN_BACK = (EventKind.TRANSFER_WITHDRAWN, EventKind.COMPETENCE_DECIDED)


@transaction.atomic
def transfer_offered(
    *, reference: str, to_code: str, actor: Actor, version: int | None = None
) -> OfferedCase:
    """Record that a case was offered to another agency; the case and its clock do not change.

    Raises ``TransitionNotAllowed``, ``CaseMerged``, ``AlreadyOffered``, ``PartsNotTaken``,
    ``ReviewWaits`` or ``StaleCase``.
    """
    complaint = _locked_to_offer(reference, version)
    _refuse_reviewed(complaint)
    complaint.offered_to = to_code
    event_record(complaint, EventKind.TRANSFER_OFFERED, actor)
    return offered_case(complaint)


@transaction.atomic
def competence_asked(
    *,
    reference: str,
    actor: Actor,
    version: int | None = None,
    is_review_waiting_allowed: bool = False,
) -> OfferedCase:
    """Record that national oversight was asked which agency is competent; the agency keeps the
    case.

    ``is_review_waiting_allowed``: the question follows a second refused offer, and is allowed
    though the citizen has requested a review. Raises ``TransitionNotAllowed``, ``CaseMerged``,
    ``AlreadyOffered``, ``PartsNotTaken``, ``ReviewWaits`` or ``StaleCase``.
    """
    complaint = _locked_to_offer(reference, version)
    if not is_review_waiting_allowed:
        _refuse_reviewed(complaint)
    complaint.offered_to = OVERSIGHT
    event_record(complaint, EventKind.COMPETENCE_ASKED, actor)
    return offered_case(complaint)


@transaction.atomic
def transfer_offer_ended(*, reference: str, kind: EventKind, actor: Actor) -> bool:
    """Record that an offer was refused, lapsed or was withdrawn; ``False`` if the case has ended.

    ``kind``: ``TRANSFER_REFUSED``, ``TRANSFER_LAPSED`` or ``TRANSFER_WITHDRAWN``, or
    ``COMPETENCE_DECIDED`` where this agency keeps the case.
    """
    complaint = case_lock(reference=reference)
    complaint.offered_to = ""
    if not complaint.is_open:
        # The case was answered, refused or withdrawn meanwhile, so no event is recorded.
        complaint.save(update_fields=["offered_to"])
        return False
    event_record(complaint, kind, actor)
    if kind in TAKEN_BACK:
        part_join(complaint, actor=actor)
    return True


@transaction.atomic
def offers_forget(*, actor: Actor) -> int:
    """End the offers of a restored agency's cases; return the count of offers.

    No other agency has a record of the offers.
    """
    rows = Complaint.objects.filter(status__in=OPEN).exclude(offered_to="").order_by("pk")
    waiting = list(rows.values_list("reference", "offered_to"))
    for reference, asked in waiting:
        kind = EventKind.TRANSFER_WITHDRAWN if asked == OVERSIGHT else EventKind.TRANSFER_LAPSED
        transfer_offer_ended(reference=reference, kind=kind, actor=actor)
    return len(waiting)


@transaction.atomic
def case_transfer_out(
    *,
    reference: str,
    agency_code: str,
    to_code: str,
    actor: Actor,
    start: HoldingStart,
    is_decided: bool = False,
) -> HandedOver:
    """Transfer a whole case out of the current agency, and leave a stub without texts.

    ``agency_code``: the current agency; ``to_code``: the agency that accepts the case; ``start``:
    the start of the current agency's holding by the public record. ``is_decided``: national
    oversight decided the transfer, so no offer is needed. The caller writes the payload into the
    other agency in the same transaction. Raises ``TransitionNotAllowed``, ``NotOffered`` or
    ``ReviewWaits``.
    """
    complaint = case_lock(reference=reference, is_together=True)
    require_move(Status(complaint.status), Status.TRANSFERRED)
    if not is_decided and complaint.offered_to != to_code:
        raise NotOffered(reference)
    _refuse_reviewed(complaint)
    # Other cases of the person stay here and are no longer merged with this case.
    merge_end(complaint, actor=actor)
    status_set(complaint, Status.TRANSFERRED)
    complaint.offered_to, complaint.handed_to = "", to_code
    complaint.assignee = complaint.stands_in_for = None
    event_record(complaint, EventKind.TRANSFERRED, actor)
    payload = case_payload(complaint, agency_code=agency_code, start=start, until=clock.now())
    paths = case_draft_file_paths(complaint)
    mails = mails_leave(reference=reference)
    case_erase(complaint)
    return HandedOver(payload=replace(payload, rows={**payload.rows, MAILS: mails}), paths=paths)


@transaction.atomic
def case_transfer_in(
    *,
    payload: CasePayload,
    agency_code: str,
    organisation_code: str,
    actor: Actor,
    is_email_proved: bool,
    part: PartOrigin | None = None,
    replaced: Collection[str] = (),
) -> Complaint:
    """Store a transferred case in the current agency, with its events at earlier agencies.

    A stub of the case in this agency is filled again. The day of filing and the legal term do not
    change. ``organisation_code``: the competent body of this agency. ``is_email_proved``: whether
    the address is proved, by the route of the case. ``part``: the national record of a part; a part
    that comes to the agency of its whole request is given back. The caller has compared other
    agencies' data in the payload with the public record, and has replaced unreadable values in the
    columns ``replaced``.
    """
    payload = _keys_free(payload, replaced, actor)
    complaint = _stub(payload, organisation_code, part)
    _values_set(complaint, payload, part)
    status_set(complaint, Status.RECEIVED)
    complaint.organisation_code, complaint.handed_to = organisation_code, ""
    routed = case_route(complaint, occasion=Occasion.TRANSFERRED)
    _rows_write(complaint, payload, agency_code)
    words_replace(complaint)
    is_home = part is not None and part.whole_reference != ""
    event = event_record(
        complaint,
        EventKind.TRANSFER_ACCEPTED,
        actor,
        chain=payload.chain,
        is_told=not is_home,
        beside=_letters_anew(complaint, payload, is_email_proved=is_email_proved),
    )
    if rows := route_rows(routed, event=event):
        rows_insert(*rows)
    if part is not None and is_home:
        part_join(complaint, case_lock(reference=part.whole_reference), actor=actor)
    return complaint


def _letters_anew(
    complaint: Complaint, payload: CasePayload, *, is_email_proved: bool
) -> list[Model]:
    return carried_letter_rows(
        complaint,
        letters=payload.rows[MAILS],
        chain=payload.chain,
        directed_to=_directed_to(payload),
        is_email_proved=is_email_proved,
    )


def _values_set(complaint: Complaint, payload: CasePayload, part: PartOrigin | None) -> None:
    """Set the transferred values of a case in memory, and save the values of its party."""
    for name, value in row_values(Complaint, dict(payload.case)).items():
        setattr(complaint, name, value)
    # The sender could have changed its row, so these values come from ``part``.
    complaint.is_part = part is not None
    complaint.cut_by_code = part.cut_by_code if part else ""
    # The sender's heads were notified of the late case, but this agency's heads were not. The
    # register also counts an escalation by this agency to national oversight separately.
    complaint.escalated = min(complaint.escalated, ESCALATED_FROM - 1)
    party = party_of(complaint)
    for name, value in row_values(Party, dict(payload.party)).items():
        setattr(party, name, value)
    party.save()


def _keys_free(payload: CasePayload, replaced: Collection[str], actor: Actor) -> CasePayload:
    """Record which columns were replaced, and renew the ids of rows that already exist here."""
    if replaced:
        # Each column has its own entry, because an entry is short and many columns may be damaged.
        for column in replaced:
            audit_record(
                actor=actor,
                action="transfer.repaired",
                subject=f"{payload.reference}: {column}",
            )
        logger.warning("transfer of %s: replaced %s", payload.reference, ", ".join(replaced))
    if taken := carried_keys_taken(payload_keys(payload)):
        return keys_renew(payload, taken=taken)
    return payload


def _locked_to_offer(reference: str, version: int | None) -> Complaint:
    complaint = unmerged_lock(reference=reference, version=version)
    if not can_move(Status(complaint.status), Status.TRANSFERRED):
        raise TransitionNotAllowed(reference)
    if complaint.offered_to:
        raise AlreadyOffered(reference)
    require_parts_taken(complaint)
    return complaint


def _refuse_reviewed(complaint: Complaint) -> None:
    """Raise ``ReviewWaits`` while a review of the case by national oversight waits."""
    if appeal_of(case_events(complaint)).is_waiting:
        raise ReviewWaits(complaint.reference)


def _stub(payload: CasePayload, organisation_code: str, part: PartOrigin | None) -> Complaint:
    """Return the locked row of the case in this agency: an earlier stub, or a new row."""
    if not Complaint.objects.filter(reference=payload.reference).exists():
        complaint = Complaint(
            reference=payload.reference,
            status=Status.TRANSFERRED,
            organisation_code=organisation_code,
            **row_values(Complaint, dict(payload.case)),
        )
        if part is not None and part.whole_reference:
            # The part was never a separate request of this agency, and this agency now has the
            # whole request too.
            complaint.is_part = True
            complaint.cut_from = Complaint.objects.get(reference=part.whole_reference)
        complaint.save(force_insert=True)
        Party(complaint=complaint, **row_values(Party, dict(payload.party))).save(force_insert=True)
    return case_lock(reference=payload.reference)


def _rows_write(complaint: Complaint, payload: CasePayload, agency_code: str) -> None:
    for model in MOVED:
        values = [row_values(model, dict(row)) for row in payload.rows[model.__name__]]
        if any("writer_number" in one for one in values):
            values = _own_writers_known(values, agency_code)
        model._default_manager.bulk_create(model(complaint=complaint, **one) for one in values)
    if complaint.attachments.filter(scan=ScanState.PENDING).exists():
        attachments_scan.enqueue()


def _directed_to(payload: CasePayload) -> str:
    """Return the body in the last refusal that names a body; "" without such a refusal."""
    rows = (row for row in reversed(payload.rows["Message"]) if row["organisation_code"])
    return next((str(row["organisation_code"]) for row in rows), "")


def _own_writers_known(values: list[dict[str, Any]], agency_code: str) -> list[dict[str, Any]]:
    """Set this agency's own officers as writers of the agency's texts, if the officers' accounts
    still exist.

    Rows whose writer is not proved, because only the sender names the writer, stay unchanged.
    """
    own = [
        one
        for one in values
        if one.get("agency_code") == agency_code and not one.get("is_unproved")
    ]
    numbers = {one["writer_number"] for one in own}
    known = set(User.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    for one in own:
        if one["writer_number"] in known:
            one |= {"officer_id": one["writer_number"], "agency_code": "", "writer_number": None}
    return values


def case_erase(complaint: Complaint) -> None:
    """Reduce a case to a stub: delete its transferred rows and the officers' marks on the case."""
    Attachment.everything.filter(complaint=complaint).delete()
    for model in reversed([one for one, custody in TABLES.items() if custody in _GONE]):
        model._default_manager.filter(complaint=complaint).delete()
    moved = [name for name, custody in CASE_COLUMNS.items() if custody == Custody.MOVES]
    for field in Complaint._meta.concrete_fields:
        if field.name in moved:
            setattr(complaint, field.name, field.get_default())
    # The stub keeps its unit, so that the officers who had the case see which agency has it.
    complaint.label_ids, complaint.has_citizen_news = [], False
    complaint.more_words = ""
    complaint.save(update_fields=[*moved, "label_ids", "has_citizen_news", "more_words"])
    personal = [name for name, custody in PARTY_COLUMNS.items() if custody == Custody.MOVES]
    party = party_of(complaint)
    for name in personal:
        setattr(party, name, "")
    party.save()
