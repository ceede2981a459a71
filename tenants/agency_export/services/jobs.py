"""The jobs that export an agency, and that restore an agency from an export."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, transaction

from shared.accounts.models import User
from shared.jobs.errors import JobCancelled, JobLost
from shared.jobs.services.job_runner import JobHandle
from shared.kernel import clock
from shared.mail.services import mail_row
from shared.register.services import AGENCY_PREFIX
from tenants.agencies.selectors import RESERVED_CODES, agency_by_code, agency_info
from tenants.agencies.services import mails_insert
from tenants.agency_export.enums import ExportStep, RestoreStep
from tenants.agency_export.errors import ExportKeyRefused, ExportNotFound, RestoredAlready
from tenants.agency_export.services.encryption import identity_in
from tenants.agency_export.services.export import export_write
from tenants.agency_export.services.export_verification import OpenedExport, export_open
from tenants.agency_export.services.file_restore import files_compare, files_remove, files_write
from tenants.agency_export.services.manifest import Manifest
from tenants.agency_export.services.manifest_facts import lookup_key_id
from tenants.agency_export.services.moved_cases import later_cases_require, paths_elsewhere
from tenants.agency_export.services.requests import export_record
from tenants.agency_export.services.restore import (
    RestoreTarget,
    agency_claim,
    agency_open,
    agency_restore_undo,
    data_write,
    restore_target_require_free,
)
from tenants.agency_export.services.restore_order import RestoreOrder, export_job_actor
from tenants.agency_export.services.schema_restore import tables_update
from tenants.agency_export.services.trust_checks import sum_require
from tenants.agency_export.services.work_folders import folder_create, folder_delete, folder_of
from tenants.case_access.services.text_encryption import key_ids
from tenants.fleet.errors import AgencyCodeReserved, AgencyCodeShape
from tenants.fleet.services.bulk_creation import CODE_SHAPE, MAX_CODE_LENGTH
from tenants.fleet.services.hosts import host_parse
from tenants.isolation.schema_switch import schema_entered
from tenants.models import Agency

# Each report writes a row, and pages read the row only once a second.
PROGRESS_INTERVAL_SECONDS = 0.5
KIB = 1024


class ProgressReporter:
    """A reporter of a job's progress in KiB, which reports at most twice a second within a step."""

    def __init__(self, handle: JobHandle) -> None:
        self._handle = handle
        self._step, self._reported_at = "", 0.0

    def __call__(self, step: ExportStep | RestoreStep, done: int, total: int) -> None:
        """Report ``done`` of ``total`` bytes. Raises ``JobCancelled``, ``JobLost``."""
        now = time.monotonic()
        if step != self._step:
            self._step = step
            self._handle.step(step, total=total // KIB)
        elif now - self._reported_at >= PROGRESS_INTERVAL_SECONDS:
            self._handle.progress(done // KIB)
        else:
            return
        self._reported_at = now

    def begin(self, step: RestoreStep, total: int) -> Callable[[int], None]:
        """Begin a step; return a function that reports how many bytes of the step are done."""
        self(step, 0, total)
        return lambda done: self(step, done, total)


def job_export(handle: JobHandle) -> None:
    """Export an agency, encrypted for the job's recipient. Raises ``ExportNoSpace``."""
    if handle.result.get("file"):
        return
    agency = agency_by_code(handle.subject)
    _require(handle)
    folder = folder_create(handle.id)
    try:
        made = export_write(
            agency=agency,
            recipient=str(handle.arguments["recipient"]),
            target=folder / f"{agency.code}-{clock.today().isoformat()}.insaf.age",
            on_progress=ProgressReporter(handle),
        )
    except BaseException:
        with suppress(DatabaseError):
            _folder_delete(handle)
        raise
    with transaction.atomic():
        export_record(agency=agency, action="agency.exported", actor=export_job_actor(handle))
        _ready_mail_queue(handle, agency)
        handle.keep(
            file=made.path.name, size=made.size, sha256=made.sha256, **_contents(made.manifest)
        )


def job_export_undo(handle: JobHandle) -> None:
    """Delete the files of a cancelled export. Raises ``JobLost``."""
    _folder_delete(handle)


def job_restore(handle: JobHandle) -> None:
    """Restore an agency, after deleting what an earlier try has left.

    Raises ``ExportNotFound``, ``ExportKeyRefused``, ``ExportDamaged``, ``ExportTooNew``,
    ``ExportTooOld``, ``ExportCollision``, ``ExportLacksCases``, ``ExportNoSpace``,
    ``ExportUnknown``, ``AgencyCodeShape``, ``AgencyCodeTaken``, ``AgencyCodeReserved``,
    ``HostInvalid``, ``HostOfThePortal``, ``SuccessorUnfit``, ``NoSuccessor``,
    ``CasesNeedActingOfficers``.
    """
    if handle.result.get("finished"):
        _folder_delete(handle)
        return
    _restore_undo(handle)
    try:
        _restore(handle)
    except (JobCancelled, JobLost):
        # Nothing is undone here: the process that cancels a job also undoes the job, and a lost
        # job belongs to another process.
        raise
    except BaseException:
        # The job's result still records what this undo cannot delete; the first error is reported.
        with suppress(DatabaseError, OSError):
            _restore_undo(handle)
        raise
    _folder_delete(handle)


def job_restore_undo(handle: JobHandle) -> None:
    """Delete what a restore has made. Raises ``RestoredAlready`` if the agency is open,
    ``JobLost``.
    """
    if handle.result.get("finished"):
        # Without this deletion, the agency's data would remain in clear text.
        _folder_delete(handle)
        raise RestoredAlready(handle.subject)
    _restore_undo(handle)


def _ready_mail_queue(handle: JobHandle, agency: Agency) -> None:
    """E-mail the export's URL, without a key, to the requester if their account is active."""
    with schema_entered(handle.schema_name):
        user = User.objects.filter(pk=handle.asked_by_id or 0, is_active=True).first()
        if user is not None:
            mails_insert(
                mail_row(
                    to=user.email,
                    letter="bundle_ready",
                    language=user.language,
                    reference="",
                    context={
                        "agency": agency_info(agency).name(user.language),
                        "bundle_url": str(handle.arguments.get("page", "")),
                    },
                )
            )


def _restore_undo(handle: JobHandle) -> None:
    agency_restore_undo(handle=handle)
    _require(handle)
    files_remove(folder=folder_of(handle.id))
    _folder_delete(handle)


def _folder_delete(handle: JobHandle) -> None:
    # After a loss of the job, the folder is used by another process and must not be deleted.
    _require(handle)
    folder_delete(handle.id)


def _require(handle: JobHandle) -> None:
    with transaction.atomic():
        handle.require()


def _restore(handle: JobHandle) -> None:
    source, identity = _source(handle)
    order = RestoreOrder.from_arguments(cast(dict[str, Any], handle.arguments["order"]))
    target = _target(order)
    folder, report = folder_create(handle.id), ProgressReporter(handle)
    verified = partial(report, RestoreStep.VERIFY)
    with export_open(
        source, identity=identity, folder=folder, on_progress=verified
    ) as opened_export:
        sum_require(order=order, sha256=opened_export.sha256)
        departures = restore_target_require_free(
            opened_export=opened_export, target=target, successor=order.successor
        )
        handle.step(RestoreStep.TABLES)
        agency = agency_claim(handle=handle, opened_export=opened_export, target=target)
        size = sum(one.bytes for one in opened_export.manifest.tables)
        on_progress = report.begin(RestoreStep.DATA, size)
        repaired = data_write(opened_export=opened_export, agency=agency, on_progress=on_progress)
        handle.step(RestoreStep.UPDATE)
        tables_update(agency=agency)
        lacking = later_cases_require(agency=agency, opened_export=opened_export, order=order)
        left = paths_elsewhere(agency=agency, departures=departures)
        _files_write(opened_export, agency, folder, left, report)
        handle.keep(
            **_report(opened_export, target),
            rows_repaired=repaired,
            cases_left=len(departures),
            cases_lost=lacking.held,
            days_lost=lacking.handed_over,
        )
        agency_open(
            handle=handle,
            opened_export=opened_export,
            agency=agency,
            host=target.host,
            order=order,
            departures=departures,
        )


def _files_write(
    opened_export: OpenedExport,
    agency: Agency,
    folder: Path,
    left: frozenset[str],
    report: ProgressReporter,
) -> None:
    size = opened_export.manifest.files.bytes
    on_written = report.begin(RestoreStep.FILES, size)
    files_write(
        opened_export=opened_export, agency=agency, folder=folder, left=left, on_progress=on_written
    )
    on_compared = report.begin(RestoreStep.COMPARE, size)
    files_compare(opened_export=opened_export, agency=agency, left=left, on_progress=on_compared)


def _source(handle: JobHandle) -> tuple[Path, str]:
    source = Path(str(handle.arguments["file"]))
    if not source.is_file():
        raise ExportNotFound(str(source))
    try:
        return source, identity_in(Path(str(handle.arguments["key_file"])).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ExportKeyRefused(str(error)) from None


def _target(order: RestoreOrder) -> RestoreTarget:
    code = order.code
    if len(code) > MAX_CODE_LENGTH or not CODE_SHAPE.fullmatch(code):
        raise AgencyCodeShape(code, field="code")
    if code in RESERVED_CODES and not Agency.objects.filter(code=code).exists():
        raise AgencyCodeReserved(code, field="code")
    own = f"{code}.{settings.BASE_DOMAIN}"
    # Another host under the portal's domain would belong to another agency or to the portal.
    host = own if order.host in ("", own) else host_parse(order.host)
    return RestoreTarget(code=code, schema_name=AGENCY_PREFIX + code.replace("-", "_"), host=host)


def _contents(manifest: Manifest) -> dict[str, object]:
    tables, files = manifest.tables, manifest.files
    return {
        "rows": sum(one.rows for one in tables),
        "tables": [
            {"member": one.member, "rows": one.rows, "sha256": one.sha256} for one in tables
        ],
        "files": files.count,
        "missing": len(files.missing),
        "infected": len(files.infected),
        "altered": len(files.altered),
        "sealed": sum(manifest.keys.vault.values()),
    }


def _report(opened_export: OpenedExport, target: RestoreTarget) -> dict[str, object]:
    agency, keys = opened_export.manifest.agency, opened_export.manifest.keys
    return {
        "code": target.code,
        "host": target.host,
        "was": f"{agency.code} of {opened_export.manifest.installation}",
        "names": [agency.name_ar, agency.name_fr, agency.name_en],
        "sha256": opened_export.sha256,
        **_contents(opened_export.manifest),
        "sealed_shut": sum(
            number for key_id, number in keys.vault.items() if key_id not in key_ids()
        ),
        "same_lookup_key": keys.lookup == lookup_key_id(),
        "was_taken_over": agency.is_taken_over,
    }
