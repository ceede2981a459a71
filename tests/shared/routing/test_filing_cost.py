"""What rules cost a filing: no statement, whether there are rules or not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.kernel.actors import CITIZEN
from shared.routing.enums import Target
from shared.routing.selectors import routing_table
from tenants.case_access import gateway
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import draft, organisation_of, staff
from tests.support.routing import rule
from tests.support.units import unit

pytestmark = pytest.mark.django_db


def statements(agency):
    """How many a filing sends, once everything that is asked only once has been asked."""
    given = draft(agency)
    organisation_of(agency)

    def file():
        gateway.complaint_file(draft=given, actor=CITIZEN, is_email_proved=True)

    file()
    with CaptureQueriesContext(connection) as sent:
        file()
    return [one["sql"].split()[0] for one in sent.captured_queries]


def test_fs13_filing_sends_as_many_statements_with_rules_as_without(roads):
    without = statements(roads)
    with agency_context(roads):
        there = unit("There", staff(roads, Role.AGENT))
        for number in range(20):
            rule(str(number), words=("nothing of this kind",), unit_id=there)
        rule("last", words=("lamp",), target=Target.LEAST_OPEN, unit_id=there)

    assert len(statements(roads)) == len(without)


def test_rules_and_units_come_with_one_query(in_roads, django_assert_num_queries):
    there = unit("There", category_codes=("fees",), places=("Fès",))
    first, second = rule("A", unit_id=there, words=("lamp",)), rule("B", is_active=False)
    routing_table()

    with django_assert_num_queries(1):
        table = routing_table()

    assert [one.id for one in table.rules] == [first]
    assert second not in {one.id for one in table.rules}
    [reach] = table.units
    assert tuple(reach) == (there, None, ["fees"], [], ["Fès"], True)
