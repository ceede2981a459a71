"""What rules cost a filing: no statement, whether there are rules or not."""

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.complaints.models import Complaint
from shared.kernel.actors import CITIZEN
from shared.routing.enums import Target
from shared.routing.models import RoutingRule
from shared.routing.selectors import routing_table, routing_table_known
from shared.units.models import Unit
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


def test_filing_reads_the_rules_in_the_statement_that_inserts(roads):
    given = draft(roads)
    organisation_of(roads)
    gateway.complaint_file(draft=given, actor=CITIZEN, is_email_proved=True)

    with CaptureQueriesContext(connection) as sent:
        gateway.complaint_file(draft=given, actor=CITIZEN, is_email_proved=True)

    [statement] = [one["sql"] for one in sent.captured_queries if "routingrule" in one["sql"]]
    assert 'INSERT INTO "complaints_complaint"' in statement


def unit_of_filing(agency):
    """The unit of a new case; the process knows the table of an earlier filing."""
    receipt = gateway.complaint_file(draft=draft(agency), actor=CITIZEN, is_email_proved=True)
    with agency_context(agency):
        return Complaint.objects.get(reference=receipt.reference).unit_id


def changed(name, agency, first, second):
    """Change one thing that decides over the unit, as another process would."""
    with agency_context(agency):
        match name:
            case "rule":
                RoutingRule.objects.update(unit=second)
            case "new rule":
                new = rule("before", unit_id=second)
                RoutingRule.objects.exclude(pk=new).update(position=F("position") + 10)
            case "rule out of use":
                RoutingRule.objects.update(is_active=False)
            case "unit retired":
                Unit.objects.filter(pk=first).update(is_active=False)
            case "unit moved":
                Unit.objects.filter(pk=first).update(is_active=False, parent=second)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nothing", "first"),
        ("rule", "second"),
        ("new rule", "second"),
        ("rule out of use", None),
        ("unit retired", None),
        ("unit moved", "second"),
    ],
)
def test_filing_follows_rules_that_another_process_has_changed(roads, name, expected):
    with agency_context(roads):
        first, second = unit("First"), unit("Second")
        rule("all", unit_id=first)
    assert unit_of_filing(roads) == first

    changed(name, roads, first, second)

    assert unit_of_filing(roads) == {"first": first, "second": second}.get(expected)


def test_filing_by_a_changed_rule_is_repeated_with_its_key(roads):
    given = draft(roads)
    organisation_of(roads)

    def file():
        return gateway.complaint_file(
            draft=given, actor=CITIZEN, idempotency_key="k", is_email_proved=True
        )

    first = file()
    with agency_context(roads):
        unit("New", category_codes=("fees",))

    assert (file().reference, file().is_repeat) == (first.reference, True)
    with agency_context(roads):
        assert Complaint.objects.count() == 1


def test_known_table_stays_current_when_a_rule_has_chosen_an_officer(in_roads):
    rule("turn", unit_id=unit("There"))
    before = routing_table().digest
    RoutingRule.objects.update(last_officer_id=7)

    assert routing_table().digest == before
    assert routing_table_known().digest == before


def test_no_table_is_known_in_a_cluster(in_roads, monkeypatch):
    routing_table()
    monkeypatch.setitem(connection.settings_dict, "CLUSTER", True)

    assert routing_table_known() is None


def test_known_table_is_of_the_agency_itself(roads, water):
    with agency_context(roads):
        rule("all", unit_id=unit("There"))
        routing_table()
    with agency_context(water):
        routing_table()

    with agency_context(roads):
        assert len(routing_table_known().rules) == 1
    with agency_context(water):
        assert routing_table_known().rules == ()


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
