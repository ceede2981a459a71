"""A schema made by the rendered script is the schema that the migrations make."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from shared.kernel.actors import SYSTEM
from tenants.agencies.types import AgencyInfo
from tenants.fleet.services import schema_template as rendering
from tenants.fleet.services.schema_template import template_version
from tenants.isolation.schema_switch import as_owner, schema_entered
from tenants.isolation.schema_versions import Version, code_version, version_serves
from tenants.models import SchemaVersion
from tests.support.provisioning import agency_create
from tests.support.schemas import comparable_script

pytestmark = pytest.mark.django_db

MIGRATED = "a_migrated"
UNREAD = {
    "triggers": "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE c.relnamespace = %s::regnamespace AND NOT tgisinternal",
    "rules": "SELECT count(*) FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
    " WHERE c.relnamespace = %s::regnamespace",
    "functions": "SELECT count(*) FROM pg_proc WHERE pronamespace = %s::regnamespace",
    "policies": "SELECT count(*) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
    " WHERE c.relnamespace = %s::regnamespace",
    "comments": "SELECT count(*) FROM pg_description d JOIN pg_class c ON c.oid = d.objoid"
    " WHERE c.relnamespace = %s::regnamespace",
    "other relations": "SELECT count(*) FROM pg_class WHERE relnamespace = %s::regnamespace"
    " AND relkind NOT IN ('r', 'i', 'S')",
    "types": "SELECT count(*) FROM pg_type WHERE typnamespace = %s::regnamespace"
    " AND typtype NOT IN ('c', 'b')",
    "options": "SELECT count(*) FROM pg_class WHERE relnamespace = %s::regnamespace"
    " AND (reloptions IS NOT NULL OR relpersistence <> 'p' OR relrowsecurity)",
    "statistics": "SELECT count(*) FROM pg_statistic_ext WHERE stxnamespace = %s::regnamespace",
}
SEQUENCES = (
    "SELECT sequencename, data_type::text, start_value, increment_by, cycle"
    " FROM pg_sequences WHERE schemaname = %s ORDER BY 1"
)


def ask(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def once_migrated(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A schema into which every migration was really run, for all tests of it; committed."""
    drop = f'DROP SCHEMA IF EXISTS "{MIGRATED}" CASCADE'
    with django_db_blocker.unblock(), as_owner():
        connection.set_schema_to_public()
        ask(drop)
        ask(f'CREATE SCHEMA "{MIGRATED}"')
        call_command("migrate_schemas", schema_name=MIGRATED, verbosity=0, interactive=False)
        connection.set_schema_to_public()
    yield MIGRATED
    with django_db_blocker.unblock(), as_owner():
        connection.set_schema_to_public()
        ask(drop)


@pytest.fixture
def migrated(once_migrated, roads):
    """The same, beside those made by the script; what a test does to it is taken back."""
    with as_owner():
        yield once_migrated


@pytest.mark.slow
def test_the_script_makes_what_the_migrations_make(migrated):
    assert comparable_script("a_roads") == comparable_script(migrated)
    assert ask(SEQUENCES, "a_roads") == ask(SEQUENCES, migrated)


def test_both_have_the_same_migrations_on_record(migrated):
    applied = [
        ask(f"SELECT app, name FROM {schema}.django_migrations ORDER BY id")
        for schema in ("a_roads", migrated)
    ]

    assert applied[0] == applied[1] != []


def test_the_migrations_make_nothing_that_the_script_would_forget(migrated):
    counts = {kind: ask(sql, migrated)[0][0] for kind, sql in UNREAD.items()}

    assert counts == dict.fromkeys(UNREAD, 0)


def test_the_comparison_sees_a_difference(migrated):
    ask(f'ALTER TABLE "{MIGRATED}".mail_mail ALTER COLUMN id SET STATISTICS 7')
    assert comparable_script("a_roads") == comparable_script(migrated)

    ask(f'CREATE INDEX one_more ON "{MIGRATED}".mail_mail (id)')
    assert comparable_script("a_roads") != comparable_script(migrated)


def test_new_rows_of_a_new_schema_get_numbers_of_their_own(roads):
    with as_owner(), schema_entered("a_roads"):
        ask("INSERT INTO a_roads.django_migrations (app, name, applied) VALUES ('x', 'y', now())")


def test_the_script_is_rendered_once_for_the_same_migrations(monkeypatch):
    with as_owner():
        first = template_version()
        monkeypatch.setattr(rendering, "schema_template_render", lambda: "rendered anew")
        assert template_version().script == first.script

        monkeypatch.setattr(rendering, "source_digest", lambda: "another")
        assert template_version().script == "rendered anew"


def test_a_new_agency_has_the_version_of_the_code():
    names = {"name_ar": "x", "name_fr": "x", "name_en": "x"}
    agency = agency_create(info=AgencyInfo(code="ports", **names), actor=SYSTEM)

    assert agency.version == code_version().fingerprint
    assert set(SchemaVersion.objects.get().migrations) == code_version().migrations


@pytest.mark.parametrize(
    ("change", "serves"),
    [
        (lambda names: names, True),
        (lambda names: names | {"complaints.9999_ahead"}, True),
        (lambda names: names - {max(names)}, False),
    ],
    ids=["the same", "ahead", "behind"],
)
def test_a_version_serves_when_nothing_is_missing(change, serves):
    version = Version(migrations=frozenset(change(code_version().migrations)))
    SchemaVersion.objects.update_or_create(
        fingerprint=version.fingerprint, defaults={"migrations": sorted(version.migrations)}
    )

    assert version_serves(version.fingerprint) is serves


def test_an_unknown_version_does_not_serve():
    assert version_serves("") is False
