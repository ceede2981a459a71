"""Rows of before a constraint are named by those who operate, mended, and the constraint holds."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shared.audit.models import AuditEntry
from shared.complaints.models import Complaint
from shared.kernel.clock import LAST_MOMENT
from tenants.fleet.services.row_bounds import constraints_open
from tenants.isolation.schema_switch import agency_context, as_owner
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

TABLE, NAME = "complaints_complaint", "complaint_values"


@pytest.fixture
def former(roads):
    """A case that was damaged before the constraint came, beside a sound one; its number."""
    sound, damaged = filed(roads), filed(roads)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        place = f"{roads.schema_name}.{TABLE}"
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND conname = %s",
            [place, NAME],
        )
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {place} DROP CONSTRAINT {NAME}")
        cursor.execute(
            f"UPDATE {place} SET language = 'xx', waiting_since = 'infinity',"
            " risk_on = '4000-01-01 BC', reopened = 32767, declarations = '[5]',"
            " label_ids = '{{1,2},{NULL,4}}'"
            " WHERE reference = %s",
            [damaged.reference],
        )
        cursor.execute(f"ALTER TABLE {place} ADD CONSTRAINT {NAME} {definition} NOT VALID")
    with agency_context(roads):
        untouched = Complaint.objects.values().get(reference=sound.reference)
        return Complaint.objects.get(reference=damaged.reference).pk, untouched


def ran(*arguments):
    """What the command printed, and whether it found fault."""
    printed = StringIO()
    try:
        call_command("validate_rows", *arguments, stdout=printed)
    except CommandError:
        return printed.getvalue().splitlines(), True
    return printed.getvalue().splitlines(), False


def test_rows_are_named_by_table_constraint_and_key(roads, former):
    number, _untouched = former

    lines, is_fault = ran("--agency", "roads")

    named = f"{roads.schema_name} {TABLE} {NAME} {number}"
    assert lines == [named, "0 constraints validated, 1 left"]
    assert is_fault
    assert len(constraints_open(schema_name=roads.schema_name)) == 1


def test_repair_puts_safe_values_and_validates(roads, former):
    number, untouched = former

    _lines, is_fault = ran("--repair")

    assert not is_fault
    assert constraints_open(schema_name=roads.schema_name) == []
    with agency_context(roads):
        mended = Complaint.objects.get(pk=number)
        assert (mended.language, mended.waiting_since) == ("ar", LAST_MOMENT)
        assert (mended.risk_on, mended.reopened) == (date(1900, 1, 1), 1_000)
        assert (mended.declarations, mended.label_ids) == ([], [1, 2, 4])
        assert Complaint.objects.values().get(pk=untouched["id"]) == untouched
    assert AuditEntry.objects.get(action="rows.repaired").subject.endswith(TABLE)
    assert ran() == (["0 constraints validated, 0 left"], False)
