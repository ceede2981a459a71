"""A file brings rows that nobody could read: of before the constraints, or made by somebody."""

import pytest

from shared.complaints.models import Complaint
from tenants.fleet.services.row_bounds import constraints_open
from tenants.isolation.schema_switch import agency_context
from tenants.management.commands.restore_agency import _lines
from tests.support.processes import outside_connection
from tests.tenants.agency_export.estate import exported
from tests.tenants.agency_export.moved_fixtures import A, agency, destroyed, filed_whole, restored
from tests.tenants.isolation.committed import in_thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("three")]

DAMAGE = """
    ALTER TABLE a_dunes.complaints_complaint DROP CONSTRAINT complaint_values;
    UPDATE a_dunes.complaints_complaint SET language = 'xx', waiting_since = 'infinity',
        happened_on = '4000-01-01 BC', interim_replies = 32767, declarations = '{"a": 1}'
        WHERE reference = %s;
"""


def test_rows_that_nobody_could_read_are_mended_and_counted(tmp_path):
    one, sound = in_thread(filed_whole), in_thread(filed_whole)
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(DAMAGE, [one.reference])
    outside.close()
    before = in_thread(sound.shown)
    opened_export = exported(tmp_path, A)
    destroyed(A)

    result = restored(opened_export)

    assert result["rows_repaired"] == 1
    assert any(line.startswith("1 rows held values") for line in _lines(result))

    def look():
        assert one.shown().language == "ar"
        assert sound.shown() == before
        with agency_context(agency(A)):
            mended = Complaint.objects.get(reference=one.reference)
            assert (mended.interim_replies, mended.declarations) == (1_000, [])
        assert constraints_open(schema_name="a_dunes") == []

    in_thread(look)
