"""The restore of an agency from its export, in steps; only the last step opens the agency.

The comment of the agency's schema contains the job's id as a mark. The transaction that creates the
schema writes the mark, the last step removes it, and an undo without the mark changes nothing.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper as Cursor

from shared.audit.services import audit_record
from shared.complaints.selectors import cases_after, outbox_events
from shared.complaints.services import cases_of_closed_accounts
from shared.complaints.types.custody import Departure
from shared.jobs.services.job_runner import JobHandle
from shared.register.services import register_replace_agency
from shared.register.types import RegisterEvent
from shared.rows.services import written_or_refuse
from tenants.agencies.selectors import address_book_clear
from tenants.agency_export.errors import ExportCollision, ExportDamaged
from tenants.agency_export.services.activation import (
    agency_state_set,
    host_give,
    host_hold,
    host_require_free,
    organisations_take,
)
from tenants.agency_export.services.digests import DigestWriter
from tenants.agency_export.services.export_verification import OpenedExport
from tenants.agency_export.services.manifest import TableFacts
from tenants.agency_export.services.manifest_facts import sequences_write
from tenants.agency_export.services.moved_cases import (
    cases_moved,
    cases_settle,
    custody_settle,
    offers_settle,
)
from tenants.agency_export.services.restore_order import RestoreOrder, export_job_actor
from tenants.agency_export.services.schema_restore import tables_build, version_of
from tenants.agency_export.services.table_copy import (
    LEFT_OUT,
    Table,
    agency_tables,
    columns_fit,
    copy_aside,
    copy_in,
    copy_out,
    drafts_drop,
    in_dependency_order,
    indexes_deferred,
    key_conflicts_count,
    placeholders_write,
    plain_cursor,
    public_tables,
    rows_drop,
    staged_rows_insert,
)
from tenants.agency_export.services.trust_checks import (
    agency_facts_require,
    national_staff_refuse,
    requests_require,
)
from tenants.custody.services.known_references import restored_references_mark
from tenants.fleet.errors import AgencyCodeTaken
from tenants.fleet.services.lifecycle.destroy_orders import destroy_is_under_way
from tenants.fleet.services.lifecycle.states import successor_require
from tenants.fleet.services.row_bounds import bounds_add, bounds_drop, rows_repair
from tenants.isolation.database_roles import agency_role_drop, agency_role_make
from tenants.isolation.schema_switch import as_owner, schema_entered
from tenants.isolation.schema_versions import version_record
from tenants.isolation.sql import sql_column, sql_run
from tenants.models import Agency, HostClaim
from tenants.models.enums import AgencyState, ProvisioningStep

CASES_PER_PAGE = 1_000
MARK = "restored by job "
# The columns of a tombstone that get their former values when a restore is undone.
TOMBSTONE_FIELDS = (
    "state",
    "step",
    "version",
    "state_reason",
    "successor_code",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreTarget:
    """The code, schema and host under which an agency is restored."""

    code: str
    schema_name: str
    host: str


def restore_target_require_free(
    *, opened_export: OpenedExport, target: RestoreTarget, successor: str = ""
) -> tuple[Departure, ...]:
    """Refuse a restore that could not succeed, before anything is written.

    Returns the cases that stay with another agency.

    Raises ``ExportTooNew``, ``ExportTooOld``, ``AgencyCodeTaken``, ``ExportCollision``,
    ``ExportDamaged``, ``SuccessorUnfit``.
    """
    version_of(opened_export.manifest)
    agency_facts_require(opened_export.manifest.agency)
    known = Agency.objects.filter(code=target.code).first()
    # A destruction that failed can be retried, and would then delete the restored data.
    if destroy_is_under_way(agency_code=target.code) or (
        known is not None and known.state != AgencyState.DESTROYED
    ):
        raise AgencyCodeTaken(target.code)
    host_require_free(host=target.host, known=known)
    departures = cases_moved(opened_export=opened_export)
    left = [one.reference for one in departures]
    with as_owner(), transaction.atomic(), plain_cursor() as cursor:
        if successor:
            successor_require(successor_code=successor, agency_code=target.code)
        for table in public_tables(cursor):
            _require_keys_free(cursor, opened_export, table, left)
    return departures


def agency_claim(
    *, handle: JobHandle, opened_export: OpenedExport, target: RestoreTarget
) -> Agency:
    """Create an agency's row, schema, role and tables in one transaction, with this job's mark.

    Raises ``AgencyCodeTaken``, ``ExportCollision``.
    """
    version = version_of(opened_export.manifest)
    with as_owner(), transaction.atomic():
        handle.require()
        agency, former = _row(target, opened_export)
        quoted = connection.ops.quote_name(target.schema_name)
        sql_run(f"SET LOCAL statement_timeout = 0; CREATE SCHEMA {quoted}")
        sql_run(f"COMMENT ON SCHEMA {quoted} IS %s", restore_mark(handle))
        agency_role_make(schema_name=target.schema_name)
        tables_build(schema_name=target.schema_name, version=version)
        version_record(version)
        agency.state, agency.step = AgencyState.PREPARING, ProvisioningStep.RECORDED
        agency.version = version.fingerprint
        agency.save()
        host_hold(agency=agency, host=target.host)
        handle.keep(schema_name=target.schema_name, former=former)
    return agency


def data_write(
    *, opened_export: OpenedExport, agency: Agency, on_progress: Callable[[int], None]
) -> int:
    """Write every row of the agency's tables, and compare each table with its checksum at once.

    ``on_progress`` is called with the number of bytes done, between two transactions. Returns how
    many rows had forbidden values and were repaired, because anybody can make an export with such
    values. Raises ``ExportDamaged``.
    """
    facts_by_member = {one.member: one for one in opened_export.manifest.tables}
    with as_owner(), transaction.atomic(), plain_cursor() as cursor:
        tables = in_dependency_order(cursor, agency_tables(cursor, agency.schema_name))
    wanted = {f"tables/{table.name}.csv" for table in tables}
    there = {name for name in opened_export.members if name.startswith("tables/")}
    # An older export also has tables that are left out today; such tables are not read.
    if not wanted <= there <= wanted | {f"tables/{name}.csv" for name in LEFT_OUT}:
        raise ExportDamaged("the tables of the bundle are not those of its version")
    done = repaired = 0
    for table in tables:
        facts = facts_by_member[f"tables/{table.name}.csv"]
        with as_owner(), transaction.atomic(), plain_cursor() as cursor:
            repaired += _table_write(cursor, opened_export, table, facts)
            sequences_write(cursor, [table], opened_export.manifest.sequences)
        done += facts.bytes
        on_progress(done)
    return repaired


def agency_open(
    *,
    handle: JobHandle,
    opened_export: OpenedExport,
    agency: Agency,
    host: str,
    order: RestoreOrder,
    departures: tuple[Departure, ...],
) -> None:
    """Open the agency: write its rows of the public schema, its host and its state.

    Raises ``ExportCollision``, ``ExportDamaged`` and the errors of ``agency_state_set``.
    """
    actor = export_job_actor(handle)
    with as_owner(), transaction.atomic():
        handle.require()
        # A case that was in transfer during the export is in the export as a stub with a route.
        left = [*(one.reference for one in departures), *_stubs(agency)]
        with plain_cursor() as cursor:
            national_staff_refuse(cursor, schema_name=agency.schema_name)
            drafts_drop(cursor, schema_name=agency.schema_name, references=left)
            for table in public_tables(cursor):
                _public_write(cursor, opened_export, table, agency.schema_name, left)
            quoted = connection.ops.quote_name(agency.schema_name)
            cursor.execute(f"COMMENT ON SCHEMA {quoted} IS NULL")
        host_give(agency=agency, host=host)
        taken, held = organisations_take(
            agency=agency, facts=opened_export.manifest.agency, order=order, actor=actor
        )
        offers_settle(agency=agency)
        custody_settle(agency=agency, opened_export=opened_export)
        restored_references_mark(agency=agency)
        ended = cases_settle(
            agency=agency, opened_export=opened_export, departures=departures, actor=actor
        )
        _register(agency)
        audit_record(actor=actor, action="agency.restored", subject=f"agency {agency.code}")
        with schema_entered(agency.schema_name):
            # An older export may have cases whose officers' accounts were already deactivated.
            cases_of_closed_accounts(actor=actor)
        agency_state_set(agency=agency, order=order, actor=actor)
        handle.keep(finished=True, bodies_taken=taken, bodies_held=held, offers_ended=ended)
    address_book_clear()


def agency_restore_undo(*, handle: JobHandle) -> None:
    """Delete what this job has made of an agency that is not open yet; the call may be repeated.

    Raises ``JobLost``.
    """
    schema_name = str(handle.result.get("schema_name") or "")
    with as_owner(), transaction.atomic():
        # The mark belongs to the job, not to the process: another process may be filling the
        # schema.
        handle.require()
        if not schema_name or _mark(schema_name) != restore_mark(handle):
            return
        quoted = connection.ops.quote_name(schema_name)
        sql_run(f"SET LOCAL statement_timeout = 0; DROP SCHEMA {quoted} CASCADE")
        if connection.settings_dict.get("ROLES"):
            agency_role_drop(schema_name=schema_name)
        rows = Agency.objects.filter(schema_name=schema_name)
        HostClaim.objects.filter(agency__in=rows).delete()
        if former := cast(dict[str, Any] | None, handle.result.get("former")):
            rows.update(**former)
        else:
            rows.delete()
    address_book_clear()


def restore_mark(handle: JobHandle) -> str:
    """Return the comment that a schema has while this job restores the schema's agency."""
    return f"{MARK}{handle.id}"


def is_being_restored(*, agency: Agency) -> bool:
    """Return whether a running or interrupted restore has marked the agency's schema."""
    return _mark(agency.schema_name).startswith(MARK)


def _row(
    target: RestoreTarget, opened_export: OpenedExport
) -> tuple[Agency, dict[str, str] | None]:
    """Return the agency's row for the restore, and the former values of the row of a tombstone."""
    if (known := Agency.objects.select_for_update().filter(code=target.code).first()) is not None:
        if known.state != AgencyState.DESTROYED:
            raise AgencyCodeTaken(target.code)
        return known, {name: str(getattr(known, name)) for name in TOMBSTONE_FIELDS}
    facts = opened_export.manifest.agency
    with written_or_refuse(AgencyCodeTaken(target.code)):
        made = Agency.objects.create(
            code=target.code,
            schema_name=target.schema_name,
            name_ar=facts.name_ar,
            name_fr=facts.name_fr,
            name_en=facts.name_en,
        )
    return made, None


def _stubs(agency: Agency) -> list[str]:
    found: list[str] = sql_column(
        f'SELECT reference FROM "{agency.schema_name}".complaints_complaint'  # noqa: S608
        " WHERE status = 'transferred'"
    )
    return found


def _mark(schema_name: str) -> str:
    found = sql_column(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s",
        schema_name,
    )
    return (found[0] or "") if found else ""


def _table_write(
    cursor: Cursor, opened_export: OpenedExport, table: Table, facts: TableFacts
) -> int:
    names = opened_export.columns(facts.member)
    if not columns_fit(table, names):
        raise ExportDamaged(f"{facts.member} has other columns than its version")
    # A migration may have inserted rows that are also in the export.
    cursor.execute(f'DELETE FROM "{table.schema}"."{table.name}"')  # noqa: S608
    place = {"schema_name": table.schema, "table": table.name}
    # The constraints on values are absent until forbidden values are repaired, because the
    # comparison with the file needs the values of the file.
    dropped = bounds_drop(**place)
    with indexes_deferred(cursor, table):
        copy_in(cursor, table, opened_export.part(facts.member), names)
    _require_same(cursor, opened_export, table, facts)
    repaired = rows_repair(**place)
    bounds_add(**place, dropped=dropped)
    return repaired


def _require_same(
    cursor: Cursor, opened_export: OpenedExport, table: Table, facts: TableFacts, owner: str = ""
) -> None:
    """Require that a table's rows have the export's checksum; then call ``placeholders_write``."""
    digest, names = DigestWriter(), opened_export.columns(facts.member)
    rows = copy_out(cursor, table, digest, names=names, owner=owner)
    if (rows, digest.sha256) != (facts.rows, facts.sha256):
        raise ExportDamaged(f"{facts.member} came out of the database as another one")
    placeholders_write(cursor, table, owner=owner)


def _require_keys_free(
    cursor: Cursor, opened_export: OpenedExport, table: Table, left: Collection[str]
) -> tuple[str, int]:
    """Copy a table's exported rows into a temporary table; require that their keys are free.

    Returns the temporary table, and how many rows of cases of another agency were dropped.
    """
    member = f"public/{table.name}.csv"
    aside = copy_aside(cursor, table, opened_export.part(member), opened_export.columns(member))
    dropped = rows_drop(cursor, table, aside, left)
    if taken := key_conflicts_count(cursor, table, aside):
        raise ExportCollision(f"{taken} rows of {table.name} belong to another agency here")
    return aside, dropped


def _public_write(
    cursor: Cursor,
    opened_export: OpenedExport,
    table: Table,
    schema_name: str,
    left: Collection[str],
) -> None:
    facts = next(
        one for one in opened_export.manifest.tables if one.member == f"public/{table.name}.csv"
    )
    aside, dropped = _require_keys_free(cursor, opened_export, table, left)
    requests_require(cursor, aside=aside, schema_name=schema_name)
    taken = staged_rows_insert(
        cursor, table, aside, opened_export.columns(facts.member), schema_name
    )
    if not dropped:
        _require_same(cursor, opened_export, table, facts, owner=schema_name)
        return
    # The checksum covers all rows, and was compared when the file was opened.
    if taken + dropped != facts.rows:
        raise ExportDamaged(f"{facts.member} came into the database as another one")
    placeholders_write(cursor, table, owner=schema_name)


def _register(agency: Agency) -> None:
    """Replace the agency's events in the register, also those under a destroyed agency's code."""
    # The codes of other agencies for which the register has an event of this agency's tables.
    codes = sql_column(
        "SELECT DISTINCT r.agency_code FROM register_registereventrow r"  # noqa: S608
        f' JOIN "{agency.schema_name}".complaints_complaintevent e ON e.id = r.event_id'
        " WHERE r.agency_code <> %s",
        agency.code,
    )
    for code in codes:
        other = Agency.objects.filter(code=code).first()
        if other is not None and other.state != AgencyState.DESTROYED:
            raise ExportCollision(f"the register has its events from {code}")
        register_replace_agency(schema_name=other.schema_name if other else code, events=[])
    register_replace_agency(
        schema_name=agency.schema_name,
        events=(event for page in _event_pages(agency) for event in page),
    )


def _event_pages(agency: Agency) -> Iterator[list[RegisterEvent]]:
    """Yield the agency's events in short lists, because a list of a million events needs 4 GB."""
    after = 0
    while True:
        with schema_entered(agency.schema_name):
            numbers = cases_after(number=after, most=CASES_PER_PAGE)
            page = outbox_events(after=after, most=CASES_PER_PAGE)
        if not numbers:
            return
        after = numbers[-1]
        yield page
