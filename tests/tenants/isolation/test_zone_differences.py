"""Zone data of the database or the machine that differs is a line, and stops nothing."""

import logging
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.kernel import clock, zone_data
from tenants.fleet.services.health.prometheus_metrics import fleet_registry
from tenants.fleet.services.health.summary import health_summary, zone_health
from tenants.fleet.tasks import compare_zones
from tenants.isolation import checks
from tenants.isolation.enums import ZoneSource
from tenants.isolation.sql import sql_column
from tenants.isolation.zone_differences import ZoneDifference, zone_differences
from tests.support.zone_files import NATIONAL, zone_file

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 5, 3, 10, 20, 30, tzinfo=UTC)
CHANGE = datetime(2027, 9, 5, 2, tzinfo=UTC)
BOTH = (ZoneSource.DATABASE, ZoneSource.MACHINE)


@pytest.fixture
def hours(tmp_path, monkeypatch):
    """Give the package, and the machine, data of a test's own; the database keeps its own."""

    def read(name, rules):
        folder = zone_file(tmp_path / name, **rules)
        monkeypatch.setattr(zone_data, "MACHINE_PATHS", (folder,))
        return zone_data.machine_zone()

    def given(*, package, machine):
        monkeypatch.setattr(clock, "NATIONAL_ZONE", read("package", package))
        read("machine", machine)

    zone_health.cache_clear()
    yield given
    zone_health.cache_clear()


def found(at=NOW):
    with clock.travel(at):
        return {one.source: one.since for one in zone_differences()}


def test_another_offset_is_found_at_once(hours):
    hours(package={"hours": 7}, machine={"hours": 6})

    assert found() == dict.fromkeys(BOTH, NOW)


def test_a_change_that_only_the_machine_knows_is_found_within_three_days(hours):
    late = CHANGE - timedelta(hours=5)
    hours(package={"hours": 7}, machine={"hours": 7, "changes": [(int(late.timestamp()), 8)]})

    assert late <= found()[ZoneSource.MACHINE] < late + timedelta(days=3)


def test_a_change_at_another_hour_is_found_at_its_second(hours):
    ours, theirs = int(CHANGE.timestamp()), int(CHANGE.timestamp()) + 3600
    hours(
        package={"hours": 7, "changes": [(ours, 8)]},
        machine={"hours": 7, "changes": [(theirs, 8)]},
    )

    assert found()[ZoneSource.MACHINE] == CHANGE


def test_the_same_data_is_no_difference(hours):
    rules = {"hours": 7, "changes": [(int(CHANGE.timestamp()), 8)]}
    hours(package=rules, machine=rules)

    assert set(found()) == {ZoneSource.DATABASE}


def test_what_has_ended_is_no_difference(hours):
    ended = [(int((NOW - timedelta(days=9)).timestamp()), 7)]
    hours(package={"hours": 7}, machine={"hours": 6, "changes": ended})

    assert ZoneSource.MACHINE not in found()


def test_a_database_with_the_data_of_the_package_does_not_differ(monkeypatch):
    """It is asked in truth: by a zone that nobody changes any more."""
    monkeypatch.setattr(clock, "NATIONAL_ZONE", ZoneInfo("Africa/Abidjan"))
    monkeypatch.setattr(zone_data, "MACHINE_PATHS", ())

    assert found() == {}


def test_a_database_that_does_not_know_the_zone_differs_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(zone_data, "MACHINE_PATHS", ())
    with (zone_file(tmp_path, hours=0) / NATIONAL).open("rb") as file:
        monkeypatch.setattr(clock, "NATIONAL_ZONE", ZoneInfo.from_file(file, key="Africa/Nowhere"))

    assert found() == {ZoneSource.DATABASE: NOW}
    # A page asks in a transaction of its own, and goes on.
    assert sql_column("SELECT 1") == [1]


def hourly():
    return compare_zones.func(_schema="public")  # type: ignore[call-arg]


@pytest.mark.parametrize("check", [checks.start_check, checks.operator_check, hourly])
def test_a_difference_is_a_line_in_the_log_and_no_refusal(check, hours, caplog, monkeypatch):
    hours(package={"hours": 7}, machine={"hours": 6})
    # The check of a start ends with closing its connection, which here is the test's own.
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setitem(connection.settings_dict, "ROLES", False)

    with caplog.at_level(logging.WARNING):
        check()

    lines = [one for one in caplog.messages if one.startswith("zone data: ")]
    assert [line.partition(" on the ")[2].split()[0] for line in lines] == ["database", "machine"]
    assert all(version("tzdata") in line for line in lines)


def test_the_summary_of_health_has_both(hours):
    hours(package={"hours": 7}, machine={"hours": 6})

    with clock.travel(NOW):
        health = health_summary()
    gauges = fleet_registry(health=health, dead_letters=0)

    assert health.zone_differences == tuple(
        ZoneDifference(source=source, since=NOW) for source in BOTH
    )
    assert gauges.get_sample_value("insaf_zone_differences") == 2


def test_the_comparison_is_one_query():
    connection.ensure_connection()

    with CaptureQueriesContext(connection) as queries:
        zone_differences()

    # In a savepoint, which a database that does not know the zone takes back.
    asked = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == 1
