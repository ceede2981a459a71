"""The database of a run: made by the migrations, or copied from one that was made so before."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.db import connection
from django.test.utils import setup_databases

from shared.kernel.actors import SYSTEM
from tenants.agencies.types import AgencyInfo
from tenants.fleet.services.provisioning import national_ensure
from tenants.fleet.services.schema_template import template_version
from tenants.isolation.database_roles import application_password_set, roles_ensure
from tenants.models import Agency
from tests.support.factories import organisation_of
from tests.support.processes import database_drop, outside_connection, roles_drop
from tests.support.provisioning import agency_create

# What every server has, and what those are named that are kept from run to run.
EMPTY, PREPARED = "template1", "insaf_test_template_"
TEMPLATE_LOCK = 7_340_112
AGENCIES = {
    "roads": ("الطرق", "Routes", "Roads"),
    "water": ("الماء", "Eau", "Water"),
}


@contextmanager
def run_database() -> Iterator[None]:
    """The default connection leads to a database of the run's own, with two agencies in it."""
    home = connection.settings_dict["NAME"]
    if template := os.environ.get("TEST_TEMPLATE"):
        with _copied(home, template):
            _install()
            yield
        return
    name = connection.creation._get_test_db_name()
    template = prepared_template()
    try:
        with made_database(home, name, template=template):
            if template == EMPTY:
                _migrate()
            _install()
            with _as_found(name):
                yield
    finally:
        roles_drop(home, name)


def prepared_template() -> str:
    """The database that new ones begin as: one with tables where the server keeps it, or an empty.

    The first process of a run that asks for it makes it, and the others wait. It has no roles and
    no agency: roles are named after their database. Those of other sources are dropped.
    """
    template = os.environ.get("SUITE_TEMPLATE")
    if not template:
        return EMPTY
    home, name = connection.settings_dict["NAME"], connection.creation._get_test_db_name()
    with closing(outside_connection(database=home)) as lock, lock.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREPARED])
        found = {one for (one,) in cursor.fetchall()}
        if template not in found:
            if home == name:
                # A run of other sources has dropped it meanwhile, and our own database is in use.
                return EMPTY
            with made_database(home, name):
                _migrate()
                with connection.as_owner():
                    # The script of an agency's tables: to render it takes as long as to migrate.
                    template_version()
                connection.close()
                _ask(home, f'ALTER DATABASE "{name}" RENAME TO "{template}"')
            for old in found:
                database_drop(home, old)
    return template


def template_make(template: str) -> None:
    """Make the database of a run, and keep it under another name.

    Its roles are named after the database that will be copied from it, one at a time.
    """
    home, name = connection.settings_dict["NAME"], connection.creation._get_test_db_name()
    prepared = prepared_template()
    with made_database(home, name, template=prepared):
        if prepared == EMPTY:
            _migrate()
        _install()
        connection.close()
        _ask(home, f'ALTER DATABASE "{name}" RENAME TO "{template}"')


def template_drop(template: str) -> None:
    """Drop the template, and the roles of its copies."""
    settings = connection.settings_dict
    database_drop(settings["NAME"], template)
    roles_drop(settings["NAME"], settings["TEST"]["NAME"])


@contextmanager
def _copied(home: str, template: str) -> Iterator[None]:
    name = connection.settings_dict["TEST"]["NAME"]
    with made_database(home, name, template=template), _as_found(name):
        yield


@contextmanager
def _as_found(name: str) -> Iterator[None]:
    """Fail at the end if a test has committed something and left it.

    Another file would find it, on a day when that file comes later.
    """
    before = _rows(name)
    yield
    connection.close()
    left = [what for what, count in _rows(name).items() if count > before.get(what, 0)]
    assert left == [], f"a test leaves more than it found: {', '.join(sorted(left))}"


@contextmanager
def made_database(home: str, name: str, *, template: str = EMPTY) -> Iterator[None]:
    """A database for the length of the block, to which the default connection leads.

    Made and dropped over a connection of its own: on a busy machine either takes longer than the
    application waits for any answer, and a drop that was given up leaves a database that is broken.
    """
    database_drop(home, name)
    _ask(home, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
        database_drop(home, name)


def _migrate() -> None:
    # The database is there: Django finds it and goes on to the tables.
    setup_databases(verbosity=0, interactive=False, keepdb=True, serialized_aliases=())


def _install() -> None:
    roles_ensure()
    if connection.settings_dict["PASSWORD"]:
        # A server that asks the owner for one asks the application's login as well.
        application_password_set(password=connection.settings_dict["PASSWORD"])
    national_ensure()
    for code, (name_ar, name_fr, name_en) in AGENCIES.items():
        if not Agency.objects.filter(code=code).exists():
            info = AgencyInfo(code=code, name_ar=name_ar, name_fr=name_fr, name_en=name_en)
            organisation_of(agency_create(info=info, actor=SYSTEM))
    connection.set_schema_to_public()


def _rows(name: str) -> dict[str, int]:
    """The number of rows of each table and one for each role and table, as they are committed."""
    # Also of installations beside it, which are named after it: those are left for the end.
    roles = _ask(
        name,
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)"
        " AND NOT starts_with(rolname, %s)",
        f"{name}_",
        f"{name}_b_",
    )
    tables = _ask(
        name,
        # Whatever is committed in an agency changes the agency's version, which harms no test.
        "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables"
        " WHERE schemaname <> ALL(%s) AND tablename <> 'tenants_dataversion'",
        ["pg_catalog", "information_schema"],
    )
    counts = (f"SELECT '{table}', 1 + count(*) FROM {table}" for (table,) in tables)
    return dict.fromkeys((role for (role,) in roles), 1) | dict(
        _ask(name, " UNION ALL ".join(counts))
    )


def _ask(database: str, statement: str, *values: str | list[str]) -> list[tuple[Any, ...]]:
    made = outside_connection(database=database)
    try:
        with made.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        made.close()
