"""Whether the schemas are what the code believes.

A table that an agency lacks is read from public, silently: staff of one agency would meet the
national accounts. So the lack is looked for, and the deploy refused.
"""

import logging
from collections import defaultdict

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection

from tenants.roles import application_login, login_faults
from tenants.selectors import NATIONAL_SCHEMA, agency_list

MIGRATIONS = "django_migrations"

logger = logging.getLogger(__name__)


def start_check() -> None:
    """Refuse to serve people under a login that could reach every agency's tables."""
    if not connection.settings_dict.get("ROLES"):
        logger.warning("DATABASE_ROLES is off: only the code keeps agencies apart")
        return
    try:
        faults = login_faults()
    except OperationalError:
        # The database may come back: pages say that it is away, and the next start checks again.
        logger.warning("the login was not checked: the database does not answer")
        return
    finally:
        connection.close()
    if faults:
        raise SystemExit(
            f"Insaf cannot start: DATABASE_URL signs in with too many rights: {'; '.join(faults)}."
            f" Use the login {application_login()}, or set DATABASE_ROLES=false on a host that"
            " allows no roles"
        )


def schema_faults() -> list[str]:
    """One line for each missing or surplus table and for each key that crosses schemas."""
    held = _tables_by_schema()
    expected = {NATIONAL_SCHEMA: _tables_of(settings.SHARED_APPS)}
    agency_tables = _tables_of(settings.TENANT_APPS)
    expected |= {agency.schema_name: agency_tables for agency in agency_list()}
    faults = []
    for schema, tables in expected.items():
        found = held[schema]
        faults += [f"{schema}: table {name} is missing" for name in sorted(tables - found)]
        surplus = (found - tables) & (agency_tables | expected[NATIONAL_SCHEMA])
        faults += [f"{schema}: table {name} is out of place" for name in sorted(surplus)]
    return faults + _crossing_keys()


def _tables_of(app_names: list[str]) -> set[str]:
    tables = {MIGRATIONS}
    for name in app_names:
        # auto_created takes the tables of many-to-many relations in as well.
        config = next(one for one in apps.get_app_configs() if one.name == name)
        tables |= {model._meta.db_table for model in config.get_models(include_auto_created=True)}
    return tables


def _tables_by_schema() -> dict[str, set[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, c.relname FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
        )
        for schema, table in cursor.fetchall():
            held[schema].add(table)
    return held


def _crossing_keys() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, c.relname, k.conname FROM pg_constraint k"
            " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_class f ON f.oid = k.confrelid WHERE k.contype = 'f'"
            " AND c.relnamespace <> f.relnamespace ORDER BY 1, 2, 3"
        )
        return [f"{s}: key {key} of {table} crosses schemas" for s, table, key in cursor.fetchall()]
