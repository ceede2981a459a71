"""Binding decisions of national oversight on which agency is competent for a case."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from shared.complaints import services
from shared.complaints.enums import EventKind
from shared.complaints.types import FileContent
from shared.directory.selectors.organisations import organisation_find
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7
from shared.rows.selectors import found_or_refuse
from tenants.agencies.errors import OrganisationNotServed
from tenants.agencies.selectors import agency_info, recipient_agencies
from tenants.case_access.selectors import route_by_reference
from tenants.case_access.services.oversight_access import case_file_read, case_read
from tenants.case_access.services.printed_codes import printed_code_uses_of
from tenants.case_access.services.reviews import text_require
from tenants.custody.errors import (
    ArbitrationDecided,
    ArbitrationNotFound,
    NobodyToReceive,
)
from tenants.custody.selectors import (
    arbitration_row,
    arbitration_summaries,
    offers_of_reference,
)
from tenants.custody.services.moves import (
    case_transfer,
    move_settle,
    route_locked,
)
from tenants.custody.types import ArbitrationFile, ArbitrationSummary
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Arbitration, Route
from tenants.models.enums import ArbitrationCause

# The days to decide; this term is a promise of the portal and is in no law.
DECISION_DAYS = 10


def arbitration_open(
    *, route: Route, cause: ArbitrationCause, actor: Actor, version: int | None = None
) -> None:
    """Ask national oversight which agency is competent for a case whose route is locked.

    Raises what ``services.competence_asked`` raises.
    """
    with agency_context(route.agency):
        case = services.competence_asked(
            reference=route.reference,
            actor=actor,
            version=version,
            is_review_waiting_allowed=cause == ArbitrationCause.REFUSED_TWICE,
        )
    Arbitration.objects.create(
        id=uuid7(),
        reference=case.reference,
        from_schema=route.agency.schema_name,
        kind=case.kind,
        category_code=case.category_code,
        concerns_code=case.organisation_code,
        place=case.place,
        language=case.language,
        received_at=case.received_at,
        due_on=case.due_on,
        cause=cause,
        asked_at=clock.now(),
        due_on_decision=clock.today() + timedelta(days=DECISION_DAYS),
    )


@transaction.atomic
def arbitration_file(*, reference: str, actor: Actor) -> ArbitrationFile:
    """Return the case and its offers for a decision on competence; record the access.

    The citizen may see the record. Raises ``ArbitrationNotFound``, or ``ArbitrationDecided``
    because the right to read ends with the decision.
    """
    row, route = _waiting(reference)
    return ArbitrationFile(
        case=case_read(route=route, actor=actor),
        summary=arbitration_summaries([row])[0],
        holder=agency_info(route.agency),
        offers=tuple(offers_of_reference(reference=reference)),
        printed_code_uses=printed_code_uses_of(route=route),
    )


@transaction.atomic
def arbitration_file_read(*, reference: str, attachment_id: UUID, actor: Actor) -> FileContent:
    """Return a file of a case whose competence is in question; log the access in both audit logs.

    Raises ``ArbitrationNotFound``, also for a decided question, ``AttachmentNotFound``,
    ``AttachmentWaits``, ``AttachmentInfected``, ``AttachmentMissing``.
    """
    try:
        _row, route = _waiting(reference)
    except ArbitrationDecided:
        raise ArbitrationNotFound(reference) from None
    return case_file_read(route=route, attachment_id=attachment_id, actor=actor)


def arbitration_decided(*, reference: str) -> ArbitrationSummary | None:
    """Return the decision on competence for a case; ``None`` while the question waits.

    Raises ``ArbitrationNotFound``.
    """
    row, _route = _arbitrated(reference)
    return arbitration_summaries([row])[0] if row.decided_at is not None else None


def arbitration_decide(*, reference: str, organisation_code: str, text: str, actor: Actor) -> bool:
    """Decide which body is competent; return whether the case was transferred to another agency.

    Raises ``ArbitrationNotFound``, ``ArbitrationDecided``, ``NobodyToReceive``,
    ``OrganisationNotServed``, ``InvalidDraft``, ``ReceiverClosed``, ``ReviewWaits`` or what
    ``route_locked`` raises.
    """
    text = text_require(text, field="text")
    paths: tuple[str, ...] = ()
    with transaction.atomic(), route_locked(reference) as route:
        row = found_or_refuse(arbitration_row(reference), ArbitrationNotFound(reference))
        if row.decided_at is not None:
            raise ArbitrationDecided(reference)
        competent = _agency_of(organisation_code, route.agency)
        is_moved: bool = competent.schema_name != route.agency.schema_name
        if is_moved:
            paths = case_transfer(
                route=route,
                to=competent,
                organisation_code=organisation_code,
                actor=actor,
                is_decided=True,
            )
        elif not _is_noted(route, actor):
            raise ArbitrationDecided(reference)
        row.to_schema, row.text, row.decided_at = competent.schema_name, text, clock.now()
        row.user_id, row.label = actor.user_id, actor.label
        row.save(update_fields=["to_schema", "text", "decided_at", "user_id", "label"])
    move_settle(reference=reference, paths=paths)
    return is_moved


def _waiting(reference: str) -> tuple[Arbitration, Route]:
    """Return the waiting question of competence about a case, and the route of the case.

    Raises ``ArbitrationNotFound`` or ``ArbitrationDecided``.
    """
    row, route = _arbitrated(reference)
    if row.decided_at is not None:
        raise ArbitrationDecided(reference)
    return row, route


def _arbitrated(reference: str) -> tuple[Arbitration, Route]:
    row, route = arbitration_row(reference), route_by_reference(reference)
    if row is None or route is None:
        raise ArbitrationNotFound(reference)
    return row, route


def _is_noted(route: Route, actor: Actor) -> bool:
    with agency_context(route.agency):
        is_noted: bool = services.transfer_offer_ended(
            reference=route.reference, kind=EventKind.COMPETENCE_DECIDED, actor=actor
        )
        return is_noted


def _agency_of(organisation_code: str, holder: Agency) -> Agency:
    found = recipient_agencies(organisation_codes=[organisation_code]).get(organisation_code)
    if found is not None and found.agency.code == holder.code:
        return holder
    body = organisation_find(code=organisation_code)
    # The orientation desk may not get the case, because it would only name the body again.
    if body is None or found is None or found.is_orientation:
        raise NobodyToReceive(organisation_code, field="organisation_code")
    if not body.accepts:
        raise OrganisationNotServed(organisation_code, field="organisation_code")
    return Agency.objects.get(code=found.agency.code)
