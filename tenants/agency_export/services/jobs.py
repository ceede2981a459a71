"""What the operator process does: making a bundle, and bringing an agency back from one."""

import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, transaction

from shared.jobs.errors import JobCancelled, JobLost
from shared.jobs.services.work import JobHandle
from shared.kernel import clock
from shared.register.services import AGENCY_PREFIX
from tenants.agencies.selectors import RESERVED_CODES, agency_by_code
from tenants.agency_export.enums import ExportStep, RestoreStep
from tenants.agency_export.errors import ExportKeyRefused, ExportNotFound, RestoredAlready
from tenants.agency_export.services.audit_log import export_record
from tenants.agency_export.services.encryption import identity_in
from tenants.agency_export.services.export import WrittenExport, export_write
from tenants.agency_export.services.file_restore import files_compare, files_remove, files_write
from tenants.agency_export.services.manifest import TableFacts
from tenants.agency_export.services.manifest_facts import can_decrypt, lookup_key_id
from tenants.agency_export.services.ready_mail import ready_mail_queue
from tenants.agency_export.services.restore import (
    RestoreTarget,
    agency_claim,
    agency_open,
    agency_restore_undo,
    data_write,
    restore_target_require_free,
)
from tenants.agency_export.services.restore_order import RestoreOrder, actor_of
from tenants.agency_export.services.schema_restore import tables_update
from tenants.agency_export.services.trust_checks import sum_require
from tenants.agency_export.services.verification import OpenedExport, export_open
from tenants.agency_export.services.work_folders import folder_create, folder_delete, folder_of
from tenants.fleet.errors import AgencyCodeReserved, AgencyCodeShape
from tenants.fleet.services.hosts import host_parse
from tenants.models import Agency

# Each telling is a write, and people look once a second.
PROGRESS_INTERVAL_SECONDS = 0.5
KIB = 1024
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MAX_CODE_LENGTH = 50


class ProgressReporter:
    """Tells a job how far it is, in KiB, and not at every byte."""

    def __init__(self, handle: JobHandle) -> None:
        self._handle = handle
        self._step, self._told = "", 0.0

    def __call__(self, step: ExportStep | RestoreStep, done: int, total: int) -> None:
        """``done`` of ``total`` bytes. Raises ``JobCancelled``, ``JobLost``."""
        now = time.monotonic()
        if step != self._step:
            self._step = step
            self._handle.step(step, total=total // KIB)
        elif now - self._told >= PROGRESS_INTERVAL_SECONDS:
            self._handle.progress(done // KIB)
        else:
            return
        self._told = now


def job_export(handle: JobHandle) -> None:
    """Seal one agency to the recipient that its people gave. Raises ``ExportNoSpace``."""
    if handle.result.get("file"):
        return
    agency = agency_by_code(handle.subject)
    _require(handle)
    folder = folder_create(handle.id)
    day = clock.today().isoformat()
    try:
        made = export_write(
            agency=agency,
            recipient=str(handle.arguments["recipient"]),
            target=folder / f"{agency.code}-{day}.insaf.age",
            tell=ProgressReporter(handle),
        )
    except BaseException:
        with suppress(DatabaseError):
            _folder_delete(handle)
        raise
    with transaction.atomic():
        export_record(agency=agency, action="agency.exported", actor=actor_of(handle))
        ready_mail_queue(handle=handle, agency=agency)
        handle.keep(**_facts(made))


def job_export_undo(handle: JobHandle) -> None:
    """Nothing of a bundle that was not wanted stays. Raises ``JobLost``."""
    _folder_delete(handle)


def job_restore(handle: JobHandle) -> None:
    """Bring an agency back; what an earlier try has left is taken away first.

    Raises ``ExportNotFound``, ``ExportKeyRefused``, ``ExportDamaged``, ``ExportTooNew``,
    ``ExportCollision``, ``ExportNoSpace``, ``ExportUnknown``, ``AgencyCodeTaken``,
    ``AgencyCodeReserved``, ``HostInvalid``, ``HostOfThePortal``, ``SuccessorUnfit``,
    ``NoSuccessor``, ``CasesNeedActingOfficers``.
    """
    if handle.result.get("finished"):
        _folder_delete(handle)
        return
    _restore_undo(handle)
    try:
        _restore(handle)
    except (JobCancelled, JobLost):
        # Cancelled, it is taken back by whoever told us; lost, it is another process's.
        raise
    except BaseException:
        # What it could not take back is still written down; the first error is the one to tell.
        with suppress(DatabaseError, OSError):
            _restore_undo(handle)
        raise
    _folder_delete(handle)


def job_restore_undo(handle: JobHandle) -> None:
    """Take away all that was made. Raises ``RestoredAlready`` once it is open, ``JobLost``."""
    if handle.result.get("finished"):
        # It holds the agency's whole text in clear.
        _folder_delete(handle)
        raise RestoredAlready(handle.subject)
    _restore_undo(handle)


def _restore_undo(handle: JobHandle) -> None:
    agency_restore_undo(handle=handle)
    _require(handle)
    files_remove(folder=folder_of(handle.id))
    _folder_delete(handle)


def _folder_delete(handle: JobHandle) -> None:
    # The folder is named after the job: of one that is lost it is another process's.
    _require(handle)
    folder_delete(handle.id)


def _require(handle: JobHandle) -> None:
    with transaction.atomic():
        handle.require()


def _restore(handle: JobHandle) -> None:
    source, identity = _source(handle)
    order = RestoreOrder.from_arguments(cast(dict[str, Any], handle.arguments["order"]))
    place = _place(order)
    folder, tell = folder_create(handle.id), ProgressReporter(handle)
    with export_open(
        source,
        identity=identity,
        folder=folder,
        tell=lambda done, total: tell(RestoreStep.VERIFY, done, total),
    ) as bundle:
        sum_require(order=order, sha256=bundle.sha256)
        restore_target_require_free(bundle=bundle, place=place, successor=order.successor)
        handle.step(RestoreStep.TABLES)
        agency = agency_claim(handle=handle, bundle=bundle, place=place)
        weight = sum(one.bytes for one in bundle.manifest.tables)
        tell(RestoreStep.DATA, 0, weight)
        data_write(
            bundle=bundle,
            agency=agency,
            tell=lambda done: tell(RestoreStep.DATA, done, weight),
        )
        handle.step(RestoreStep.UPDATE)
        tables_update(agency=agency)
        size = bundle.manifest.files.bytes
        tell(RestoreStep.FILES, 0, size)
        files_write(
            bundle=bundle,
            agency=agency,
            folder=folder,
            tell=lambda done: tell(RestoreStep.FILES, done, size),
        )
        tell(RestoreStep.COMPARE, 0, size)
        files_compare(bundle=bundle, tell=lambda done: tell(RestoreStep.COMPARE, done, size))
        handle.keep(**_report(bundle, place))
        agency_open(handle=handle, bundle=bundle, agency=agency, host=place.host, order=order)


def _source(handle: JobHandle) -> tuple[Path, str]:
    source = Path(str(handle.arguments["file"]))
    if not source.is_file():
        raise ExportNotFound(str(source))
    try:
        return source, identity_in(Path(str(handle.arguments["key_file"])).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ExportKeyRefused(str(error)) from None


def _place(order: RestoreOrder) -> RestoreTarget:
    code = order.code
    if len(code) > MAX_CODE_LENGTH or not CODE.fullmatch(code):
        raise AgencyCodeShape(code, field="code")
    if code in RESERVED_CODES and not Agency.objects.filter(code=code).exists():
        raise AgencyCodeReserved(code, field="code")
    own = f"{code}.{settings.BASE_DOMAIN}"
    host = order.host or own
    if host != own:
        # Another one under the portal's domain would be a neighbour's, or the portal's own.
        host = host_parse(host)
    return RestoreTarget(code=code, schema_name=AGENCY_PREFIX + code.replace("-", "_"), host=host)


def _tables(tables: list[TableFacts]) -> list[dict[str, object]]:
    return [{"member": one.member, "rows": one.rows, "sha256": one.sha256} for one in tables]


def _facts(made: WrittenExport) -> dict[str, object]:
    files = made.manifest.files
    return {
        "file": made.path.name,
        "size": made.size,
        "sha256": made.sha256,
        "rows": sum(one.rows for one in made.manifest.tables),
        "tables": _tables(made.manifest.tables),
        "files": files.count,
        "missing": len(files.missing),
        "infected": len(files.infected),
        "altered": len(files.altered),
        "sealed": sum(made.manifest.keys.vault.values()),
    }


def _report(bundle: OpenedExport, place: RestoreTarget) -> dict[str, object]:
    manifest = bundle.manifest
    return {
        "code": place.code,
        "host": place.host,
        "was": f"{manifest.agency.code} of {manifest.installation}",
        "names": [manifest.agency.name_ar, manifest.agency.name_fr, manifest.agency.name_en],
        "sha256": bundle.sha256,
        "rows": sum(one.rows for one in manifest.tables),
        "tables": _tables(manifest.tables),
        "files": manifest.files.count,
        "missing": len(manifest.files.missing),
        "infected": len(manifest.files.infected),
        "altered": len(manifest.files.altered),
        "sealed": sum(manifest.keys.vault.values()),
        "sealed_shut": sum(
            number for key_id, number in manifest.keys.vault.items() if not can_decrypt(key_id)
        ),
        "same_lookup_key": manifest.keys.lookup == lookup_key_id(),
        "was_taken_over": manifest.agency.is_taken_over,
    }
