"""Checks of logins, poolers and schemas before a process serves people.

If a table is missing in an agency's schema, PostgreSQL reads the table of the same name in the
public schema. So no web process or worker starts while a table is missing.
"""

import logging
from collections import defaultdict
from collections.abc import Callable

from django.apps import apps
from django.conf import settings
from django.core.checks import Warning, register
from django.db import DataError, Error, OperationalError, ProgrammingError, connection

from shared.accounts.selectors import has_app_with_key
from shared.kernel.errors import ClockWrong
from tenants.agencies.selectors import NATIONAL_SCHEMA, agency_list
from tenants.isolation.backends.deferred_check import DEFERRED_CHECK
from tenants.isolation.cluster import cluster_faults
from tenants.isolation.database_roles import application_login, login_faults, login_owns_tables
from tenants.isolation.pooler import pooler_check
from tenants.isolation.schema_switch import connection as schema_connection
from tenants.isolation.schema_versions import version_serves
from tenants.isolation.sql import sql_rows
from tenants.isolation.statement_log import unsafe_settings
from tenants.isolation.zone_differences import zone_differences_log

MIGRATIONS = "django_migrations"
PREPARE = "run prepare with the owner's login"
# The public authenticator key of the demonstration's national accounts.
DEMO_APP_KEY = "INSAFDEMOINSAFDEMOINSAFDEMOINSAF"

logger = logging.getLogger(__name__)


def start_check() -> None:
    """Require a login and a database server that cannot mix up or log agencies' data.

    While the database does not answer, the check is deferred to the first connection
    (tenants.isolation.backends.deferred_check).
    """
    _check_now_or_later(_serving_check)


def operator_check() -> None:
    """Require the owner's rights and a suitable pooler before the job runner starts.

    Without the rights each job would fail, and an unsuitable pooler could let two processes run the
    same job.
    """
    _check_now_or_later(_owner_check)


def _check_now_or_later(check: Callable[[], None]) -> None:
    try:
        check()
    except OperationalError as error:
        # The process may start while the database does not answer, and its pages report the outage.
        logger.warning(
            "this start was not checked: the database does not answer (%s); it is checked before"
            " the first connection is used",
            _first_line(error),
        )
        DEFERRED_CHECK.defer(check)
    finally:
        connection.close()


def _serving_check() -> None:
    if connection.settings_dict.get("ROLES"):
        _refuse_privileged_login()
    else:
        logger.warning("DATABASE_ROLES is off: only the code keeps agencies apart")
    _refuse_wrong_cluster()
    _refuse_shared_sessions()
    _refuse_logged_statements()
    _refuse_missing_tables()
    _refuse_demo_key()
    zone_differences_log()


def _refuse_demo_key() -> None:
    # This key is in the source, so any reader could pass the second step of sign-in.
    if not settings.DEMO and has_app_with_key(key=DEMO_APP_KEY):
        raise _refusal(
            "an account of national staff has the authenticator key of the demonstration; this"
            " database was made by bin/demo"
        )


def _owner_check() -> None:
    _refuse_logged_statements()
    if not login_owns_tables():
        raise _refusal(
            "the operator process needs the owner's login in DATABASE_URL, for it makes"
            f" schemas and roles; {application_login()} is for web and worker"
        )
    _refuse_wrong_cluster()
    _refuse_shared_sessions(with_locks=True)
    zone_differences_log()


def clock_is_right() -> bool:
    """Return whether the time of this server agrees with the time of the database."""
    try:
        schema_connection.require_clock()
    except ClockWrong:
        return False
    return True


@register("insaf", deploy=True)
def contact_check(**_given: object) -> list[Warning]:
    """Return a warning if OVERSIGHT_EMAIL, the contact for staff of a closed console, is empty."""
    if settings.OVERSIGHT_EMAIL:
        return []
    return [
        Warning(
            "OVERSIGHT_EMAIL is empty: the staff of a closed console are told of nobody to ask.",
            id="insaf.W001",
        )
    ]


def _refuse_wrong_cluster() -> None:
    if faults := cluster_faults():
        raise _refusal(f"the database does not fit (docs/runbooks/cluster.md): {'; '.join(faults)}")


def _refuse_privileged_login() -> None:
    if faults := login_faults():
        raise _refusal(
            f"DATABASE_URL signs in with too many rights: {'; '.join(faults)}. Use the login"
            f" {application_login()}, or set DATABASE_ROLES=false on a host that allows no roles"
        )


def _refuse_logged_statements() -> None:
    if unsafe := unsafe_settings():
        raise _refusal(
            "PostgreSQL may write whole statements into its log, and with them what people have"
            f" written: {'; '.join(unsafe)}. In postgresql.conf, or with ALTER DATABASE ... SET by"
            " a superuser (docs/runbooks/database-roles.md)"
        )


def _refuse_shared_sessions(*, with_locks: bool = False) -> None:
    try:
        report = pooler_check()
    except (DataError, ProgrammingError) as error:
        raise _refusal(f"{_first_line(error)}; {PREPARE}") from None
    if not report.keep_their_settings:
        raise _refusal(
            "a pooler between it and PostgreSQL gives the statements of one connection to another,"
            " and with them one agency's role and tables; set it to session pooling"
            " (docs/runbooks/pooler.md)"
        )
    if with_locks and not report.keep_their_locks:
        raise _refusal(
            "a pooler between the operator process and PostgreSQL gives the statements of one"
            " connection to another, and with them the lock on a piece of work; set it to session"
            " pooling, or go round it (docs/runbooks/pooler.md)"
        )
    if not report.end_long_statements:
        logger.warning(
            "statements are not ended after the time of DATABASE_URL: a pooler leaves it out"
            " (docs/runbooks/pooler.md)"
        )


def _refuse_missing_tables() -> None:
    try:
        faults = tables_missing()
    except ProgrammingError as error:
        raise _refusal(f"{_first_line(error)}; {PREPARE}") from None
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise _refusal(
            f"{faults[0]}{more}. What an agency lacks would be read from the public schema; run"
            " prepare with the owner's login, then check_schemas, and restore what is lost"
            " (docs/runbooks/restore-one-agency.md)"
        )


def _refusal(reason: str) -> SystemExit:
    return SystemExit(f"Insaf cannot start: {reason}")


def tables_missing() -> list[str]:
    """Return a line for each table that the public schema or an agency lacks; three queries.

    An agency whose schema version is older than the code is skipped, because nobody can use its
    workspace before its migration.
    """
    serving = [
        schema
        for schema, version in agency_list().values_list("schema_name", "version")
        if version_serves(version)
    ]
    return [
        *_missing(schemas=[NATIONAL_SCHEMA], tables=public_table_names()),
        *_missing(schemas=serving, tables=agency_table_names()),
    ]


def _missing(*, schemas: list[str], tables: set[str]) -> list[str]:
    # PostgreSQL compares the names, so that sixty thousand names are not sent to this process.
    rows = sql_rows(
        "SELECT s.name, t.name FROM unnest(%s::text[]) AS s(name)"
        " CROSS JOIN unnest(%s::text[]) AS t(name) LEFT JOIN"
        " (SELECT n.nspname::text AS schema, c.relname::text AS name FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')) AS held"
        " ON (held.schema, held.name) = (s.name, t.name)"
        " WHERE held.name IS NULL ORDER BY 1, 2",
        schemas,
        sorted(tables),
    )
    return [f"{schema}: table {table} is missing" for schema, table in rows]


def _first_line(error: Error) -> str:
    return str(error).strip().partition("\n")[0]


def schema_faults() -> list[str]:
    """Return one line for each missing or misplaced table and each foreign key between schemas."""
    held: dict[str, set[str]] = defaultdict(set)
    for schema, table in sql_rows(
        "SELECT n.nspname, c.relname FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
    ):
        held[schema].add(table)
    agency_tables, public_tables = agency_table_names(), public_table_names()
    schemas = [agency.schema_name for agency in agency_list()]
    faults = []
    for schema, tables in {
        NATIONAL_SCHEMA: public_tables,
        **dict.fromkeys(schemas, agency_tables),
    }.items():
        faults += [f"{schema}: table {name} is missing" for name in sorted(tables - held[schema])]
        surplus = (held[schema] - tables) & (agency_tables | public_tables)
        faults += [f"{schema}: table {name} is out of place" for name in sorted(surplus)]
    crossing = sql_rows(
        "SELECT n.nspname, c.relname, k.conname FROM pg_constraint k"
        " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_class f ON f.oid = k.confrelid WHERE k.contype = 'f'"
        " AND c.relnamespace <> f.relnamespace ORDER BY 1, 2, 3"
    )
    return faults + [f"{one}: key {key} of {table} crosses schemas" for one, table, key in crossing]


def agency_table_names() -> set[str]:
    """Return the names of the tables that every agency's schema must have."""
    return _tables_of(settings.TENANT_APPS)


def public_table_names() -> set[str]:
    """Return the names of the tables that the public schema must have."""
    return _tables_of(settings.SHARED_APPS)


def _tables_of(app_names: list[str]) -> set[str]:
    # Without ``include_auto_created`` the tables of many-to-many relations would be left out.
    return {MIGRATIONS} | {
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name in app_names
        for model in config.get_models(include_auto_created=True)
    }
