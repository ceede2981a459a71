"""Bringing an agency back from its bundle, in steps; until the last of them nobody can reach it.

What is made is marked as the work of one job, in the comment of its schema, which is written and
taken away in the same transactions as all else: taking back touches nothing without that mark.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from django.db import IntegrityError, connection, transaction

from shared.audit.services import audit_record
from shared.complaints.selectors import cases_after, outbox_events
from shared.jobs.services.work import JobHandle
from shared.register.services import register_replace_agency
from shared.register.types import RegisterEvent
from tenants.agencies.selectors import address_book_clear
from tenants.agency_export.errors import ExportCollision, ExportDamaged
from tenants.agency_export.services.activation import (
    agency_state_set,
    host_give,
    host_hold,
    host_require_free,
    organisations_take,
)
from tenants.agency_export.services.manifest import TableFacts
from tenants.agency_export.services.manifest_facts import sequences_write
from tenants.agency_export.services.restore_order import RestoreOrder, actor_of
from tenants.agency_export.services.schema_restore import tables_build, version_of
from tenants.agency_export.services.table_copy import (
    LEFT_OUT,
    PLAIN,
    Cursor,
    Table,
    agency_tables,
    columns_fit,
    copy_aside,
    copy_in,
    copy_out,
    in_dependency_order,
    indexes_deferred,
    key_conflicts_count,
    placeholders_write,
    public_tables,
    rows_take_over,
)
from tenants.agency_export.services.trust_checks import (
    agency_facts_require,
    requests_require,
    staff_require,
)
from tenants.agency_export.services.verification import OpenedExport
from tenants.fleet.errors import AgencyCodeTaken
from tenants.fleet.services.lifecycle.deletion_orders import destroy_is_under_way
from tenants.fleet.services.lifecycle.states import successor_require
from tenants.isolation.context import as_owner, schema_entered
from tenants.isolation.roles import agency_role_drop, agency_role_make
from tenants.models import Agency, HostClaim, SchemaVersion
from tenants.models.enums import AgencyState, ProvisioningStep

CASES_PER_PAGE = 1_000
MARK = "restored by job "
# What a tombstone gets back when the restoring is taken back.
TOMBSTONE_FIELDS = (
    "state",
    "step",
    "version",
    "state_reason",
    "successor_code",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreTarget:
    """Where an agency is brought back to."""

    code: str
    schema_name: str
    host: str


def restore_target_require_free(
    *, bundle: OpenedExport, place: RestoreTarget, successor: str = ""
) -> None:
    """Refuse before anything is written what could not end well.

    Raises ``ExportTooNew``, ``AgencyCodeTaken``, ``ExportCollision``, ``ExportDamaged``,
    ``SuccessorUnfit``.
    """
    version_of(bundle.manifest)
    agency_facts_require(bundle.manifest.agency)
    known = Agency.objects.filter(code=place.code).first()
    # A destruction that failed can go on: it would take what is restored now.
    if destroy_is_under_way(agency_code=place.code) or (
        known is not None and known.state != AgencyState.DESTROYED
    ):
        raise AgencyCodeTaken(place.code)
    host_require_free(host=place.host, known=known)
    with as_owner(), transaction.atomic(), _cursor() as cursor:
        if successor:
            successor_require(successor_code=successor, agency_code=place.code)
        for table in public_tables(cursor):
            _require_keys_free(cursor, bundle, table)


def agency_claim(*, handle: JobHandle, bundle: OpenedExport, place: RestoreTarget) -> Agency:
    """The row, the schema, the role and the tables, marked as this job's, or nothing.

    Raises ``AgencyCodeTaken``, ``ExportCollision``.
    """
    version = version_of(bundle.manifest)
    with as_owner(), transaction.atomic():
        handle.require()
        agency, former = _row(place, bundle)
        quoted = connection.ops.quote_name(place.schema_name)
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = 0; CREATE SCHEMA {quoted}")
            cursor.execute(f"COMMENT ON SCHEMA {quoted} IS %s", [restore_mark(handle)])
        agency_role_make(schema_name=place.schema_name)
        tables_build(schema_name=place.schema_name, version=version)
        SchemaVersion.objects.get_or_create(
            fingerprint=version.fingerprint, defaults={"migrations": sorted(version.migrations)}
        )
        agency.state, agency.step = AgencyState.PREPARING, ProvisioningStep.RECORDED
        agency.version = version.fingerprint
        agency.save()
        host_hold(agency=agency, host=place.host)
        handle.keep(schema_name=place.schema_name, former=former)
    return agency


def data_write(*, bundle: OpenedExport, agency: Agency, tell: Callable[[int], None]) -> None:
    """Every row of the agency's own tables, each table compared with its checksum at once.

    ``tell`` hears of the bytes that are done, between two transactions. Raises ``ExportDamaged``.
    """
    told = {one.member: one for one in bundle.manifest.tables}
    with as_owner(), transaction.atomic(), _cursor() as cursor:
        tables = in_dependency_order(cursor, agency_tables(cursor, agency.schema_name))
    wanted = {f"tables/{table.name}.csv" for table in tables}
    there = {name for name in bundle.members if name.startswith("tables/")}
    # An older bundle holds tables that stay today: they are not read.
    if not wanted <= there <= wanted | {f"tables/{name}.csv" for name in LEFT_OUT}:
        raise ExportDamaged("the tables of the bundle are not those of its version")
    done = 0
    for table in tables:
        facts = told[f"tables/{table.name}.csv"]
        with as_owner(), transaction.atomic(), _cursor() as cursor:
            _table_write(cursor, bundle, table, facts)
            sequences_write(cursor, [table], bundle.manifest.sequences)
        done += facts.bytes
        tell(done)


def agency_open(
    *, handle: JobHandle, bundle: OpenedExport, agency: Agency, host: str, order: RestoreOrder
) -> None:
    """What the public schema knows of it, its host and its state: from here on it is reached.

    Raises ``ExportCollision``, ``ExportDamaged`` and as ``agency_state_set``.
    """
    actor = actor_of(handle)
    with as_owner(), transaction.atomic():
        handle.require()
        with _cursor() as cursor:
            staff_require(cursor, schema_name=agency.schema_name)
            for table in public_tables(cursor):
                _public_write(cursor, bundle, table, agency.schema_name)
            quoted = connection.ops.quote_name(agency.schema_name)
            cursor.execute(f"COMMENT ON SCHEMA {quoted} IS NULL")
        host_give(agency=agency, host=host)
        taken, held = organisations_take(
            agency=agency, facts=bundle.manifest.agency, order=order, actor=actor
        )
        _register(agency)
        audit_record(actor=actor, action="agency.restored", subject=f"agency {agency.code}")
        agency_state_set(agency=agency, order=order, actor=actor)
        handle.keep(finished=True, bodies_taken=taken, bodies_held=held)
    address_book_clear()


def agency_restore_undo(*, handle: JobHandle) -> None:
    """Take away what this job has made of an agency that it has not opened; safe to repeat.

    Raises ``JobLost``.
    """
    schema_name = str(handle.result.get("schema_name") or "")
    with as_owner(), transaction.atomic():
        # The mark is the job's, and not the process's: another one may be filling that schema.
        handle.require()
        if not schema_name or _mark(schema_name) != restore_mark(handle):
            return
        with connection.cursor() as cursor:
            quoted = connection.ops.quote_name(schema_name)
            cursor.execute(f"SET LOCAL statement_timeout = 0; DROP SCHEMA {quoted} CASCADE")
        if connection.settings_dict.get("ROLES"):
            agency_role_drop(schema_name=schema_name)
        rows = Agency.objects.filter(schema_name=schema_name)
        HostClaim.objects.filter(agency__in=rows).delete()
        former = cast(dict[str, Any] | None, handle.result.get("former"))
        if former:
            rows.update(**former)
        else:
            rows.delete()
    address_book_clear()


def restore_mark(handle: JobHandle) -> str:
    """What a schema says while it is being restored."""
    return f"{MARK}{handle.id}"


def is_being_restored(*, agency: Agency) -> bool:
    """Whether its schema is a bundle's that is not open yet, or was left by a process that died."""
    return (_mark(agency.schema_name) or "").startswith(MARK)


def _row(place: RestoreTarget, bundle: OpenedExport) -> tuple[Agency, dict[str, str] | None]:
    """The row to be filled, and what a tombstone of that code has been."""
    known = Agency.objects.select_for_update().filter(code=place.code).first()
    if known is not None:
        if known.state != AgencyState.DESTROYED:
            raise AgencyCodeTaken(place.code)
        return known, {name: str(getattr(known, name)) for name in TOMBSTONE_FIELDS}
    facts = bundle.manifest.agency
    try:
        with transaction.atomic():
            made = Agency.objects.create(
                code=place.code,
                schema_name=place.schema_name,
                name_ar=facts.name_ar,
                name_fr=facts.name_fr,
                name_en=facts.name_en,
            )
    except IntegrityError:
        raise AgencyCodeTaken(place.code) from None
    return made, None


def _mark(schema_name: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s",
            [schema_name],
        )
        found = cursor.fetchone()
    return found[0] if found else None


def _table_write(cursor: Cursor, bundle: OpenedExport, table: Table, facts: TableFacts) -> None:
    names = bundle.columns(facts.member)
    if not columns_fit(table, names):
        raise ExportDamaged(f"{facts.member} has other columns than its version")
    # A migration may have laid rows down that are in the bundle, too.
    cursor.execute(f'DELETE FROM "{table.schema}"."{table.name}"')  # noqa: S608
    with indexes_deferred(cursor, table):
        copy_in(cursor, table, bundle.part(facts.member), names)
    digest = _Digest()
    rows = copy_out(cursor, table, digest, names=names)
    if (rows, digest.sha256) != (facts.rows, facts.sha256):
        raise ExportDamaged(f"{facts.member} came out of the database as another one")
    placeholders_write(cursor, table)


def _require_keys_free(cursor: Cursor, bundle: OpenedExport, table: Table) -> str:
    member = f"public/{table.name}.csv"
    aside = copy_aside(cursor, table, bundle.part(member), bundle.columns(member))
    taken = key_conflicts_count(cursor, table, aside)
    if taken:
        raise ExportCollision(f"{taken} rows of {table.name} belong to another agency here")
    return aside


def _public_write(cursor: Cursor, bundle: OpenedExport, table: Table, schema_name: str) -> None:
    facts = next(one for one in bundle.manifest.tables if one.member == f"public/{table.name}.csv")
    aside = _require_keys_free(cursor, bundle, table)
    requests_require(cursor, aside=aside, schema_name=schema_name)
    names = bundle.columns(facts.member)
    rows_take_over(cursor, table, aside, names, schema_name)
    digest = _Digest()
    rows = copy_out(cursor, table, digest, names=names, owner=schema_name)
    if (rows, digest.sha256) != (facts.rows, facts.sha256):
        raise ExportDamaged(f"{facts.member} came out of the database as another one")
    placeholders_write(cursor, table, owner=schema_name)


def _register(agency: Agency) -> None:
    """Let the figures count its requests, once: they may still stand under a destroyed code."""
    for code in _codes_with_its_events(agency):
        other = Agency.objects.filter(code=code).first()
        if other is not None and other.state != AgencyState.DESTROYED:
            raise ExportCollision(f"the register has its events from {code}")
        register_replace_agency(schema_name=other.schema_name if other else code, events=[])
    register_replace_agency(
        schema_name=agency.schema_name, events=(event for page in _told(agency) for event in page)
    )


def _told(agency: Agency) -> Iterator[list[RegisterEvent]]:
    """All that it has announced, some cases at a time: a million events at once are 4 GB."""
    after = 0
    while True:
        with schema_entered(agency.schema_name):
            numbers = cases_after(number=after, most=CASES_PER_PAGE)
            page = outbox_events(after=after, most=CASES_PER_PAGE)
        if not numbers:
            return
        after = numbers[-1]
        yield page


def _codes_with_its_events(agency: Agency) -> list[str]:
    """Other codes under which the register has an event of this one's tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT r.agency_code FROM register_registereventrow r"  # noqa: S608
            f' JOIN "{agency.schema_name}".complaints_complaintevent e ON e.id = r.event_id'
            " WHERE r.agency_code <> %s",
            [agency.code],
        )
        return [code for (code,) in cursor.fetchall()]


@contextmanager
def _cursor() -> Iterator[Cursor]:
    """A cursor in a transaction, under which rows are written as a bundle has them."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        yield cast(Cursor, cursor)


class _Digest:
    """A file that is only digested."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self._digest.update(piece)
        return len(piece)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()
