"""No row that an agency's role may write in ``public`` holds a time that Python cannot read.

One of the year 4000 BC stopped every worker that came to it, and the pages that counted it. Tables
and columns come from PostgreSQL's catalog: a new one needs a row here, and a bound there.
"""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tenants.isolation.schema_switch import agency_context, as_owner
from tests.tenants.isolation.test_queue_rows import CALL

pytestmark = pytest.mark.django_db

TIMES = ("infinity", "-infinity", "4000-01-01 BC", "20000-01-01")
REFERENCE = "4815162342108097"
# A whole row of each, as an agency writes it.
ROWS: dict[str, dict[str, Any]] = {
    "django_tasks_database_dbtaskresult": CALL,
    "register_registeroutbox": {
        "event_id": "0199c5e0-1234-7123-8123-0123456789ac",
        "reference": REFERENCE,
        "position": 1,
        "organisation_code": "roads",
        "kind": "complaint",
        "category_code": "",
        "language": "fr",
        "event": "received",
        "status": "received",
        "outcome": "",
        "at": "now()",
    },
    "tenants_route": {
        "reference": REFERENCE,
        "schema_name": "a_roads",
        "nonce": bytes(16),
        "receipt_digest": bytes(32),
        "created_at": "now()",
    },
    "tenants_sealedparty": {
        "reference": REFERENCE,
        "key_id": "any",
        "sealed": b"sealed",
        "created_at": "now()",
    },
    "tenants_submissionkey": {
        "digest": bytes(32),
        "fingerprint": bytes(32),
        "route_id": REFERENCE,
        "created_at": "now()",
    },
}


def columns():
    """Every column of dates or times in a public table that an agency may write."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0"
            " AND NOT a.attisdropped AND c.relkind IN ('r', 'p')"
            " AND a.atttypid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)"
            " AND has_any_column_privilege("
            " current_database() || '_a_roads', c.oid, 'INSERT, UPDATE')"
        )
        return cursor.fetchall()


def is_taken(roads, table, row):
    """Whether roads may write such a row; it is taken back."""
    holes = ", ".join(["%s"] * len(row))
    statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({holes})"
    try:
        with agency_context(roads), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, list(row.values()))
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def test_no_time_that_cannot_be_read_is_taken(roads):
    found = columns()
    assert {table for table, _column in found} == set(ROWS)
    assert [table for table, row in ROWS.items() if not is_taken(roads, table, row)] == []

    taken = [
        (table, column, time)
        for table, column in found
        for time in TIMES
        if is_taken(roads, table, ROWS[table] | {column: time})
    ]

    assert taken == []
