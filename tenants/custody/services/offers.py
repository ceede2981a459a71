"""Services that make, take back, accept, refuse and end offers of cases to other agencies.

They lock in this order: the route, the case, the offer.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from shared.audit.services import audit_record
from shared.catalogue.selectors import calendar_shown
from shared.complaints import services
from shared.complaints.enums import EventKind
from shared.complaints.errors import TransitionNotAllowed
from shared.complaints.types.custody import OfferedCase
from shared.directory.selectors.organisations import organisation_find
from shared.kernel import clock
from shared.kernel.actors import SYSTEM, Actor
from shared.kernel.clock_ledger import working_due_on
from shared.kernel.errors import DomainError
from shared.kernel.identifiers import uuid7
from shared.kernel.references import digits_of, offer_number_make
from shared.rows.selectors import first_or_refuse
from tenants.agencies.errors import OrganisationNotServed
from tenants.agencies.selectors import agency_info, agency_is_open, recipient_agencies
from tenants.case_access.services.reviews import text_require
from tenants.custody.errors import (
    ArbitrationWaits,
    BoundByDecision,
    NobodyToReceive,
    OfferAnswered,
    OfferNotFound,
    OfferToOneself,
    PartBound,
    ReceiverClosed,
    ReferenceInNote,
)
from tenants.custody.selectors import arbitration_row, wholes_of
from tenants.custody.services.arbitration import arbitration_open
from tenants.custody.services.moves import (
    case_transfer,
    move_settle,
    route_locked,
)
from tenants.custody.types import OfferDraft, OfferedTo
from tenants.isolation.database_roles import is_cluster
from tenants.isolation.schema_switch import agency_context, national_context
from tenants.models import Agency, Arbitration, Route, TransferOffer
from tenants.models.enums import ArbitrationCause, OfferState

# An offer must be accepted or refused within this number of working days, or it lapses.
ANSWER_WORKING_DAYS = 5
MAX_REFUSALS = 2
# After this number of accepted offers, a further offer becomes a question for national oversight.
MAX_HOLDERS = 12
MIN_TEXT, MAX_TEXT_LENGTH = 20, 2_000
NOT_ACCEPTED = (OfferState.REFUSED, OfferState.LAPSED)


def offer_make(
    *, agency: Agency, reference: str, draft: OfferDraft, actor: Actor, version: int | None = None
) -> OfferedTo:
    """Offer a case to the agency that answers for a body, or ask national oversight to decide.

    National oversight is asked if that agency had the case, or if too many agencies had it. Raises
    ``OfferToOneself``, ``NobodyToReceive``, ``OrganisationNotServed``, ``ReceiverClosed``,
    ``BoundByDecision``, ``PartBound``, ``ArbitrationWaits``, ``InvalidDraft``, ``ReferenceInNote``
    and what ``services.transfer_offered`` raises.
    """
    note = text_require(draft.note, field="note", limit=MAX_TEXT_LENGTH)
    reference_keep_out(note, reference=reference)
    with (
        national_context(),
        transaction.atomic(),
        route_locked(reference, holder=agency) as route,
    ):
        receiver = _receiver(draft.organisation_code, agency)
        _require_unbound(reference, receiver)
        cause = _cause(reference, receiver)
        if cause is not None:
            arbitration_open(route=route, cause=cause, actor=actor, version=version)
            return OfferedTo(agency=None)
        with agency_context(agency):
            case = services.transfer_offered(
                reference=reference, to_code=receiver.code, actor=actor, version=version
            )
        _offer_row(case, route, receiver, draft, note, actor).save(force_insert=True)
        return OfferedTo(agency=agency_info(receiver))


def offer_withdraw(*, agency: Agency, offer_id: UUID, actor: Actor) -> None:
    """Take back an offer that an agency has made. Raises ``OfferNotFound`` or ``OfferAnswered``."""
    with national_context(), transaction.atomic():
        row = _offer(offer_id, from_schema=agency.schema_name)
        with route_locked(row.reference) as route:
            _end(row, route, OfferState.WITHDRAWN, EventKind.TRANSFER_WITHDRAWN, actor)


def offer_refuse(*, agency: Agency, offer_id: UUID, reason: str, actor: Actor) -> bool:
    """Refuse an offer, with a reason; return whether national oversight must decide the competence.

    Raises ``OfferNotFound``, ``OfferAnswered`` or ``InvalidDraft``.
    """
    reason = text_require(reason, field="reason", limit=MAX_TEXT_LENGTH)
    with national_context():
        with transaction.atomic():
            row = _offer(offer_id, to_schema=agency.schema_name)
            with route_locked(row.reference) as route:
                row.answer = reason
                is_decided = _end(row, route, OfferState.REFUSED, EventKind.TRANSFER_REFUSED, actor)
            if not is_cluster():
                _refusal_record(agency, row, actor)
        if is_cluster():
            # In a cluster two agencies' roles cannot share a transaction.
            _refusal_record(agency, row, actor)
    return is_decided


def offer_accept(*, agency: Agency, offer_id: UUID, actor: Actor) -> str:
    """Accept an offer and transfer the case to this agency; return the reference of the case.

    Raises ``OfferNotFound``, ``OfferAnswered``, ``PartBound``, ``ReceiverClosed``, ``ReviewWaits``
    or ``AgencyUpdating``.
    """
    with national_context():
        with transaction.atomic():
            row = _offer(offer_id, to_schema=agency.schema_name)
            with route_locked(row.reference) as route:
                _require_offered(row, route)
                # Oversight may have decided on the competence for the whole since the offer.
                _require_part_unbound(row.reference, agency)
                try:
                    paths = case_transfer(
                        route=route,
                        to=agency,
                        organisation_code=row.organisation_code,
                        actor=actor,
                    )
                except TransitionNotAllowed:
                    raise OfferAnswered(str(offer_id)) from None
                _answered(row, OfferState.ACCEPTED, actor)
        move_settle(reference=row.reference, paths=paths)
    return row.reference


def offers_lapse() -> int:
    """End offers that are overdue or whose receiving agency is closed; return how many.

    Each offer is ended in a transaction of its own, so that a failure does not affect other offers.
    Repeating is safe.
    """
    closed = [row.schema_name for row in Agency.objects.all() if not agency_is_open(row)]
    rows = TransferOffer.objects.filter(state=OfferState.OFFERED)
    late = rows.filter(answer_by__lt=clock.today()) | rows.filter(to_schema__in=closed)
    ended = 0
    for row in list(late.order_by("answer_by", "id")):
        try:
            with transaction.atomic(), route_locked(row.reference) as route:
                _end(row, route, OfferState.LAPSED, EventKind.TRANSFER_LAPSED, SYSTEM)
        except DomainError:
            # The offer was answered meanwhile, or the agency's schema cannot be entered; the next
            # run retries.
            continue
        ended += 1
    return ended


def offer_end(*, reference: str) -> None:
    """End the open offer and the open question of competence about a case that has ended."""
    with national_context():
        TransferOffer.objects.filter(reference=reference, state=OfferState.OFFERED).update(
            state=OfferState.ENDED, answered_at=clock.now()
        )
        Arbitration.objects.filter(reference=reference, decided_at=None).update(
            decided_at=clock.now(), is_lapsed=True
        )


def _end(
    row: TransferOffer, route: Route, state: OfferState, kind: EventKind, actor: Actor
) -> bool:
    """End an offer without a transfer; return whether oversight must decide the competence."""
    _require_offered(row, route)
    with agency_context(route.agency):
        is_noted = services.transfer_offer_ended(reference=row.reference, kind=kind, actor=actor)
    _answered(row, state if is_noted else OfferState.ENDED, actor)
    if not (
        is_noted
        and state in NOT_ACCEPTED
        and TransferOffer.objects.filter(
            reference=row.reference, from_schema=row.from_schema, state__in=NOT_ACCEPTED
        ).count()
        >= MAX_REFUSALS
    ):
        return False
    arbitration_open(route=route, cause=ArbitrationCause.REFUSED_TWICE, actor=SYSTEM)
    return True


def _answered(row: TransferOffer, state: OfferState, actor: Actor) -> None:
    """Save the answer to an offer. Raises ``OfferAnswered`` if another answer came first."""
    if not TransferOffer.objects.filter(pk=row.pk, state=OfferState.OFFERED).update(
        state=state, answer=row.answer, answered_at=clock.now(), answered_by=actor.label
    ):
        raise OfferAnswered(str(row.pk))


def _refusal_record(agency: Agency, row: TransferOffer, actor: Actor) -> None:
    """Record a refusal of an offer in the audit log of the agency that refused."""
    # The record has the offer's number and no reference, because with a reference the agency could
    # try e-mail addresses on the citizens' site.
    with agency_context(agency):
        audit_record(actor=actor, action="transfer.refused", subject=row.number or str(row.pk))


def _require_offered(row: TransferOffer, route: Route) -> None:
    """Require that an offer is open; the caller locked the route. Raises ``OfferAnswered``."""
    state = TransferOffer.objects.values_list("state", flat=True).get(pk=row.pk)
    if state != OfferState.OFFERED or row.from_schema != route.agency.schema_name:
        raise OfferAnswered(str(row.pk))


def _cause(reference: str, receiver: Agency) -> ArbitrationCause | None:
    """Return why national oversight and not the receiver must decide on a case, or ``None``."""
    accepted = TransferOffer.objects.filter(reference=reference, state=OfferState.ACCEPTED)
    if accepted.filter(from_schema=receiver.schema_name).exists():
        return ArbitrationCause.RETURNED
    return ArbitrationCause.TOO_MANY if accepted.count() >= MAX_HOLDERS else None


def _require_unbound(reference: str, receiver: Agency) -> None:
    """Require that no question of competence, waiting or decided, forbids an offer of a case.

    Raises ``ArbitrationWaits``, ``BoundByDecision`` or ``PartBound``.
    """
    latest = arbitration_row(reference)
    if latest is not None and not latest.is_lapsed:
        raise (ArbitrationWaits if latest.decided_at is None else BoundByDecision)(reference)
    _require_part_unbound(reference, receiver)


def _require_part_unbound(reference: str, receiver: Agency) -> None:
    """Require that a decision on the whole request does not exclude the receiver of its part.

    An agency that made or received an offer of the whole, and was not found competent, may not get
    a part: a part with the whole text would undo the decision. Raises ``PartBound``.
    """
    wholes = wholes_of(reference=reference)
    if not wholes:
        return
    name = receiver.schema_name
    decided = Arbitration.objects.filter(
        reference__in=wholes, decided_at__isnull=False, is_lapsed=False
    ).exclude(to_schema=name)
    asked = TransferOffer.objects.filter(reference__in=decided.values("reference"))
    if asked.filter(Q(to_schema=name) | Q(from_schema=name)).exists():
        raise PartBound(reference)


def _receiver(organisation_code: str, sender: Agency) -> Agency:
    """Return the agency that answers for a body.

    Raises ``NobodyToReceive``, ``OfferToOneself``, ``OrganisationNotServed``, ``ReceiverClosed``.
    """
    body = organisation_find(code=organisation_code)
    found = recipient_agencies(organisation_codes=[organisation_code]).get(organisation_code)
    if body is None or found is None or found.is_orientation:
        raise NobodyToReceive(organisation_code, field="organisation_code")
    if found.agency.code == sender.code:
        raise OfferToOneself(organisation_code, field="organisation_code")
    if not body.accepts:
        raise OrganisationNotServed(organisation_code, field="organisation_code")
    receiver = Agency.objects.get(code=found.agency.code)
    if not agency_is_open(receiver):
        raise ReceiverClosed(receiver.code, field="organisation_code")
    return receiver


def _offer(offer_id: UUID, **of_agency: str) -> TransferOffer:
    rows: QuerySet[TransferOffer] = TransferOffer.objects.filter(pk=offer_id, **of_agency)
    return first_or_refuse(rows, OfferNotFound(str(offer_id)))


def _offer_row(
    case: OfferedCase, route: Route, receiver: Agency, draft: OfferDraft, note: str, actor: Actor
) -> TransferOffer:
    return TransferOffer(
        id=uuid7(),
        number=offer_number_make(),
        reference=case.reference,
        from_schema=route.agency.schema_name,
        to_schema=receiver.schema_name,
        kind=case.kind,
        category_code=case.category_code,
        concerns_code=case.organisation_code,
        place=case.place,
        language=case.language,
        received_at=case.received_at,
        due_on=case.due_on,
        organisation_code=draft.organisation_code,
        reason=draft.reason,
        note=note,
        offered_at=clock.now(),
        offered_by=actor.label,
        answer_by=answer_by(today=clock.today()),
    )


def answer_by(*, today: date) -> date:
    """Return the last day to accept an offer made on ``today``: five working days later."""
    _term, holidays = calendar_shown(category_code="", filed_on=today)
    return working_due_on(filed_on=today, term=ANSWER_WORKING_DAYS, holidays=holidays)


def reference_keep_out(note: str, *, reference: str) -> None:
    """Require that a note does not contain the case's reference. Raises ``ReferenceInNote``."""
    if reference in digits_of(note):
        raise ReferenceInNote(field="note")
