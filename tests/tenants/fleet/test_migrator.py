"""The fleet is migrated by replay: as Django would, once, whatever happens on the way."""

import re
from io import StringIO
from pathlib import Path
from threading import Event

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from shared.directory.models import Organisation
from shared.mail import migrations as mail_migrations
from tenants.fleet.services.migrator.agency_groups import fleet_groups, versions_write
from tenants.fleet.services.migrator.fleet_migration import RUN_LOCK, fleet_migrate
from tenants.fleet.services.migrator.record import migration_plan_record
from tenants.isolation.schema_switch import as_owner, schema_entered
from tenants.isolation.schema_versions import code_version, version_serves
from tenants.models import Agency
from tests.support.agencies import committed_agencies, future_migrations, schema_state, version_of
from tests.support.processes import KILLED, ended, in_child, outside_connection, start_child
from tests.support.sampling import repeats
from tests.support.schemas import comparable_script
from tests.support.waiting import wait_until_somebody_waits

pytestmark = pytest.mark.django_db

NEW = ("mail.0002_mail_note", "mail.0003_stamp", "mail.0004_tally", "mail.0005_last")
# The migrations of the app that are in the product.
TODAY = sorted(file.stem for file in Path(mail_migrations.__file__).parent.glob("0*.py"))


def ask(sql, *values):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def migrate(**options):
    return fleet_migrate(connections=1, **options)


def tables_of(schema_name):
    """Without the rows: those of a model that came later have later numbers."""
    return [line for line in comparable_script(schema_name) if line.startswith(("CREA", "ALTE"))]


def test_nothing_is_behind_today(roads, water):
    assert fleet_groups() == []
    assert migrate().total == 0


def test_agencies_that_lack_the_same_are_found_together(roads, water):
    with future_migrations():
        groups = fleet_groups()

    assert [(group.missing, [one.code for one in group.agencies]) for group in groups] == [
        (NEW, ["roads", "water"])
    ]


@pytest.mark.slow
def test_one_agency_alone_can_be_asked_for(roads, water):
    with future_migrations():
        report = migrate(codes=["roads"])

        assert (report.migrated, [one.code for one in fleet_groups()[0].agencies]) == (
            ["roads"],
            ["water"],
        )


@pytest.mark.slow
def test_replayed_migrations_make_what_django_makes(roads, water):
    with future_migrations(), as_owner():
        report = migrate()
        ask("CREATE SCHEMA a_by_django")
        call_command("migrate_schemas", schema_name="a_by_django", verbosity=0, interactive=False)

        assert report.migrated == ["roads", "water"]
        assert tables_of("a_water") == tables_of("a_by_django")


def test_an_agency_gets_the_migrations_their_records_and_its_version_together(roads, water):
    today = roads.version
    with future_migrations():
        migrate()

        assert version_of("roads") == version_of("water") == code_version().fingerprint != today
        assert ask("SELECT name FROM a_water.django_migrations WHERE app = 'mail' ORDER BY id") == [
            *((name,) for name in TODAY),
            *((name.partition(".")[2],) for name in NEW),
        ]
        assert ask("SELECT count(*) FROM a_roads.mail_tally") == [(1,)]


@pytest.mark.slow
def test_a_second_run_does_nothing(roads, water):
    with future_migrations():
        first, second = migrate(), migrate()

        assert (len(first.migrated), second.total) == (2, 0)
        assert ask("SELECT count(*) FROM a_roads.mail_tally") == [(1,)]


@pytest.mark.slow
def test_todays_code_works_on_beside_tomorrows_tables(roads, water):
    with future_migrations():
        migrate()

    assert version_serves(version_of("roads"))


@pytest.mark.slow
def test_recording_leaves_the_agency_as_it_was(roads, water):
    before = comparable_script("a_roads")
    with future_migrations():
        recorded_plan = migration_plan_record(canary=roads)

        assert recorded_plan.migrations == NEW
        assert recorded_plan.version == code_version()
        assert [one.missing for one in fleet_groups()] == [NEW]
    assert comparable_script("a_roads") == before


def test_an_agency_that_fails_is_named_and_does_not_stop_the_others(roads, water):
    ask("ALTER TABLE a_roads.mail_mail ADD note text")
    today = roads.version
    heard = []
    with future_migrations():
        # The first of them is the one on which the migrations are tried: here the sound one.
        ask("UPDATE tenants_agency SET code = 'zroads' WHERE code = 'roads'")
        report = migrate(on_progress=lambda _report, code: heard.append(code))

        assert (report.migrated, sorted(report.failed), heard) == (
            ["water"],
            ["zroads"],
            ["water", "zroads"],
        )
        assert re.search("note.* already exists", report.failed["zroads"])
        assert version_of("zroads") == today

        ask("ALTER TABLE a_roads.mail_mail DROP note")
        assert migrate().migrated == ["zroads"]


@pytest.mark.slow
def test_a_run_that_is_asked_to_stop_leaves_the_rest_to_the_next_one(roads, water):
    stop = Event()
    with future_migrations():
        report = migrate(stop=stop, on_progress=lambda *_heard: stop.set())
        assert (report.total, report.migrated) == (2, ["roads"])

        assert migrate().migrated == ["water"]


def test_agencies_without_a_note_of_their_version_get_one_when_they_lack_nothing(roads, water):
    Agency.objects.filter(code="roads").update(version="")

    assert versions_write() == 1
    assert version_of("roads") == code_version().fingerprint


@pytest.mark.parametrize("option", repeats(["--plan", "--dry-run"], keep=1))
def test_a_plan_and_a_dry_run_change_nothing(roads, water, option, capsys):
    with future_migrations():
        call_command("migrate_agencies", option)

        said = capsys.readouterr().out
        assert f"2 agencies lack {', '.join(NEW)}" in said
        assert ('ADD COLUMN "note"' in said) is (option == "--dry-run")
        assert [one.missing for one in fleet_groups()] == [NEW]


def test_only_one_run_at_a_time(roads, water):
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [RUN_LOCK])

    with pytest.raises(CommandError, match="already"):
        call_command("migrate_agencies")

    outside.close()


@pytest.mark.slow
def test_killed_at_any_statement_every_agency_is_whole_or_untouched_and_the_next_run_ends_it():
    with committed_agencies() as codes, future_migrations():
        new = code_version().fingerprint
        untouched = {schema_state(code) for code in codes}
        assert len(untouched) == 1
        killed = 0
        while in_child(lambda: migrate(codes=codes), die_before=killed) == KILLED:
            states = [schema_state(code) for code in codes]
            assert set(states) <= untouched | {(True, 1, len(TODAY) + len(NEW), new)}, (
                f"before statement {killed}"
            )
            # Statement by statement through all three would take minutes and show the same.
            killed += 7

        assert [schema_state(code) for code in codes] == [(True, 1, len(TODAY) + len(NEW), new)] * 3
        assert killed > 21


@pytest.mark.slow
def test_several_connections_at_a_time_bring_each_agency_there_once():
    with committed_agencies() as codes, future_migrations():
        assert in_child(lambda: fleet_migrate(connections=3, codes=codes)) == 0

        assert [schema_state(code)[:3] for code in codes] == [(True, 1, len(TODAY) + len(NEW))] * 3


@pytest.mark.slow
def test_people_at_work_are_waited_for():
    with committed_agencies() as codes, future_migrations():
        outside = outside_connection()
        outside.autocommit = False
        with outside.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM a_oases.mail_mail")
            child = start_child(lambda: migrate(codes=codes))
            wait_until_somebody_waits()
            outside.commit()
        outside.close()

        assert ended(child) == 0
        assert [schema_state(code)[:3] for code in codes] == [(True, 1, len(TODAY) + len(NEW))] * 3


@pytest.mark.slow
def test_a_new_agency_of_tomorrow_equals_a_migrated_one(roads):
    with future_migrations(), as_owner():
        migrate()
        names = dict.fromkeys(("name_ar", "name_fr", "name_en"), "Ports")
        Organisation.objects.create(code="ports-office", kind="institution", **names)
        call_command("create_agency", "ports", "--organisation", "ports-office")
        assert tables_of("a_ports") == tables_of("a_roads")
        with schema_entered("a_ports"):
            assert ask("SELECT count(*) FROM mail_tally") == [(1,)]


@pytest.mark.slow
def test_agencies_of_a_server_that_is_away_have_failed_and_the_others_are_migrated(
    roads, water, monkeypatch
):
    monkeypatch.setattr(
        "tenants.fleet.services.migrator.agency_groups.unreachable_schemas",
        lambda: frozenset({"a_roads"}),
    )
    said, today = StringIO(), version_of("roads")
    with future_migrations(), pytest.raises(CommandError, match="failed and are closed: roads"):
        call_command("migrate_agencies", connections=1, stdout=StringIO(), stderr=said)

    assert "roads: its database server does not answer" in said.getvalue()
    assert version_of("roads") == today != version_of("water")
