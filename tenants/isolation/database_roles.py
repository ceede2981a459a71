"""Database roles and rights: one role for the public schema, and one role for each agency.

The application's login has no rights of its own and sets the role of the active schema
(tenants.isolation.backends). So PostgreSQL refuses a query on another agency's tables. Another
login, the owner, creates and changes tables. ``WITH INHERIT FALSE, SET TRUE`` needs PostgreSQL 16.
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

# An agency's role may not change or delete rows of these tables; a correction is a new row.
APPEND_ONLY = ("complaints_complaintevent", "audit_auditentry")

# Tables of the public schema that an agency's role may use (others: ``_agency_rights``).
OUTBOX = "register_registeroutbox"
QUEUE = "django_tasks_database_dbtaskresult"
# All columns except the primary key. No agency may choose the key, because the register sorts
# events by the key.
OUTBOX_COLUMNS = (
    "reference", "position", "organisation_code", "kind", "category_code", "language", "event",
    "status", "outcome", "at", "resolved", "handling", "promised_on", "schema_name", "event_id",
    "fault",
)  # fmt: skip
FOR_AGENCIES = {
    "tenants_agency": READ,
    "tenants_domain": READ,
    "tenants_schemaversion": READ,
    "tenants_dataversion": "SELECT, INSERT, UPDATE",
    "tenants_route": WRITE,
    "tenants_submissionkey": "INSERT",
    "tenants_sealedparty": "INSERT",
    "register_registercase": READ,
    "register_registermonth": READ,
    # The page of a case shows published articles to an officer.
    "answers_article": READ,
    OUTBOX: f"SELECT, INSERT ({', '.join(OUTBOX_COLUMNS)})",
    QUEUE: "INSERT",
}
APPS_FOR_AGENCIES = ("directory", "catalogue")

_OWN_SCHEMA = "substr(current_user, length(current_database()) + 2)"
_OWN_CODE = f"replace(substr({_OWN_SCHEMA}, 3), '_', '-')"

# In these tables an agency's role sees only rows of its own agency.
OWN_ROWS = {
    "tenants_dataversion": f"schema_name = {_OWN_SCHEMA}",
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
# The tasks that an agency may queue: path, queue, priority, and the names of arguments (all UUIDs).
# A changed task also keeps its former line for one release, because processes of the previous
# release still queue the former task.
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
# The condition for a new task that has not run; the year 9999 means "at once". Without the
# condition an agency's role could store a row that makes the worker fail.
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
    """Return the SQL condition for the row of a task that an agency may queue."""
    values = {name: f"args_kwargs #>> '{{kwargs,{name}}}'" for name in names}
    told = "".join(f", '{name}', {value}" for name, value in values.items())
    terms = [
        f"task_path = '{path}' AND queue_name = '{queue}' AND priority = {priority}",
        "args_kwargs = jsonb_build_object('args', jsonb_build_array(),"
        f" 'kwargs', jsonb_build_object('_schema', {_OWN_SCHEMA}{told}))",
        *(f"{value} ~ '{_UUID}'" for value in values.values()),
    ]
    return f"({' AND '.join(terms)})"


# SQL conditions for an agency's new rows in these tables, in addition to ``OWN_ROWS``.
NEW_ROWS = {
    # Only the national role may mark an e-mail address as proved, because requests with the same
    # proved address count as requests of the same person.
    "tenants_route": "email_proved_at IS NULL",
    # Without this condition an agency could add an encrypted party to an existing case.
    "tenants_sealedparty": (
        "NOT EXISTS (SELECT FROM tenants_route r WHERE r.reference = tenants_sealedparty.reference)"
    ),
    QUEUE: f"{_NEW_TASK} AND ({' OR '.join(_agency_task(*one) for one in AGENCY_TASKS)})",
}


def agency_readable() -> set[str]:
    """Return the tables of the public schema that an agency's role may read."""
    return {table for table, right in _agency_rights() if READ in right}


def application_login() -> str:
    """Return the name of the database login of web processes and workers."""
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
            # The owner may also set the national role, because commands of the owner (seed_demo,
            # rebuild_register) need the role.
            f'GRANT "{national}" TO "{application_login()}", CURRENT_USER'
            " WITH INHERIT FALSE, SET TRUE",
            f'GRANT USAGE ON SCHEMA public TO "{national}", "{agencies}"',
            # A temporary table stays after a change of role, so the next agency could read it.
            f'REVOKE TEMPORARY ON DATABASE "{_database()}" FROM PUBLIC',
            f'GRANT {ALL} ON ALL TABLES IN SCHEMA public TO "{national}"',
            f'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {ALL} ON TABLES TO "{national}"',
            *national_rights_narrowed(national),
            # All rights are revoked first, so that a role loses rights that are no longer listed.
            # In one transaction, no query of another session can fail between both statements.
            *(
                f'{change} "{agencies}"'
                for table, right in _agency_rights()
                for change in (f"REVOKE ALL ON {table} FROM", f"GRANT {right} ON {table} TO")
            ),
        ]
    )
    _policies_ensure(national, agencies)


def agency_roles_repair() -> int:
    """Create agencies' missing roles and correct wrong rights to sign in.

    Roles are missing, for example, after a restore. Returns the count of changed roles.
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
    """Create the role of an agency before the agency's tables.

    The role gets default rights on later tables, because a grant ``ON ALL TABLES`` is slow with
    two thousand agencies.
    """
    if role := agency_role(schema_name=schema_name):
        _run(
            [
                # The owner may set the new role but does not inherit its rights. A single statement
                # creates all memberships, because each statement makes PostgreSQL compute all roles
                # of the owner again.
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
    """Return the reasons why this process's login has too many rights to serve people."""
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
    """Drop an agency's role and rights, if the role exists; the schema must be dropped before."""
    role = role_name(_database(), schema_name)
    if _column("SELECT rolname FROM pg_roles WHERE rolname = %s", role):
        _run(role_removal(role))


def role_removal(role: str) -> list[str]:
    """Return the statements that revoke a role's rights in this database and drop the role.

    The first statement gives the owner the role's rights, because PostgreSQL otherwise refuses
    ``DROP OWNED``.
    """
    return [
        f'GRANT "{role}" TO CURRENT_USER WITH INHERIT TRUE',
        f'DROP OWNED BY "{role}"',
        f'DROP ROLE "{role}"',
    ]


def agency_role(*, schema_name: str) -> str:
    """Return the name of an agency's role, or an empty text if the setting ROLES is off."""
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
    """Create missing row policies and replace changed ones, one table at a time.

    Each change locks its table, and a transaction that locks two tables could cause a deadlock with
    requests that citizens file.
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
        # A cache key begins with its schema's name (tenants.isolation.schema_switch.cache_key).
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

    In a cluster the coordinator signs in to a node with the current role. Roles of agencies have no
    password, and pg_hba.conf refuses their sign-in from other addresses (docs/runbooks/cluster.md).
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
