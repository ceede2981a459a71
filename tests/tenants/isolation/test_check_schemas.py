"""check_schemas sees a missing table, a table out of place, and a key that crosses."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from tenants.isolation.checks import schema_faults, start_check, tables_missing
from tenants.isolation.schema_switch import as_owner
from tenants.models import Agency

pytestmark = pytest.mark.django_db


def run(sql):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_fresh_installation_has_no_fault():
    assert schema_faults() == []


def test_a_table_that_an_agency_lacks_is_named():
    run("DROP TABLE a_roads.mail_mail")

    assert schema_faults() == ["a_roads: table mail_mail is missing"]
    with pytest.raises(CommandError, match="mail_mail"):
        call_command("check_schemas")


def test_an_agency_table_in_public_is_out_of_place():
    run("CREATE TABLE public.complaints_complaint (id int)")

    assert schema_faults() == ["public: table complaints_complaint is out of place"]


def test_a_public_table_in_an_agency_is_out_of_place():
    run("CREATE TABLE a_water.tenants_route (id int)")

    assert schema_faults() == ["a_water: table tenants_route is out of place"]


def test_a_key_from_an_agency_to_public_is_named():
    run(
        "ALTER TABLE a_roads.mail_mail ADD COLUMN agency bigint"
        " CONSTRAINT crossing REFERENCES public.tenants_agency (id)"
    )

    assert schema_faults() == ["a_roads: key crossing of mail_mail crosses schemas"]


@pytest.fixture
def starting(db, monkeypatch):
    """A process that may start: its login is not looked at, and the test keeps its connection."""
    run("SELECT 1")
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setitem(connection.settings_dict, "ROLES", False)


@pytest.mark.parametrize("schema", ["a_roads", "public"])
def test_start_refuses_a_schema_that_lacks_a_table(starting, schema):
    start_check()
    run(f"DROP TABLE {schema}.mail_mail, {schema}.audit_auditentry")

    with pytest.raises(SystemExit, match=f"cannot start: {schema}: table audit_auditentry") as end:
        start_check()

    assert "(and 1 more)" in str(end.value)


def test_start_lets_an_agency_be_that_waits_for_its_migration(roads):
    run("DROP TABLE a_roads.mail_mail")
    Agency.objects.filter(pk=roads.pk).update(version="older")

    assert tables_missing() == []


def test_start_refuses_a_database_that_was_never_prepared(starting):
    run("DROP TABLE public.tenants_agency CASCADE")

    with pytest.raises(SystemExit, match="run prepare"):
        start_check()
