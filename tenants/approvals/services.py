"""Approvals: one person of national staff asks, a second person must agree within seven days.

The functions ``request_...`` take every model of ``TwoPersonRequest``, also orders to destroy an
agency.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from shared.accounts.enums import Role
from shared.accounts.selectors import is_at_work
from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.errors import DomainError
from shared.kernel.identifiers import uuid7
from shared.rows.selectors import first_or_refuse
from shared.rows.services import written_or_refuse
from tenants.approvals.errors import (
    ApprovalAskedAlready,
    ApprovalAskedAnew,
    ApprovalByFormerStaff,
    ApprovalNotFound,
    ApprovalOutdated,
    ReasonNeeded,
    SecondPersonNeeded,
)
from tenants.approvals.types import ApprovalDetail
from tenants.isolation.schema_switch import national_context
from tenants.models import ApprovalRequest
from tenants.models.enums import ApprovalKind
from tenants.models.lifecycle import TwoPersonRequest

R = TypeVar("R", bound=TwoPersonRequest)
APPROVAL_LIFE = timedelta(days=7)
OPERATORS = (Role.OPERATOR,)
ANALYSTS = (Role.ANALYST,)
NATIONAL_STAFF = (Role.ANALYST, Role.OPERATOR)
# The roles that may ask and that may agree. For kinds not listed here, operators may ask, and all
# national staff may agree.
ASKERS: Mapping[str, Collection[Role]] = {
    ApprovalKind.TAKE_OVER: NATIONAL_STAFF,
    ApprovalKind.IDENTITY: ANALYSTS,
}
AGREERS: Mapping[str, Collection[Role]] = {ApprovalKind.IDENTITY: ANALYSTS}
# The columns that are written when somebody agrees to a request.
_ANSWER = ("confirmed_by_id", "confirmed_by", "confirmed_at", "job_id")


@transaction.atomic
def approval_ask(
    *,
    kind: ApprovalKind,
    subject: str,
    arguments: Mapping[str, Any],
    reason: str,
    actor: Actor,
) -> ApprovalRequest:
    """Save a request for an action that needs a second person's approval.

    Raises ``ReasonNeeded``, ``ApprovalAskedAlready``, and ``SecondPersonNeeded`` for an actor
    without an account, because the second person could be the same person.
    """
    if actor.user_id is None:
        raise SecondPersonNeeded(subject)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    made = ApprovalRequest(
        kind=kind, subject=subject, arguments=dict(arguments), reason=reason.strip()
    )
    request_ask(
        made,
        unanswered=_unanswered(kind, subject),
        emptied={"arguments": {}},
        actor=actor,
        refusal=ApprovalAskedAlready(subject),
    )
    audit_record(actor=actor, action=f"{kind}.approval_asked", subject=_about(kind, subject))
    return made


@transaction.atomic
def approval_confirm(
    *,
    kind: ApprovalKind,
    subject: str,
    approval_id: UUID | None,
    actor: Actor,
    do: Callable[[ApprovalRequest], object] | None = None,
) -> ApprovalRequest:
    """Approve a request as a second person; ``do`` carries the action out in the transaction.

    ``approval_id`` is the row that the person has read; a newer request is not approved. If ``do``
    raises an error, the request does not change. Raises ``ApprovalNotFound``,
    ``ApprovalAskedAnew``, ``SecondPersonNeeded``, ``ApprovalByFormerStaff``, and what ``do``
    raises.
    """
    found = request_read(_unanswered(kind, subject), approval_id, refusal=ApprovalNotFound(subject))
    request_agree(found, subject=subject, actor=actor)
    if do is not None:
        do(found)
        found.used_at, found.arguments = found.confirmed_at, {}
    found.save(update_fields=[*_ANSWER, "used_at", "arguments"])
    audit_record(actor=actor, action=f"{kind}.approval_given", subject=_about(kind, subject))
    return found


@transaction.atomic
def approval_withdraw(
    *, kind: ApprovalKind, subject: str, approval_id: UUID | None, actor: Actor
) -> None:
    """Withdraw the actor's own request, or refuse another person's, before the action is done.

    Raises ``ApprovalNotFound``, ``ApprovalAskedAnew``.
    """
    found = request_read(
        ApprovalRequest.objects.filter(kind=kind, subject=subject, used_at=None, withdrawn_at=None),
        approval_id,
        refusal=ApprovalNotFound(subject),
    )
    found.withdrawn_at, found.arguments = clock.now(), {}
    found.save(update_fields=["withdrawn_at", "arguments"])
    audit_record(actor=actor, action=f"{kind}.approval_withdrawn", subject=_about(kind, subject))


@transaction.atomic
def approval_use(
    *, kind: ApprovalKind, subject: str, approval_id: UUID, actor: Actor
) -> ApprovalRequest:
    """Mark an approved request as used by the person who asked, and return it.

    Raises ``ApprovalByFormerStaff``, and ``ApprovalNotFound`` if the request is not approved, was
    used or withdrawn, is older than seven days, or was made by another person.
    """
    if actor.user_id is None:
        raise ApprovalNotFound(subject)
    found = first_or_refuse(
        ApprovalRequest.objects.filter(
            kind=kind,
            confirmed_at__isnull=False,
            used_at=None,
            withdrawn_at=None,
            expires_at__gt=clock.now(),
        )
        .filter(pk=approval_id, subject=subject, asked_by_id=actor.user_id)
        .select_for_update(),
        ApprovalNotFound(subject),
    )
    staff_require(found)
    kept = dict(found.arguments)
    found.used_at, found.arguments = clock.now(), {}
    found.save(update_fields=["used_at", "arguments"])
    found.arguments = kept
    return found


def approval_require(*, job_id: UUID) -> None:
    """Require that a job's approval is at most seven days old and that both people are still staff.

    Raises ``ApprovalOutdated``, ``ApprovalByFormerStaff``.
    """
    found = first_or_refuse(
        ApprovalRequest.objects.filter(job_id=job_id).filter(
            confirmed_at__gt=clock.now() - APPROVAL_LIFE
        ),
        ApprovalOutdated(str(job_id)),
    )
    staff_require(found)


def approvals_shown(
    *, reader_id: int, kind: ApprovalKind | None = None, subject: str = ""
) -> list[ApprovalDetail]:
    """Return unexpired requests that wait for approval or, once approved, for use; oldest first."""
    asked = {name: value for name, value in {"kind": kind, "subject": subject}.items() if value}
    return [
        ApprovalDetail(
            id=row.pk,
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
        for row in ApprovalRequest.objects.filter(
            expires_at__gt=clock.now(), used_at=None, withdrawn_at=None, **asked
        ).order_by("asked_at", "id")
    ]


@transaction.atomic
def approvals_prune() -> int:
    """Withdraw expired unused requests and empty their arguments; return how many requests."""
    at = clock.now()
    return ApprovalRequest.objects.filter(
        expires_at__lte=at, used_at=None, withdrawn_at=None
    ).update(withdrawn_at=at, arguments={})


def request_ask(
    row: R,
    *,
    unanswered: QuerySet[R],
    actor: Actor,
    refusal: DomainError,
    emptied: Mapping[str, object] | None = None,
) -> None:
    """Save a new request; raise ``refusal`` if a request of ``unanswered`` waits already.

    Expired requests of ``unanswered`` are withdrawn and get the column values ``emptied``.
    """
    at = clock.now()
    unanswered.filter(expires_at__lte=at).update(withdrawn_at=at, **(emptied or {}))
    if unanswered.exists():
        raise refusal
    row.id, row.asked_by_id, row.asked_by = uuid7(), actor.user_id or 0, actor.label
    row.asked_at, row.expires_at = at, at + APPROVAL_LIFE
    # A simultaneous equal request violates a unique constraint, which raises ``refusal`` too.
    with written_or_refuse(refusal):
        row.save(force_insert=True)


def request_read(rows: QuerySet[R], request_id: UUID | None, *, refusal: DomainError) -> R:
    """Lock and return the request that a person has read and answers.

    Raises ``ApprovalAskedAnew`` if only another request waits, and ``refusal`` if none waits.
    """
    living = rows.filter(expires_at__gt=clock.now()).select_for_update()
    found = living.filter(pk=request_id).first() if request_id else None
    if found is not None:
        return found
    raise ApprovalAskedAnew(str(refusal)) if living.exists() else refusal


def request_agree(row: TwoPersonRequest, *, subject: str, actor: Actor) -> None:
    """Set the columns of the second person, who agrees to a request, without saving the row.

    Raises ``ApprovalByFormerStaff``, and ``SecondPersonNeeded`` for the person who asked and for
    an actor without an account.
    """
    if actor.user_id is None or actor.user_id == row.asked_by_id:
        raise SecondPersonNeeded(subject)
    row.confirmed_by_id, row.confirmed_by = actor.user_id, actor.label
    row.confirmed_at = clock.now()
    staff_require(row)


def staff_require(row: TwoPersonRequest) -> None:
    """Require that both people of a request still have a role of national staff that allows it.

    Raises ``ApprovalByFormerStaff``.
    """
    # An order to destroy an agency has no kind.
    kind = getattr(row, "kind", "")
    with national_context():
        may_ask = is_at_work(user_id=row.asked_by_id, roles=ASKERS.get(kind, OPERATORS))
        may_agree = is_at_work(user_id=row.confirmed_by_id, roles=AGREERS.get(kind, NATIONAL_STAFF))
    if not (may_ask and may_agree):
        raise ApprovalByFormerStaff


def _unanswered(kind: ApprovalKind, subject: str) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(
        kind=kind, subject=subject, confirmed_at=None, withdrawn_at=None
    )


def _about(kind: ApprovalKind, subject: str) -> str:
    return subject if kind == ApprovalKind.IDENTITY else f"agency {subject}"
