"""A question and its answer, and the institution's change of mind."""

from uuid import UUID

from django.db import transaction

from public_portal.workspace_requests.enums import RequestState, Side
from public_portal.workspace_requests.errors import NothingAsked, RequestChanged, RequestDecided
from public_portal.workspace_requests.models import WorkspaceNote, WorkspaceRequest
from public_portal.workspace_requests.selectors import IN_HAND
from public_portal.workspace_requests.services.mail import (
    QUESTION,
    WITHDRAWN,
    mail_queue,
    request_address,
)
from public_portal.workspace_requests.services.submission import INSTITUTION, audit_subject
from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor


@transaction.atomic
def question_ask(*, request_id: UUID, version: str, text: str, actor: Actor) -> None:
    """Ask the institution something; it is written to, and the request waits for the answer.

    Raises ``RequestDecided``, ``RequestChanged``.
    """
    row = request_locked(request_id=request_id, version=version)
    WorkspaceNote.objects.create(
        request=row, side=Side.OVERSIGHT, text=text, by=actor.label, at=clock.now()
    )
    row.state = RequestState.ASKED
    row.save(update_fields=["state"])
    mail_queue(row, QUESTION, question=text, request_url=request_address(row))
    audit_record(actor=actor, action="workspace.question_asked", subject=audit_subject(row.pk))


@transaction.atomic
def question_answer(*, request_id: UUID, text: str) -> None:
    """Answer the question; the request waits for oversight again. Raises ``NothingAsked``."""
    row = WorkspaceRequest.objects.select_for_update().get(pk=request_id)
    if row.state != RequestState.ASKED:
        raise NothingAsked(str(request_id))
    WorkspaceNote.objects.create(
        request=row, side=Side.INSTITUTION, text=text, by=row.person_name, at=clock.now()
    )
    row.state = RequestState.WAITING
    row.save(update_fields=["state"])
    audit_record(
        actor=INSTITUTION, action="workspace.question_answered", subject=audit_subject(row.pk)
    )


@transaction.atomic
def request_withdraw(*, request_id: UUID) -> None:
    """Take a request back before it is decided. Raises ``RequestDecided``."""
    row = WorkspaceRequest.objects.select_for_update().get(pk=request_id)
    if row.state not in IN_HAND:
        raise RequestDecided(str(request_id))
    row.state, row.decided_at = RequestState.WITHDRAWN, clock.now()
    row.save(update_fields=["state", "decided_at"])
    mail_queue(row, WITHDRAWN, request_url=request_address(row))
    audit_record(actor=INSTITUTION, action="workspace.withdrawn", subject=audit_subject(row.pk))


def request_locked(*, request_id: UUID, version: str) -> WorkspaceRequest:
    """The row for a decision, if it still is what the reviewer has read.

    Raises ``RequestDecided``, ``RequestChanged``.
    """
    row = WorkspaceRequest.objects.select_for_update().get(pk=request_id)
    if row.state not in IN_HAND:
        raise RequestDecided(str(request_id))
    if version != f"{row.state}.{row.notes.count()}":
        raise RequestChanged(str(request_id))
    return row
