"""What one person of the national side asks for, and another one must agree to in seven days."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7
from tenants.enums import ApprovalKind
from tenants.errors import (
    ApprovalAskedAlready,
    ApprovalNotFound,
    ReasonNeeded,
    SecondPersonNeeded,
)
from tenants.models import ApprovalRequest
from tenants.types import ApprovalDetail

APPROVAL_LIFE = timedelta(days=7)


@transaction.atomic
def approval_ask(
    *,
    kind: ApprovalKind,
    subject: str,
    arguments: Mapping[str, Any],
    reason: str,
    actor: Actor,
) -> ApprovalRequest:
    """Ask for something that nobody of the national side does alone; nothing happens yet.

    Raises ``ReasonNeeded``, ``ApprovalAskedAlready``, and ``SecondPersonNeeded`` for who has no
    account, from whom the second person could not be told.
    """
    if actor.user_id is None:
        raise SecondPersonNeeded(subject)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    at = clock.now()
    rows = _unanswered(kind, subject)
    rows.filter(expires_at__lte=at).update(withdrawn_at=at, arguments={})
    if rows.exists():
        raise ApprovalAskedAlready(subject)
    try:
        with transaction.atomic():
            made = ApprovalRequest.objects.create(
                id=uuid7(),
                kind=kind,
                subject=subject,
                arguments=dict(arguments),
                reason=reason.strip(),
                asked_by_id=actor.user_id,
                asked_by=actor.label,
                asked_at=at,
                expires_at=at + APPROVAL_LIFE,
            )
    except IntegrityError:
        # Somebody asked in the same instant.
        raise ApprovalAskedAlready(subject) from None
    audit_record(actor=actor, action=f"{kind}.approval_asked", subject=_about(kind, subject))
    return made


@transaction.atomic
def approval_confirm(
    *,
    kind: ApprovalKind,
    subject: str,
    actor: Actor,
    do: Callable[[ApprovalRequest], None] | None = None,
) -> ApprovalRequest:
    """Agree, as another person than the one who asked; ``do`` carries it out in the same breath.

    What ``do`` refuses leaves the request as it was. Raises ``ApprovalNotFound``,
    ``SecondPersonNeeded``, and what ``do`` raises.
    """
    found = _waiting_row(kind, subject)
    if actor.user_id is None or actor.user_id == found.asked_by_id:
        raise SecondPersonNeeded(subject)
    found.confirmed_by_id, found.confirmed_by = actor.user_id, actor.label
    found.confirmed_at = clock.now()
    if do is not None:
        do(found)
        found.used_at, found.arguments = found.confirmed_at, {}
    found.save()
    audit_record(actor=actor, action=f"{kind}.approval_given", subject=_about(kind, subject))
    return found


@transaction.atomic
def approval_withdraw(*, kind: ApprovalKind, subject: str, actor: Actor) -> None:
    """Take back, or refuse as the second person, what was asked. Raises ``ApprovalNotFound``."""
    found = _waiting_row(kind, subject)
    found.withdrawn_at, found.arguments = clock.now(), {}
    found.save(update_fields=["withdrawn_at", "arguments"])
    audit_record(actor=actor, action=f"{kind}.approval_withdrawn", subject=_about(kind, subject))


@transaction.atomic
def approval_use(*, kind: ApprovalKind, subject: str, actor: Actor) -> ApprovalRequest:
    """Use what a second person has agreed to, once, as the one who asked.

    Raises ``ApprovalNotFound``: not agreed to, used already, or seven days have passed.
    """
    if actor.user_id is None:
        raise ApprovalNotFound(subject)
    rows = _agreed(kind).filter(subject=subject, asked_by_id=actor.user_id)
    found = rows.select_for_update().first()
    if found is None:
        raise ApprovalNotFound(subject)
    kept = dict(found.arguments)
    found.used_at, found.arguments = clock.now(), {}
    found.save(update_fields=["used_at", "arguments"])
    found.arguments = kept
    return found


def approvals_shown(
    *, reader_id: int, kind: ApprovalKind | None = None, subject: str = ""
) -> list[ApprovalDetail]:
    """What waits for a second person, and what was agreed to for the reader; oldest first."""
    at = clock.now()
    waiting = Q(confirmed_at=None, withdrawn_at=None)
    own = Q(confirmed_at__isnull=False, used_at=None, withdrawn_at=None, asked_by_id=reader_id)
    rows = ApprovalRequest.objects.filter(waiting | own, expires_at__gt=at)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if subject:
        rows = rows.filter(subject=subject)
    return [_detail(row, reader_id) for row in rows.order_by("asked_at", "id")]


@transaction.atomic
def approvals_prune() -> int:
    """Empty the arguments of what nobody answered or used in time; returns how many."""
    at = clock.now()
    rows = ApprovalRequest.objects.filter(expires_at__lte=at, used_at=None, withdrawn_at=None)
    return rows.update(withdrawn_at=at, arguments={})


def _unanswered(kind: ApprovalKind, subject: str) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(
        kind=kind, subject=subject, confirmed_at=None, withdrawn_at=None
    )


def _agreed(kind: ApprovalKind) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(
        kind=kind,
        confirmed_at__isnull=False,
        used_at=None,
        withdrawn_at=None,
        expires_at__gt=clock.now(),
    )


def _waiting_row(kind: ApprovalKind, subject: str) -> ApprovalRequest:
    rows = _unanswered(kind, subject).filter(expires_at__gt=clock.now())
    found = rows.select_for_update().first()
    if found is None:
        raise ApprovalNotFound(subject)
    return found


def _about(kind: ApprovalKind, subject: str) -> str:
    return subject if kind == ApprovalKind.IDENTITY else f"agency {subject}"


def _detail(row: ApprovalRequest, reader_id: int) -> ApprovalDetail:
    return ApprovalDetail(
        kind=ApprovalKind(row.kind),
        subject=row.subject,
        arguments=row.arguments,
        reason=row.reason,
        by=row.asked_by,
        at=row.asked_at,
        until=row.expires_at,
        is_own=row.asked_by_id == reader_id,
        confirmed_by=row.confirmed_by,
    )
