"""Requests for exports and restores: ask, list, download, cancel and retry."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from shared.audit.services import audit_record
from shared.jobs.enums import ENDED, JobState
from shared.jobs.models import Job
from shared.jobs.presenters import job_detail
from shared.jobs.selectors import job_summary, job_summary_of, jobs_recent
from shared.jobs.services.job_runner import job_cancel, job_request, job_retry
from shared.jobs.types import JobDetail, JobSummary
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from tenants.agencies.selectors import NATIONAL_SCHEMA, agency_by_code
from tenants.agency_export.enums import ExportStep, RestoreStep
from tenants.agency_export.errors import ExportNotFound, ExportUnderWay
from tenants.agency_export.services.encryption import recipient_parse
from tenants.agency_export.services.restore_order import RestoreOrder
from tenants.agency_export.services.work_folders import KEPT, folder_of
from tenants.approvals.services import approval_ask, approval_confirm, approval_require
from tenants.billing.enums import Capability
from tenants.billing.permissions.entitlements import require
from tenants.fleet.services.lifecycle.administrators import administrators_notify
from tenants.isolation.schema_switch import connection, national_context, schema_entered
from tenants.models import Agency, ApprovalRequest
from tenants.models.enums import AgencyState, ApprovalKind

EXPORT, RESTORE = "export", "restore"
MAX_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSummary:
    """An export for its page; ``expires_at`` is ``None`` until the export's file exists."""

    job: JobSummary
    job_shown: JobDetail
    file: str
    size: int
    sha256: str
    expires_at: datetime | None

    @property
    def is_there(self) -> bool:
        """Return whether the file can be downloaded now."""
        return self.expires_at is not None and clock.now() < self.expires_at

    @property
    def is_deleted(self) -> bool:
        """Return whether the file was made and has been deleted."""
        return self.expires_at is not None and not self.is_there


def export_ask(
    *, agency: Agency, recipient: str, page: str, actor: Actor, schema_name: str = ""
) -> JobSummary:
    """Request an export of an agency, encrypted for ``recipient``, in any billing status.

    ``page`` is the URL in the e-mail. ``schema_name`` is the schema whose users may download the
    export, by default the agency's. Raises ``RecipientRefused``, ``ExportUnderWay``.
    """
    recipient_key = recipient_parse(recipient)
    require(agency, Capability.EXPORT, today=clock.today())
    export_record(agency=agency, action="agency.export_asked", actor=actor)
    with national_context(), transaction.atomic():
        # Without the lock, two requests at the same time would both find no running export.
        Agency.objects.select_for_update().get(pk=agency.pk)
        if _under_way(agency):
            raise ExportUnderWay(agency.code)
        return job_request(
            kind=EXPORT,
            subject=agency.code,
            steps=ExportStep.values,
            actor=actor,
            schema_name=schema_name or agency.schema_name,
            arguments={"recipient": recipient_key, "page": page},
        )


@transaction.atomic
def export_approval_ask(
    *, agency: Agency, recipient: str, page: str, reason: str, actor: Actor
) -> None:
    """Ask, as national oversight, for an agency's export; another person must agree.

    Raises ``RecipientRefused``, ``ExportUnderWay``, ``ReasonNeeded``, ``ApprovalAskedAlready``.
    """
    if _under_way(agency):
        raise ExportUnderWay(agency.code)
    approval_ask(
        kind=ApprovalKind.EXPORT,
        subject=agency.code,
        arguments={"recipient": recipient_parse(recipient), "page": page},
        reason=reason,
        actor=actor,
    )


@transaction.atomic
def export_approval_confirm(*, agency: Agency, approval_id: UUID | None, actor: Actor) -> None:
    """Agree to an export that another person of national oversight asked for and may download.

    The agency's administrators are notified. Raises the errors of ``approval_confirm`` and
    ``export_ask``.
    """

    def begin(found: ApprovalRequest) -> None:
        found.job_id = export_ask(
            agency=agency,
            recipient=found.arguments["recipient"],
            page=found.arguments["page"],
            actor=Actor(kind=ActorKind.OVERSIGHT, label=found.asked_by, user_id=found.asked_by_id),
            schema_name=NATIONAL_SCHEMA,
        ).id
        administrators_notify(agency=agency, what="exported", reason=found.reason)

    approval_confirm(
        kind=ApprovalKind.EXPORT,
        subject=agency.code,
        approval_id=approval_id,
        actor=actor,
        do=begin,
    )


def restore_ask(*, file: Path, key_file: Path, order: RestoreOrder, actor: Actor) -> JobSummary:
    """Request the restore of an agency; the job stores the key file's path and not the key.

    Raises ``ReasonNeeded``, ``SuccessorUnfit``.
    """
    order.require()
    return job_request(
        kind=RESTORE,
        subject=order.code[:120],
        steps=RestoreStep.values,
        actor=actor,
        arguments={"file": str(file), "key_file": str(key_file), "order": asdict(order)},
    )


def exports_of(*, schema_name: str, subject: str = "") -> list[ExportSummary]:
    """Return the exports that users of a schema requested, of one agency or all, with the latest
    first.
    """
    with national_context():
        rows = jobs_recent(schema_name=schema_name, kinds=(EXPORT,))
        if subject:
            rows = rows.filter(subject=subject)
        return [_summary(job_summary_of(job)) for job in rows[:MAX_SHOWN]]


def export_get(*, job_id: UUID, schema_name: str, subject: str = "") -> ExportSummary:
    """Return an export of a schema's users. Raises ``JobNotFound``, ``ExportNotFound``."""
    with national_context():
        summary = job_summary(job_id=job_id, schema_name=schema_name)
    if summary.kind != EXPORT or subject not in ("", summary.subject):
        raise ExportNotFound(str(job_id))
    return _summary(summary)


def export_read(*, job_id: UUID, schema_name: str, actor: Actor, subject: str = "") -> Path:
    """Return the path of an export for its download, and record who downloads the export.

    In the public schema only the person who asked for an export may download the export.

    Raises ``JobNotFound``, ``ExportNotFound``.
    """
    opened_export = export_get(job_id=job_id, schema_name=schema_name, subject=subject)
    path = folder_of(job_id) / opened_export.file
    is_theirs = (
        schema_name != NATIONAL_SCHEMA
        or Job.objects.filter(pk=job_id, asked_by_id=actor.user_id).exists()
    )
    if not (is_theirs and opened_export.is_there and path.is_file()):
        raise ExportNotFound(str(job_id))
    export_record(
        agency=agency_by_code(opened_export.job.subject), action="agency.bundle_taken", actor=actor
    )
    return path


def export_cancel(*, job_id: UUID, schema_name: str, actor: Actor) -> None:
    """Cancel an export's job. Raises ``JobNotFound``, ``ExportNotFound``, ``JobEnded``."""
    export_get(job_id=job_id, schema_name=schema_name)
    with national_context():
        job_cancel(job_id=job_id, actor=actor)


def export_retry(*, job_id: UUID, schema_name: str, actor: Actor) -> None:
    """Retry a failed export. Raises ``JobNotFound``, ``ExportNotFound``, ``JobNotFailed``."""
    export_get(job_id=job_id, schema_name=schema_name)
    with national_context():
        job_retry(job_id=job_id, actor=actor)


@transaction.atomic
def work_retry(*, summary: JobSummary, actor: Actor) -> JobSummary:
    """Retry a failed job; an export for national oversight needs a valid approval.

    Raises ``JobNotFailed``, ``ApprovalOutdated``, ``ApprovalByFormerStaff``.
    """
    if summary.kind == EXPORT and summary.schema_name == NATIONAL_SCHEMA:
        approval_require(job_id=summary.id)
    return job_retry(job_id=summary.id, actor=actor)


def export_record(*, agency: Agency, action: str, actor: Actor) -> None:
    """Record an action in the audit logs of the active schema and of the agency.

    The agency's log shows its staff who exported the data. A destroyed agency has no log.
    """
    subject = f"agency {agency.code}"
    audit_record(actor=actor, action=action, subject=subject)
    if connection.schema_name != agency.schema_name and agency.state != AgencyState.DESTROYED:
        with schema_entered(agency.schema_name):
            audit_record(actor=actor, action=action, subject=subject)


def _under_way(agency: Agency) -> bool:
    return Job.objects.filter(kind=EXPORT, subject=agency.code).exclude(state__in=ENDED).exists()


def _summary(job: JobSummary) -> ExportSummary:
    made_at = job.finished_at if job.state is JobState.DONE else None
    return ExportSummary(
        job=job,
        job_shown=job_detail(job),
        file=str(job.result.get("file", "")),
        size=int(str(job.result.get("size", 0))),
        sha256=str(job.result.get("sha256", "")),
        expires_at=made_at + KEPT if made_at else None,
    )
