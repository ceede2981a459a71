"""The review of a workspace request: question, answer, withdrawal, approval, refusal."""

from dataclasses import asdict
from uuid import UUID

from django.db import connection, transaction

from public_portal.workspace_requests.enums import RequestState, Side
from public_portal.workspace_requests.errors import NothingAsked, RequestChanged, RequestDecided
from public_portal.workspace_requests.models import WorkspaceNote, WorkspaceRequest
from public_portal.workspace_requests.selectors.institutions import (
    IN_HAND,
    agency_code_require,
    institution_require_free,
    institution_require_unlisted,
)
from public_portal.workspace_requests.services.mail import (
    APPROVED,
    QUESTION,
    REFUSED,
    WITHDRAWN,
    request_address,
    request_mail_queue,
)
from public_portal.workspace_requests.services.submission import INSTITUTION, audit_subject
from public_portal.workspace_requests.types import Approval
from shared.audit.services import audit_record
from shared.directory.enums import OrganisationKind
from shared.directory.services.new_organisation import organisation_add
from shared.jobs.services.job_runner import job_request
from shared.jobs.types import JobSummary
from shared.kernel import clock
from shared.kernel.actors import Actor
from tenants.fleet.types import WorkspaceOrder
from tenants.models.enums import ProvisioningStep


@transaction.atomic
def institution_question_ask(*, request_id: UUID, version: str, text: str, actor: Actor) -> None:
    """Send a question to the institution by e-mail.

    Raises ``RequestDecided``, ``RequestChanged``.
    """
    row = request_locked(request_id=request_id, version=version)
    WorkspaceNote.objects.create(
        request=row, side=Side.OVERSIGHT, text=text, by=actor.label, at=clock.now()
    )
    row.state = RequestState.ASKED
    row.save(update_fields=["state"])
    request_mail_queue(row, QUESTION, question=text, request_url=request_address(row))
    audit_record(actor=actor, action="workspace.question_asked", subject=audit_subject(row.pk))


@transaction.atomic
def question_answer(*, request_id: UUID, text: str) -> None:
    """Store the institution's answer to the open question. Raises ``NothingAsked``."""
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
    """Withdraw a request that is under review. Raises ``RequestDecided``."""
    row = WorkspaceRequest.objects.select_for_update().get(pk=request_id)
    if row.state not in IN_HAND:
        raise RequestDecided(str(request_id))
    row.state, row.decided_at = RequestState.WITHDRAWN, clock.now()
    row.save(update_fields=["state", "decided_at"])
    request_mail_queue(row, WITHDRAWN, request_url=request_address(row))
    audit_record(actor=INSTITUTION, action="workspace.withdrawn", subject=audit_subject(row.pk))


def request_locked(*, request_id: UUID, version: str) -> WorkspaceRequest:
    """Lock and return a request if its version is still the version that the reviewer read.

    Raises ``RequestDecided``, ``RequestChanged``.
    """
    row = WorkspaceRequest.objects.select_for_update().get(pk=request_id)
    if row.state not in IN_HAND:
        raise RequestDecided(str(request_id))
    if version != f"{row.state}.{row.notes.count()}":
        raise RequestChanged(str(request_id))
    return row


STEPS = [step.value for step in ProvisioningStep if step is not ProvisioningStep.RECORDED]
# Without this lock, two approvals at the same time could use the same agency code.
CODES_LOCK = 7_406_353


@transaction.atomic
def request_approve(
    *, request_id: UUID, version: str, approval: Approval, actor: Actor
) -> JobSummary:
    """Approve a request and create the job that creates the workspace.

    Raises ``RequestDecided``, ``RequestChanged``, ``AgencyCodeReserved``, ``AgencyCodeTaken``,
    ``OrganisationCodeTaken``, ``InstitutionListed`` and what ``institution_require_free`` raises.
    """
    row = request_locked(request_id=request_id, version=version)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CODES_LOCK])
    agency_code_require(code=approval.code)
    if row.organisation_code:
        institution_require_free(code=row.organisation_code, but_for=row.pk)
    else:
        _enter_in_directory(row, approval, actor)
    job = job_request(
        kind="provision",
        subject=approval.code,
        steps=STEPS,
        actor=actor,
        arguments=asdict(
            WorkspaceOrder.for_body(
                code=approval.code,
                names=approval.names,
                organisation=row.organisation_code,
                email=row.email,
                admin_name=row.person_name,
                language=row.language,
                plan=approval.plan_code,
            )
        ),
    )
    row.state, row.agency_code, row.job_id = RequestState.APPROVED, approval.code, job.id
    _decided(row, actor)
    request_mail_queue(row, APPROVED, request_url=request_address(row))
    audit_record(actor=actor, action="workspace.approved", subject=audit_subject(row.pk))
    return job


@transaction.atomic
def request_refuse(*, request_id: UUID, version: str, reason: str, actor: Actor) -> None:
    """Refuse a request and send the reason to the institution.

    Raises ``RequestDecided``, ``RequestChanged``.
    """
    row = request_locked(request_id=request_id, version=version)
    row.state, row.reason = RequestState.REFUSED, reason
    _decided(row, actor)
    request_mail_queue(row, REFUSED, reason=reason, request_url=request_address(row))
    audit_record(actor=actor, action="workspace.refused", subject=audit_subject(row.pk))


def _enter_in_directory(row: WorkspaceRequest, approval: Approval, actor: Actor) -> None:
    institution_require_unlisted(names=approval.names)
    organisation_add(
        code=approval.code,
        kind=approval.kind or OrganisationKind.OTHER,
        parent_code=approval.parent_code,
        names=approval.names,
        actor=actor,
    )
    # The directory now has the names, so the request does not need them.
    row.organisation_code = approval.code
    row.proposed_ar = row.proposed_fr = row.proposed_kind = row.proposed_parent = ""


def _decided(row: WorkspaceRequest, actor: Actor) -> None:
    row.decided_at, row.decided_by_id = clock.now(), actor.user_id
    row.decided_by = actor.label
    row.save()
