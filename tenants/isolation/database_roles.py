"""Database roles and rights: one role for the public schema, and one role for each agency.

The application signs in as a login without any right; the login sets the role of the schema in
which it works (tenants.isolation.backends). So PostgreSQL refuses a query on another agency's
tables. Tables belong to the owner, who alone creates and changes tables. PostgreSQL 16 is required
for ``WITH INHERIT FALSE, SET TRUE``.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from tenants.agencies.selectors import NATIONAL_SCHEMA, agency_list
from tenants.isolation.backends.base import role_name
from tenants.isolation.backends.cluster_commit import COMMIT_TABLE
from tenants.isolation.national_rights import national_rights_narrowed
from tenants.isolation.schema_switch import as_owner
from tenants.isolation.sql import sql_column, sql_rows, sql_run, sql_run_all

READ, WRITE, ALL = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE, DELETE"

# Rows of these tables are never changed: a correction is a new row.
APPEND_ONLY = ("complaints_complaintevent", "audit_auditentry")

# The tables of the public schema that an agency's role may use; all others are refused.
OUTBOX = "register_registeroutbox"
QUEUE = "django_tasks_database_dbtaskresult"
# All columns but the primary key, by which the register sorts the events.
OUTBOX_COLUMNS = (
    "reference", "position", "organisation_code", "kind", "category_code", "language", "event",
    "status", "outcome", "at", "resolved", "handling", "promised_on", "schema_name", "event_id",
    "fault",
)  # fmt: skip
FOR_AGENCIES = {
    "tenants_agency": READ,
    "tenants_domain": READ,
    "tenants_schemaversion": READ,
    "tenants_route": WRITE,
    "tenants_submissionkey": "INSERT",
    "tenants_sealedparty": "INSERT",
    "register_registercase": READ,
    "register_registermonth": READ,
    # Published articles, which the page of a case shows to an officer.
    "answers_article": READ,
    OUTBOX: f"SELECT, INSERT ({', '.join(OUTBOX_COLUMNS)})",
    QUEUE: "INSERT",
}
APPS_FOR_AGENCIES = ("directory", "catalogue")

_OWN_SCHEMA = "substr(current_user, length(current_database()) + 2)"
_OWN_CODE = f"replace(substr({_OWN_SCHEMA}, 3), '_', '-')"

# In these tables an agency's role sees only rows of its own agency.
OWN_ROWS = {
    "tenants_route": f"schema_name = {_OWN_SCHEMA}",
    "tenants_submissionkey": f"schema_name = {_OWN_SCHEMA}",
    "tenants_sealedparty": f"schema_name = {_OWN_SCHEMA}",
    OUTBOX: f"schema_name = {_OWN_SCHEMA}",
    QUEUE: f"args_kwargs -> 'kwargs' ->> '_schema' = {_OWN_SCHEMA}",
    "register_registercase": f"agency_code = {_OWN_CODE}",
    "register_registermonth": f"agency_code = {_OWN_CODE}",
    "register_registereventrow": f"agency_code = {_OWN_CODE}",
}

_BULK = "agency_console.bulk_actions.services"
# The tasks that an agency may queue: path, queue, priority, and the names of the arguments, which
# are UUIDs. When a value changes, the former value stays in the list for one release, because the
# previous release still writes it.
AGENCY_TASKS = (
    ("shared.mail.tasks.deliver_mail", "mail", 0, ("mail_id",)),
    ("shared.complaints.services.files.attachments_scan", "external", 0, ()),
    (
        "shared.complaints.services.case_routing.case_distribute",
        "default",
        0,
        ("event_id", "rule_id"),
    ),
    (f"{_BULK}.runner.bulk_action_run", "default", 0, ("action_id",)),
    (f"{_BULK}.list_files.bulk_export_delete", "default", 0, ("action_id",)),
    ("agency_console.casework.services.dispatch.send_draft", "default", 50, ("draft_id",)),
)
_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
# The condition follows the format of the task library: the year 9999 means "at once". A time that
# Python cannot read, or a result before its time, would stop the worker that reads the row.
_NEW_TASK = """
    status = 'READY' AND started_at IS NULL AND finished_at IS NULL AND return_value IS NULL
    AND worker_ids = '[]' AND backend_name = 'default'
    AND exception_class_path = '' AND traceback = ''
    AND enqueued_at BETWEEN clock_timestamp() - interval '1 hour'
        AND clock_timestamp() + interval '1 hour'
    AND (run_after = '9999-01-01 00:00:00+00' OR run_after BETWEEN
        clock_timestamp() - interval '1 hour' AND clock_timestamp() + interval '31 days')
"""


def _agency_task(path: str, queue: str, priority: int, names: Iterable[str]) -> str:
    """Return the SQL condition that a task row must fulfil for an agency to queue the task."""
    values = {name: f"args_kwargs #>> '{{kwargs,{name}}}'" for name in names}
    told = "".join(f", '{name}', {value}" for name, value in values.items())
    terms = [
        f"task_path = '{path}' AND queue_name = '{queue}' AND priority = {priority}",
        "args_kwargs = jsonb_build_object('args', jsonb_build_array(),"
        f" 'kwargs', jsonb_build_object('_schema', {_OWN_SCHEMA}{told}))",
        *(f"{value} ~ '{_UUID}'" for value in values.values()),
    ]
    return f"({' AND '.join(terms)})"


# What a new row of these tables must fulfil, apart from belonging to the agency.
NEW_ROWS = {
    # The public schema's role sets the proof of an address after the filing; the proof joins
    # requests of the same person.
    "tenants_route": "email_proved_at IS NULL",
    # The case must have no route yet: no agency may attach an identity to an existing case.
    "tenants_sealedparty": (
        "NOT EXISTS (SELECT FROM tenants_route r WHERE r.reference = tenants_sealedparty.reference)"
    ),
    QUEUE: f"{_NEW_TASK} AND ({' OR '.join(_agency_task(*one) for one in AGENCY_TASKS)})",
}


def agency_readable() -> set[str]:
    """Return the public tables of which an agency's role may read all rows or its own rows."""
    return {table for table, right in _agency_rights() if READ in right}


def application_login() -> str:
    """Return the login of web and worker, which has no rights but may take on every role."""
    return role_name(_database(), "app")


def roles_ensure() -> None:
    """Create roles, rights and row policies of the public schema; the call may be repeated."""
    if not connection.settings_dict.get("ROLES"):
        return
    national, agencies = role_name(_database(), NATIONAL_SCHEMA), _agencies_group()
    _run(
        [
            _role_made(application_login(), "LOGIN NOINHERIT"),
            _role_made(national, "NOLOGIN"),
            _role_made(agencies, "NOLOGIN"),
            # The owner gets the role too, because commands of the owner (seed_demo,
            # rebuild_register) set this role.
            f'GRANT "{national}" TO "{application_login()}", CURRENT_USER'
            " WITH INHERIT FALSE, SET TRUE",
            f'GRANT USAGE ON SCHEMA public TO "{national}", "{agencies}"',
            # A temporary table survives a change of role: the next agency could read it.
            f'REVOKE TEMPORARY ON DATABASE "{_database()}" FROM PUBLIC',
            f'GRANT {ALL} ON ALL TABLES IN SCHEMA public TO "{national}"',
            f'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {ALL} ON TABLES TO "{national}"',
            *national_rights_narrowed(national),
            # Both statements run in one transaction: a right that left the list is revoked, and no
            # query of another session fails meanwhile.
            *(
                f'{change} "{agencies}"'
                for table, right in _agency_rights()
                for change in (f"REVOKE ALL ON {table} FROM", f"GRANT {right} ON {table} TO")
            ),
        ]
    )
    _policies_ensure(national, agencies)


def agency_roles_repair() -> int:
    """Create missing roles of agencies, for example after a restore; return how many roles changed.

    A role whose right to sign in is wrong is corrected and counted as well: the database may have
    become a cluster, or may no longer be a cluster.
    """
    if not connection.settings_dict.get("ROLES"):
        return 0
    with as_owner():
        may_sign_in = dict(sql_rows("SELECT rolname, rolcanlogin FROM pg_roles"))
    repaired = 0
    for schema_name in agency_list().values_list("schema_name", flat=True):
        role = role_name(_database(), schema_name)
        if role not in may_sign_in:
            agency_role_ensure(schema_name=schema_name)
        elif may_sign_in[role] != is_cluster():
            _run([f'ALTER ROLE "{role}" {_sign_in_right()}'])
        else:
            continue
        repaired += 1
    return repaired


def agency_role_ensure(*, schema_name: str) -> None:
    """Create the role of an agency that already has its tables; the call may be repeated."""
    if role := agency_role(schema_name=schema_name):
        agency_role_make(schema_name=schema_name)
        _run([f'GRANT {ALL} ON ALL TABLES IN SCHEMA "{schema_name}" TO "{role}"'])
        agency_role_narrow(schema_name=schema_name)


def agency_role_make(*, schema_name: str) -> None:
    """Create the role of an agency before its tables, so that the role may use each new table.

    With two thousand agencies, a grant after the creation would take longer than the creation,
    because ``ON ALL TABLES`` reads the whole catalog.
    """
    if role := agency_role(schema_name=schema_name):
        _run(
            [
                # The owner may set the role as well, without inheriting its rights. The login is
                # NOINHERIT. A single statement creates all memberships, because after each change
                # PostgreSQL computes again all roles of the owner, who has every agency's role.
                "SET LOCAL createrole_self_grant = 'set'",
                _role_made(
                    role,
                    f'{_sign_in_right()} IN ROLE "{_agencies_group()}"'
                    f' ROLE "{application_login()}"',
                ),
                f'GRANT USAGE ON SCHEMA "{schema_name}" TO "{role}"',
                f'ALTER DEFAULT PRIVILEGES IN SCHEMA "{schema_name}"'
                f' GRANT {ALL} ON TABLES TO "{role}"',
            ]
        )


def agency_role_narrow(*, schema_name: str) -> None:
    """Revoke the rights that an agency's role must not have on the agency's tables."""
    if role := agency_role(schema_name=schema_name):
        locked = ", ".join(f'"{schema_name}".{table}' for table in APPEND_ONLY)
        _run(
            [
                f'REVOKE UPDATE, DELETE ON {locked} FROM "{role}"',
                f'REVOKE INSERT, UPDATE, DELETE ON "{schema_name}".django_migrations FROM "{role}"',
            ]
        )


def application_password_set(*, password: str) -> None:
    """Set the password of the application's login, for servers that require a password."""
    with as_owner():
        sql_run(f'ALTER ROLE "{application_login()}" PASSWORD %s', password)


def login_faults() -> list[str]:
    """List why the login of this process must not serve people, one line for each reason."""
    with as_owner():
        ((login, is_privileged, owns_tables),) = sql_rows(
            "SELECT rolname, rolsuper OR rolbypassrls, EXISTS (SELECT FROM pg_class"
            " WHERE relowner = pg_roles.oid AND relkind = 'r') FROM pg_roles"
            " WHERE rolname = session_user"
        )
    faults = {
        f"{login} is a superuser or bypasses row security": is_privileged,
        f"{login} owns tables": owns_tables,
    }
    return [fault for fault, is_true in faults.items() if is_true]


def login_owns_tables() -> bool:
    """Return whether the login of this process has the rights of the tables' owner."""
    return _column(
        "SELECT pg_has_role(session_user, relowner, 'USAGE') FROM pg_class"
        " WHERE oid = to_regclass('public.tenants_agency')"
    ) == [True]


def agency_role_drop(*, schema_name: str) -> None:
    """Drop an agency's role and its rights, if it exists; the schema must be dropped before."""
    role = role_name(_database(), schema_name)
    if _column("SELECT rolname FROM pg_roles WHERE rolname = %s", role):
        _run(role_removal(role))


def role_removal(role: str) -> list[str]:
    """Return the statements that revoke a role's rights in this database and drop the role.

    The owner may grant the role but does not have the role's rights; without those rights
    PostgreSQL refuses ``DROP OWNED`` to all logins but a superuser.
    """
    return [
        f'GRANT "{role}" TO CURRENT_USER WITH INHERIT TRUE',
        f'DROP OWNED BY "{role}"',
        f'DROP ROLE "{role}"',
    ]


def agency_role(*, schema_name: str) -> str:
    """Return the name of an agency's role; an empty text on a host that allows no roles."""
    return role_name(_database(), schema_name) if connection.settings_dict.get("ROLES") else ""


def _agency_rights() -> Iterable[tuple[str, str]]:
    yield from FOR_AGENCIES.items()
    for label in APPS_FOR_AGENCIES:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            yield model._meta.db_table, READ
    if cache := _cache_table():
        yield cache, ALL
    if is_cluster():
        yield COMMIT_TABLE, "SELECT, DELETE"


def _policies_ensure(national: str, agencies: str) -> None:
    """Create the row policies that have changed, one table at a time.

    Each change locks its table exclusively for a short time while people file: two locked tables in
    a transaction could cause a deadlock.
    """
    present = set(
        _column(
            "SELECT obj_description(p.oid, 'pg_policy') FROM pg_policy p"
            " JOIN pg_class c ON c.oid = p.polrelid WHERE c.relrowsecurity"
        )
    )
    for table, statements in _policies(national, agencies):
        if (digest := hashlib.sha256("\n".join(statements).encode()).hexdigest()) not in present:
            _run([*statements, f"COMMENT ON POLICY own ON {table} IS '{digest}'"])


def _policies(national: str, agencies: str) -> Iterable[tuple[str, list[str]]]:
    own_rows = dict(OWN_ROWS)
    if cache := _cache_table():
        # Keys begin with the schema's name (tenants.isolation.schema_switch.cache_key).
        own_rows[cache] = f"split_part(cache_key, ':', 1) = {_OWN_SCHEMA}"
    for table, condition in own_rows.items():
        statements = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"]
        for name, role, rows in (("national", national, "true"), ("own", agencies, condition)):
            statements += [
                f"DROP POLICY IF EXISTS {name} ON {table}",
                f'CREATE POLICY {name} ON {table} TO "{role}" USING ({rows})',
            ]
        if table in NEW_ROWS:
            statements[-1] += f" WITH CHECK ({condition} AND {NEW_ROWS[table]})"
        yield table, statements


def _cache_table() -> str:
    cache = settings.CACHES["default"]
    return (
        str(cache["LOCATION"])
        if cache["BACKEND"] == "tenants.isolation.backends.cache.DatabaseCache"
        else ""
    )


def is_cluster() -> bool:
    """Return whether agencies may be on different database servers."""
    return bool(connection.settings_dict.get("CLUSTER"))


def _sign_in_right() -> str:
    """Return ``LOGIN`` if an agency's role may sign in, else ``NOLOGIN``.

    In a cluster the coordinator signs in to the node under the current role; that role has no
    password, and pg_hba.conf refuses sign-ins from other addresses (docs/runbooks/cluster.md).
    """
    return "LOGIN" if is_cluster() else "NOLOGIN"


def _agencies_group() -> str:
    return role_name(_database(), "agencies")


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _role_made(name: str, attributes: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
        f' THEN CREATE ROLE "{name}" {attributes}; END IF; END $$'
    )


def _column(query: str, *params: str) -> list[Any]:
    with as_owner():
        return sql_column(query, *params)


def _run(statements: Iterable[str]) -> None:
    with as_owner():
        sql_run_all(statements)
