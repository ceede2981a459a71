"""Orders to destroy an agency: a second person must agree within seven days."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from shared.audit.services import audit_record
from shared.complaints.selectors import last_event_at
from shared.jobs.enums import JobState
from shared.jobs.selectors import jobs_recent
from shared.jobs.services.job_runner import job_request
from shared.kernel import clock
from shared.kernel.actors import Actor
from tenants.approvals.services import request_agree, request_ask, request_read
from tenants.billing.selectors import subscription_runs
from tenants.fleet.enums import DestroyStep
from tenants.fleet.errors import (
    AlreadyTakenOver,
    CasesStillOpen,
    CodeDiffers,
    DestroyAskedAlready,
    DestroyOrderNotFound,
    ExportMissing,
    SubscriptionStillRuns,
)
from tenants.fleet.services.lifecycle.administrators import administrators_notify
from tenants.fleet.services.lifecycle.agency_row import agency_locked, open_case_count, reason_of
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, DestroyOrder, TakeOver
from tenants.models.enums import AgencyState

# The text between the reason of an order and the reason why no export is needed.
WAIVER = "\n\n—\n\n"


@transaction.atomic
def destroy_ask(
    *, agency_code: str, typed_code: str, reason: str, actor: Actor, waiver: str = ""
) -> DestroyOrder:
    """Ask for a second person's approval of the destruction of an archived agency.

    ``waiver`` says why no export is needed; without a waiver, an export with the latest changes of
    the agency is required. Raises ``AgencyStateConflict``, ``ReasonNeeded``, ``CodeDiffers``,
    ``AlreadyTakenOver``, ``CasesStillOpen``, ``SubscriptionStillRuns``, ``ExportMissing``,
    ``DestroyAskedAlready``.
    """
    agency = agency_locked(code=agency_code, states=(AgencyState.ARCHIVED,))
    _require_code(typed_code, agency_code)
    require_empty(agency)
    if not waiver.strip():
        export_require(agency)
    refusal = DestroyAskedAlready(agency_code)
    if destroy_is_under_way(agency_code=agency_code):
        raise refusal
    order = DestroyOrder(
        agency_code=agency_code,
        reason=WAIVER.join(part for part in (reason_of(reason), waiver.strip()) if part),
        is_waived=bool(waiver.strip()),
    )
    request_ask(order, unanswered=_unanswered(agency_code), actor=actor, refusal=refusal)
    administrators_notify(agency=agency, what="destroy_asked", reason=reason_of(reason))
    audit_record(actor=actor, action="agency.destroy_asked", subject=f"agency {agency_code}")
    return order


@transaction.atomic
def destroy_confirm(
    *, agency_code: str, typed_code: str, order_id: UUID | None, actor: Actor
) -> DestroyOrder:
    """Approve an order to destroy an agency, and request the job that destroys the agency.

    ``order_id`` is the id of the order that the second person has read. Raises
    ``DestroyOrderNotFound`` if no order waits or the order is older than seven days,
    ``ApprovalAskedAnew``, ``SecondPersonNeeded``, ``ApprovalByFormerStaff``, and the errors of
    ``destroy_ask``.
    """
    agency = agency_locked(code=agency_code, states=(AgencyState.ARCHIVED,))
    order = request_read(
        _unanswered(agency_code), order_id, refusal=DestroyOrderNotFound(agency_code)
    )
    request_agree(order, subject=agency_code, actor=actor)
    _require_code(typed_code, agency_code)
    require_empty(agency)
    if not order.is_waived:
        # The export is checked again, because a citizen may have given a rating after the order.
        export_require(agency)
    order.job_id = job_request(
        kind="destroy",
        subject=agency_code,
        steps=DestroyStep.values,
        arguments={"order": str(order.pk)},
        actor=actor,
    ).id
    order.save(update_fields=["confirmed_by_id", "confirmed_by", "confirmed_at", "job_id"])
    audit_record(actor=actor, action="agency.destroy_confirmed", subject=f"agency {agency_code}")
    return order


@transaction.atomic
def destroy_withdraw(*, agency_code: str, order_id: UUID | None, actor: Actor) -> DestroyOrder:
    """Withdraw an order to destroy an agency before another person has agreed.

    Raises ``DestroyOrderNotFound``, ``ApprovalAskedAnew``.
    """
    order = request_read(
        _unanswered(agency_code), order_id, refusal=DestroyOrderNotFound(agency_code)
    )
    order.withdrawn_at = clock.now()
    order.save(update_fields=["withdrawn_at"])
    audit_record(actor=actor, action="agency.destroy_withdrawn", subject=f"agency {agency_code}")
    return order


def destroy_waiting(*, agency_code: str) -> DestroyOrder | None:
    """Return an agency's order that waits for a second person, or ``None``."""
    return _unanswered(agency_code).filter(expires_at__gt=clock.now()).first()


def destroy_is_wanted(*, agency_code: str) -> bool:
    """Return whether an agency's destruction has been requested or is under way."""
    return destroy_waiting(agency_code=agency_code) is not None or destroy_is_under_way(
        agency_code=agency_code
    )


def destroy_is_under_way(*, agency_code: str) -> bool:
    """Return whether an agency has a job of destruction that is neither cancelled nor done."""
    # A done job does not count: if the agency exists, it has been restored after the job.
    return (
        jobs_recent(kinds=("destroy",))
        .filter(subject=agency_code)
        .exclude(state__in=(JobState.CANCELLED, JobState.DONE))
        .exists()
    )


def is_ordered(*, order_id: UUID, agency_code: str) -> bool:
    """Return whether an order to destroy this agency is approved and not withdrawn."""
    return (
        DestroyOrder.objects.filter(pk=order_id, agency_code=agency_code, withdrawn_at=None)
        .exclude(confirmed_by_id=None)
        .exists()
    )


def require_empty(agency: Agency) -> None:
    """Require that the agency has no open case, acting administration or running subscription.

    Raises ``AlreadyTakenOver``, ``CasesStillOpen``, ``SubscriptionStillRuns``.
    """
    if agency.taken_over_at is not None:
        raise AlreadyTakenOver(agency.code)
    if open_case_count(agency):
        raise CasesStillOpen(agency.code)
    if subscription_runs(agency=agency):
        raise SubscriptionStillRuns(agency.code)


def _unanswered(agency_code: str) -> QuerySet[DestroyOrder]:
    return DestroyOrder.objects.filter(
        agency_code=agency_code, confirmed_at=None, withdrawn_at=None
    )


def _require_code(typed: str, code: str) -> None:
    if typed.strip() != code:
        raise CodeDiffers(code, field="typed_code")


def export_require(agency: Agency) -> None:
    """Require an export with the agency's latest changes. Raises ``ExportMissing``."""
    rows = jobs_recent(kinds=("export",)).filter(subject=agency.code, state=JobState.DONE)
    # The export must have begun after the end of an acting administration, the archiving and the
    # last event of a case.
    ended_at = (
        TakeOver.objects.filter(agency=agency)
        .order_by("-started_at")
        .values_list("ended_at", flat=True)
        .first()
    )
    with agency_context(agency):
        moments = [agency.state_since, ended_at, last_event_at()]
    since = max((one for one in moments if one is not None), default=None)
    if since is None or not rows.filter(started_at__gte=since).exists():
        raise ExportMissing(agency.code)
