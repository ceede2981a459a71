"""The transfer of a case from one agency to another, so that exactly one agency has the case.

Each step runs under the role of the schema that it changes: the sender's role removes the case, the
national role changes the route, the receiver's role inserts the case. No role reads two agencies;
only frozen data passes from step to step. On plain PostgreSQL a transfer is one transaction. In a
cluster it is two transactions, because two agencies' roles cannot share a transaction. Between
them the case is a row of the public schema, encrypted; any process may complete the transfer.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from shared.audit.services import audit_record
from shared.complaints import services
from shared.complaints.errors import TransitionNotAllowed
from shared.complaints.types.custody import FILE_ROWS, CasePayload
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from shared.kernel.failpoint import failpoint
from shared.kernel.seams import imported, seams
from shared.rows.selectors import first_or_refuse
from tenants.agencies.selectors import agency_is_open
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.services.party_encryption import identity_transfer
from tenants.case_access.services.routes import agency_hold, require_settled
from tenants.case_access.services.text_encryption import Ciphertext, text_decrypt, text_encrypt
from tenants.custody.errors import ReceiverClosed
from tenants.custody.selectors import asked_of, holding_start, part_origin
from tenants.custody.services.holdings import (
    holding_turn,
    holdings_changed,
    holdings_open,
    holdings_write,
)
from tenants.custody.services.moved_files import (
    files_release,
    files_relink,
    release_record,
)
from tenants.custody.services.provenance import payload_judge
from tenants.custody.types import Asked
from tenants.isolation.database_roles import is_cluster
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, CaseHolding, CaseMove, Route
from tenants.models.enums import HoldingCause

# Kind of actor of a transfer -> cause of the new holding; any other actor accepted an offer.
CAUSES = {
    ActorKind.OVERSIGHT: HoldingCause.DECIDED,
    ActorKind.CITIZEN: HoldingCause.OBJECTION,
}


@contextmanager
def route_locked(reference: str, *, holder: Agency | None = None) -> Iterator[Route]:
    """Lock the route of a case until the transaction ends; call this before the case is locked.

    Transfers and citizens' acts lock the route before the case, which prevents deadlocks. Raises
    ``CaseNotFound``, ``CaseOnItsWay``, and ``TransitionNotAllowed`` if ``holder`` is given and does
    not have the case.
    """
    # A query with a join to the agency would return no row after a wait for a transfer, because
    # PostgreSQL reads only the route again, and the route then has another agency.
    rows = Route.objects.select_for_update(no_key=True)
    route = first_or_refuse(rows.filter(reference=reference), CaseNotFound(reference))
    require_settled(reference=reference)
    if holder is not None and route.agency.schema_name != holder.schema_name:
        raise TransitionNotAllowed(reference)
    yield route


def case_transfer(
    *,
    route: Route,
    to: Agency,
    organisation_code: str,
    actor: Actor,
    is_decided: bool = False,
) -> tuple[str, ...]:
    """Transfer a case, whose route the caller has locked; return file places to delete afterwards.

    In a cluster only the sender's step is done; ``move_complete`` does the rest after the commit.
    Raises what ``services.case_transfer_out`` raises, ``ReceiverClosed`` or ``CaseNotFound``.
    """
    sender = route.agency
    _require_open(route, to)
    asked = asked_of(references=[route.reference])
    holdings = holdings_open(route=route, asked=asked)
    with agency_context(sender):
        imported(seams().drafts_delete)(reference=route.reference)
        out = services.case_transfer_out(
            reference=route.reference,
            agency_code=sender.code,
            to_code=to.code,
            actor=actor,
            start=holding_start(holdings[-1]),
            is_decided=is_decided,
        )
    left = [*out.paths, *(row["path"] for row in out.payload.rows[FILE_ROWS])]
    payload = files_relink(out.payload, sender=sender.schema_name, to=to.schema_name)
    if is_cluster():
        # The receiver's step reads the former holders of the case from these rows.
        holdings_write(holdings=holdings_changed(holdings=holdings))
        _move_begin(route, to, organisation_code, actor, payload)
    else:
        _receive(route, to, organisation_code, actor, payload, holdings, asked)
    return release_record(left, reference=route.reference, sender=sender.schema_name)


def move_complete(*, reference: str) -> bool:
    """Do the receiver's step of a transfer in a cluster; return ``False`` if no transfer waits.

    Repeating is safe: the first process to lock the row completes the transfer and deletes the row.
    If ``DecryptionFailed`` or a database error is raised, the row stays and maintenance retries.
    """
    with transaction.atomic():
        move = CaseMove.objects.select_for_update().filter(reference=reference).first()
        if move is None:
            return False
        route = Route.objects.select_related("agency").get(reference=reference)
        to = Agency.objects.get(schema_name=move.to_schema)
        text = text_decrypt(
            Ciphertext(key_id=move.key_id, content=bytes(move.sealed)), about=_about(reference)
        )
        actor = Actor(
            kind=ActorKind(move.actor["kind"]),
            label=move.actor["label"],
            user_id=move.actor["user_id"],
        )
        payload = CasePayload.from_json(json.loads(text))
        asked = asked_of(references=[reference])
        holdings = holdings_open(route=route, asked=asked, before=move.began_at)
        _receive(route, to, move.organisation_code, actor, payload, holdings, asked)
        CaseMove.objects.filter(reference=reference).delete()
        return True


def move_settle(*, reference: str, paths: tuple[str, ...]) -> None:
    """Finish a committed transfer: do the receiver's step in a cluster, delete former file places.

    Files, also those of drafts, are deleted only after the commit, because a deletion cannot be
    rolled back. After a crash, the scheduled tasks do what is missing.
    """
    failpoint("move:committed")
    if is_cluster():
        move_complete(reference=reference)
    if paths:
        files_release(reference=reference)


def moves_waiting() -> list[str]:
    """Return the references of cases in transfer in a cluster, oldest transfer first."""
    return list(CaseMove.objects.order_by("began_at").values_list("reference", flat=True))


def _receive(
    route: Route,
    to: Agency,
    organisation_code: str,
    actor: Actor,
    payload: CasePayload,
    holdings: list[CaseHolding],
    asked: list[Asked],
) -> None:
    at = clock.now()
    # Repair unreadable values first, because the check of the payload could not read such values.
    repaired = services.payload_repair(payload, at=at)
    payload = repaired.payload
    judged = payload_judge(payload=payload, route=route, holdings=holdings, asked=asked, until=at)
    _route_turn(route, to)
    part = part_origin(reference=route.reference, schema_name=to.schema_name)
    with agency_context(to):
        complaint = services.case_transfer_in(
            payload=judged.payload,
            agency_code=to.code,
            organisation_code=organisation_code,
            actor=actor,
            is_email_proved=route.is_email_proved,
            part=part,
            replaced=repaired.columns,
        )
        if actor.kind not in (ActorKind.OVERSIGHT, ActorKind.CITIZEN):
            audit_record(actor=actor, action="transfer.accepted", subject=route.reference)
    holding_turn(
        holdings=holdings,
        to=to,
        organisation_code=organisation_code,
        cause=CAUSES.get(actor.kind, HoldingCause.ACCEPTED),
        at=at,
        first_position=complaint.version,
        story=judged.story,
        written=judged.written,
        is_part=part is not None,
    )


def _route_turn(route: Route, to: Agency) -> None:
    # E-mails and tasks of the receiver's step read the route, so it is changed first. The same
    # statement marks the reference, because the sender still knows the reference.
    Route.objects.filter(reference=route.reference).update(agency=to, is_known_elsewhere=True)
    identity_transfer(reference=route.reference, sender=route.agency, to=to)


def _move_begin(
    route: Route, to: Agency, organisation_code: str, actor: Actor, payload: CasePayload
) -> None:
    encrypted = text_encrypt(json.dumps(payload.to_json()), about=_about(route.reference))
    CaseMove.objects.create(
        reference=route.reference,
        from_schema=route.agency.schema_name,
        to_schema=to.schema_name,
        organisation_code=organisation_code,
        actor={"kind": actor.kind, "label": actor.label, "user_id": actor.user_id},
        key_id=encrypted.key_id,
        sealed=encrypted.content,
        began_at=clock.now(),
    )


def _about(reference: str) -> str:
    return f"move:{reference}"


def _require_open(route: Route, to: Agency) -> None:
    """Require that the receiving agency is open; lock it against destruction until the commit."""
    current = Agency.objects.get(pk=to.pk)
    if not agency_is_open(current):
        raise ReceiverClosed(to.code, field="organisation_code")
    try:
        agency_hold(route=Route(reference=route.reference, agency=current))
    except CaseNotFound:
        raise ReceiverClosed(to.code, field="organisation_code") from None
