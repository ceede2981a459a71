"""The database of a run: made by the migrations, or copied from a template that was made before.

``python -m tests.databases make`` makes the template that TEST_TEMPLATE names, and ``drop`` drops
it: whoever runs each test file alone waits for the migrations once (``bin/dev test_files``).
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

if __name__ == "__main__":
    # Before any model is imported.
    django.setup()

from shared.kernel.actors import SYSTEM
from tenants.models import Agency
from tenants.provisioning import agency_create, national_ensure
from tenants.roles import application_password_set, roles_ensure
from tenants.types import AgencyInfo
from tests.factories import organisation_of
from tests.tenancy.processes import outside_connection

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
    made = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    name = connection.settings_dict["NAME"]
    _install()
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)
        _drop_roles(home, name)


def template_make(template: str) -> None:
    """Make the database of a run, and keep it under another name.

    Its roles are named after the database that will be copied from it, one at a time.
    """
    home = connection.settings_dict["NAME"]
    setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    _install()
    connection.close()
    name = connection.settings_dict["NAME"]
    _ask(home, f'ALTER DATABASE "{name}" RENAME TO "{template}"')


def template_drop(template: str) -> None:
    """Drop the template, and the roles of its copies."""
    settings = connection.settings_dict
    _ask(settings["NAME"], f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')
    _drop_roles(settings["NAME"], settings["TEST"]["NAME"])


@contextmanager
def _copied(home: str, template: str) -> Iterator[None]:
    name = connection.settings_dict["TEST"]["NAME"]
    dropped = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    _ask(home, dropped)
    _ask(home, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
        _ask(home, dropped)


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


def _drop_roles(home: str, name: str) -> None:
    """Roles belong to the whole server: those of a database do not go with it."""
    roles = _ask(home, "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", f"{name}_")
    for (role,) in roles:
        _ask(home, f'DROP ROLE "{role}"')


def _ask(database: str, statement: str, *values: str) -> list[tuple[Any, ...]]:
    made = outside_connection(database=database)
    try:
        with made.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        made.close()


if __name__ == "__main__":
    {"make": template_make, "drop": template_drop}[sys.argv[1]](os.environ["TEST_TEMPLATE"])
