"""The migrations of the next release, and agencies that stay until they are removed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import override_settings

from shared.kernel.actors import SYSTEM
from tenants.agencies.types import AgencyInfo
from tenants.isolation.database_roles import role_removal
from tenants.isolation.schema_versions import code_version, source_digest
from tenants.models import Agency
from tests.support.processes import in_child, outside_connection
from tests.support.provisioning import agencies_create

CODES = ("dunes", "oases", "reefs")


@contextmanager
def future_migrations() -> Iterator[None]:
    """The code as it will be: the app ``mail`` has four more migrations."""
    with override_settings(MIGRATION_MODULES={"mail": "tests.tenants.fleet.future_migrations"}):
        _forget()
        try:
            yield
        finally:
            _forget()


def _forget() -> None:
    code_version.cache_clear()
    source_digest.cache_clear()


@contextmanager
def committed_agencies() -> Iterator[tuple[str, ...]]:
    """Three agencies at today's version that other processes see, too; removed at the end."""
    assert in_child(_make) == 0
    try:
        yield CODES
    finally:
        outside = outside_connection()
        with outside.cursor() as cursor:
            database = connection.settings_dict["NAME"]
            for code in CODES:
                cursor.execute(f"DROP SCHEMA a_{code} CASCADE")
                cursor.execute(";".join(role_removal(f"{database}_a_{code}")))
            cursor.execute(
                "DELETE FROM tenants_domain USING tenants_agency a WHERE tenant_id = a.id"
                " AND code = ANY(%s)",
                [list(CODES)],
            )
            cursor.execute(
                "DELETE FROM tenants_agencyusage USING tenants_agency a WHERE agency_id = a.id"
                " AND code = ANY(%s)",
                [list(CODES)],
            )
            cursor.execute("DELETE FROM tenants_agency WHERE code = ANY(%s)", [list(CODES)])
            cursor.execute("DELETE FROM audit_auditentry")
            # One of them would stop the queue of a later test: its schema is gone.
            cursor.execute(
                "DELETE FROM django_tasks_database_dbtaskresult"
                " WHERE args_kwargs->'kwargs'->>'_schema' = ANY(%s)",
                [[f"a_{code}" for code in CODES]],
            )
            cursor.execute(
                "DELETE FROM tenants_schemaversion WHERE fingerprint NOT IN"
                " (SELECT version FROM tenants_agency)"
            )
        outside.close()


def _make() -> None:
    infos = [AgencyInfo(code=code, name_ar=code, name_fr=code, name_en=code) for code in CODES]
    assert agencies_create(infos=infos, actor=SYSTEM) == {}


def schema_state(code: str) -> tuple[bool, int, int, str]:
    """What really stands in an agency: the column, the stamps of the data work, the records.

    And the first letters of its version.
    """
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = %s"
            " AND table_name = 'mail_mail' AND column_name = 'note'",
            [f"a_{code}"],
        )
        has_column = cursor.fetchone()[0] == 1
        tally = 0
        if has_column:
            cursor.execute(f"SELECT count(*) FROM a_{code}.mail_tally")
            tally = cursor.fetchone()[0]
        cursor.execute(f"SELECT count(*) FROM a_{code}.django_migrations WHERE app = 'mail'")
        records = cursor.fetchone()[0]
        cursor.execute("SELECT version FROM tenants_agency WHERE code = %s", [code])
        version = cursor.fetchone()[0]
    outside.close()
    return has_column, tally, records, version


def version_of(code: str) -> str:
    """The version that the address book has on record, as the test sees it."""
    return Agency.objects.get(code=code).version
