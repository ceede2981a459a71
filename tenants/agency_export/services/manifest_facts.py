"""Facts of an agency for the manifest, read in the snapshot of the export."""

import hashlib
from typing import Any

from django.conf import settings
from django.db.backends.utils import CursorWrapper as Cursor

from tenants.agency_export.services.manifest import AgencyFacts, KeyFacts, Position
from tenants.agency_export.services.table_copy import Table
from tenants.models import Agency


def lookup_key_id() -> str:
    """Return an id of LOOKUP_KEY, computed from the key, which reveals nothing about the key."""
    return hashlib.sha256(b"insaf look-up key's name:" + settings.LOOKUP_KEY.encode()).hexdigest()[
        :16
    ]


def agency_facts(cursor: Cursor, agency: Agency) -> AgencyFacts:
    """Return the agency's data, hosts and plan, and the bodies for which it answers."""
    return AgencyFacts(
        code=agency.code,
        name_ar=agency.name_ar,
        name_fr=agency.name_fr,
        name_en=agency.name_en,
        state=agency.state,
        state_reason=agency.state_reason,
        successor_code=agency.successor_code,
        created_at=agency.created_at.isoformat(),
        is_taken_over=agency.taken_over_at is not None,
        plan=next(
            iter(
                _column(
                    cursor,
                    "SELECT plan_id FROM public.billing_subscription WHERE agency_id = %s",
                    agency.pk,
                )
            ),
            "",
        ),
        hosts=_column(
            cursor,
            "SELECT domain FROM public.tenants_domain WHERE tenant_id = %s ORDER BY domain",
            agency.pk,
        ),
        organisations=_column(
            cursor,
            "SELECT code FROM public.directory_organisation WHERE agency_code = %s ORDER BY code",
            agency.code,
        ),
    )


def key_facts(cursor: Cursor, agency: Agency) -> KeyFacts:
    """Return the ids of the keys that the agency's lookups and encrypted identities use."""
    cursor.execute(
        "SELECT key_id, count(*) FROM public.tenants_sealedparty WHERE schema_name = %s"
        " GROUP BY key_id ORDER BY key_id",
        [agency.schema_name],
    )
    return KeyFacts(lookup=lookup_key_id(), vault=dict(cursor.fetchall()))


def position(cursor: Cursor, agency: Agency) -> Position:
    """Return the agency's last event, and how many events its tables and the register have."""
    cursor.execute(
        "SELECT (SELECT count(*) FROM complaints_complaintevent), (SELECT count(*)"
        " FROM public.register_registereventrow WHERE agency_code = %s)",
        [agency.code],
    )
    events, told = cursor.fetchone()
    cursor.execute(
        "SELECT id::text, at FROM complaints_complaintevent ORDER BY at DESC, id DESC LIMIT 1"
    )
    last = cursor.fetchall()
    return Position(
        events=events,
        last_event=last[0][0] if last else "",
        last_event_at=last[0][1].isoformat() if last else "",
        register_events=told,
    )


def migrations_of(cursor: Cursor, labels: list[str]) -> list[str]:
    """Return the migrations that the agency's tables have, as ``app.name``."""
    return _column(
        cursor,
        "SELECT app || '.' || name FROM django_migrations WHERE app = ANY(%s)"
        " ORDER BY (app || '.' || name) COLLATE \"C\"",
        labels,
    )


def sequences_read(cursor: Cursor, tables: list[Table]) -> dict[str, int]:
    """Return a dict: ``table.column`` of a used sequence -> the sequence's last number.

    That number can be higher than all ids in the table; ids of deleted rows must not be reused.
    """
    found: dict[str, int] = {}
    for table in tables:
        for column in (one.name for one in table.columns if one.is_identity):
            cursor.execute(
                "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)",
                [f'"{table.schema}"."{table.name}"', column],
            )
            (last,) = cursor.fetchone()
            if last is not None:
                found[f"{table.name}.{column}"] = last
    return found


def sequences_write(cursor: Cursor, tables: list[Table], given: dict[str, int]) -> None:
    """Set every sequence to its exported number, or to the table's highest number if higher."""
    for table in tables:
        for column in (one.name for one in table.columns if one.is_identity):
            place = f'"{table.schema}"."{table.name}"'
            cursor.execute(
                f'SELECT greatest(%s, max("{column}")) FROM {place}',  # noqa: S608
                [given.get(f"{table.name}.{column}")],
            )
            (last,) = cursor.fetchone()
            if last is not None:
                # The number is a constant because in a cluster the table is on a node, and its
                # sequence is not.
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s)::regclass, %s)",
                    [place, column, last],
                )


def _column(cursor: Cursor, sql: str, value: Any) -> list[str]:
    cursor.execute(sql, [value])
    return [row[0] for row in cursor.fetchall()]
