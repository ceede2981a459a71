"""No process works with a server that may write people's words into its log."""

from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from bin.postgres.server import SUPERUSER
from bin.postgres.settings import SETTINGS
from tenants.isolation.checks import operator_check, start_check
from tenants.isolation.database_roles import application_login
from tenants.isolation.schema_switch import as_owner
from tenants.isolation.statement_log import SAFE, unsafe_settings
from tests.support.processes import signed_in
from tests.support.sampling import one_in

pytestmark = pytest.mark.django_db

LOUD = {
    "log_statement": "ddl",
    "log_min_duration_statement": "0",
    "log_min_duration_sample": "250ms",
    "log_transaction_sample_rate": "0.1",
    "log_parameter_max_length_on_error": "-1",
    "log_min_error_statement": "fatal",
    "log_error_verbosity": "default",
    "debug_print_parse": "on",
    "debug_print_rewritten": "on",
    "debug_print_plan": "on",
    "auto_explain.log_min_duration": "0",
    "pgaudit.log": "write",
    "pgaudit.role": "auditor",
}


@pytest.fixture
def set_to():
    """Settings of the server, for as long as the test lasts, as the next connections get them."""
    database = connection.settings_dict["NAME"]
    changed = []

    def change(name, value):
        changed.append(name)
        ask_superuser(f"ALTER DATABASE \"{database}\" SET {name} = '{value}'")

    yield change
    for name in changed:
        ask_superuser(f'ALTER DATABASE "{database}" RESET {name}')


def ask_superuser(statement):
    settings = connection.settings_dict
    where = {"host": settings["HOST"], "port": settings["PORT"], "dbname": settings["NAME"]}
    with closing(psycopg2.connect(**where, user=SUPERUSER)) as made, made.cursor() as cursor:
        cursor.execute(statement)
        made.commit()


def test_the_embedded_server_writes_no_statement():
    with as_owner():
        assert unsafe_settings() == []
    assert {name: SETTINGS[name] for name in SETTINGS if name in SAFE} == {
        name: SAFE[name] for name in SETTINGS if name in SAFE
    }


def test_each_setting_that_may_be_changed_is_tried():
    # Of the raw tree only the newest servers know.
    assert set(LOUD) == set(SAFE) - {"debug_print_raw_parse"}


@pytest.mark.parametrize(("name", "value"), one_in(4, LOUD.items()))
def test_a_server_that_may_log_statements_is_refused_with_the_line_to_set(
    set_to, monkeypatch, name, value
):
    set_to(name, value)
    line = f"{name} is {value}; set {name} = {SAFE[name] or chr(39) * 2}"

    # The check ends with closing its connection, which here is the test's own.
    monkeypatch.setattr(connection, "close", lambda: None)
    with as_owner(), signed_in(application_login()), pytest.raises(SystemExit) as refusal:
        start_check()
    assert line in str(refusal.value)

    with (
        as_owner(),
        signed_in(connection.settings_dict["USER"]),
        pytest.raises(SystemExit) as refusal,
    ):
        operator_check()
    assert line in str(refusal.value)


def test_a_login_of_an_agency_sees_no_statement_of_others(in_roads):
    """pg_stat_activity shows running statements, with their values, to whoever has the login's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE query <> '<insufficient privilege>') FROM"
            " pg_stat_activity WHERE backend_type = 'client backend'"
        )
        assert cursor.fetchone() == (0,)
