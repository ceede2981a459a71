"""A database on a server of one's own, where nobody has made an extension before."""

from contextlib import closing

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.isolation.extensions import EXTENSIONS, extensions_ensure
from tenants.isolation.schema_switch import as_owner
from tests.support.processes import database_drop, in_child, outside_connection

pytestmark = pytest.mark.django_db

NAME = "insaf_test_without_extensions"


@pytest.fixture
def empty_database():
    home = connection.settings_dict["NAME"]
    with closing(outside_connection()) as made, made.cursor() as cursor:
        # template1 of the embedded server has them already.
        cursor.execute(f'CREATE DATABASE "{NAME}" TEMPLATE template0')
    yield NAME
    database_drop(home, NAME)


def test_the_owner_makes_the_extensions_that_a_database_lacks(empty_database):
    def make() -> None:
        connection.settings_dict["NAME"] = empty_database
        with as_owner():
            extensions_ensure()
            extensions_ensure()

    before = extensions(empty_database)

    assert in_child(make) == 0
    assert before.isdisjoint(EXTENSIONS)
    assert extensions(empty_database) == before | set(EXTENSIONS)


def test_nothing_is_asked_for_that_is_there():
    with as_owner(), CaptureQueriesContext(connection) as sent:
        extensions_ensure()

    assert [one["sql"] for one in sent if "CREATE" in one["sql"]] == []


def extensions(database):
    with closing(outside_connection(database=database)) as made, made.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        return {name for (name,) in cursor.fetchall()}
