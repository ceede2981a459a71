"""PostgreSQL itself keeps agencies apart: what the code asks for wrongly, it refuses."""

import uuid
from contextlib import nullcontext

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bin.postgres.server import SUPERUSER
from shared.accounts.models import User
from shared.complaints.models import ComplaintEvent
from shared.register.models import RegisterCase, RegisterOutbox
from shared.register.services import register_project
from tenants.isolation.backends.base import MAX_NAME_LENGTH, role_name
from tenants.isolation.checks import operator_check, start_check
from tenants.isolation.database_roles import (
    agency_roles_repair,
    application_login,
    login_faults,
    role_removal,
    roles_ensure,
)
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models import Route
from tests.support.factories import filed, staff
from tests.support.processes import signed_in

pytestmark = pytest.mark.django_db

REFUSED = "permission denied"


def ask(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def user():
    return ask("SELECT current_user")[0][0]


@pytest.fixture
def application(roads):
    """The connection as the application has it: signed in under the login without rights."""
    with as_owner(), signed_in(application_login()):
        yield


def test_each_schema_is_entered_under_its_own_role(roads, water):
    seen = [user()]
    for agency in (roads, water):
        with agency_context(agency):
            seen.append(user())
    seen.append(user())

    database = connection.settings_dict["NAME"]
    assert seen == [f"{database}_{name}" for name in ("public", "a_roads", "a_water", "public")]


@pytest.mark.parametrize("table", ["complaints_complaint", "complaints_party", "accounts_user"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM {}",
        "INSERT INTO {} DEFAULT VALUES",
        "UPDATE {} SET id = id",
        "DELETE FROM {}",
    ],
)
def test_a_table_of_another_agency_is_refused(roads, water, table, statement):
    filed(water)

    with agency_context(roads), pytest.raises(ProgrammingError, match=REFUSED):
        ask(statement.format(f"a_water.{table}"))


def test_the_national_side_is_refused_every_agency(roads):
    filed(roads)

    with pytest.raises(ProgrammingError, match=REFUSED):
        ask("SELECT * FROM a_roads.complaints_complaint")


@pytest.mark.parametrize(
    "table",
    [
        "accounts_user",
        "django_session",
        "audit_auditentry",
        "mail_mail",
        "tenants_trackingtoken",
        "tenants_submissionkey",
        "intake_draft",
        "intake_helddraft",
        "register_registereventrow",
    ],
)
def test_an_agency_is_refused_what_is_national(roads, table):
    with agency_context(roads), pytest.raises(ProgrammingError, match=REFUSED):
        ask(f"SELECT * FROM public.{table}")


def test_a_table_that_an_agency_lacks_is_not_read_from_public(roads):
    with as_owner():
        ask("DROP TABLE a_roads.accounts_user CASCADE")

    with agency_context(roads), pytest.raises(ProgrammingError, match=REFUSED):
        User.objects.count()


@pytest.mark.parametrize("change", ["UPDATE {} SET kind = 'answered'", "DELETE FROM {}"])
def test_an_event_can_be_neither_changed_nor_removed(roads, change):
    filed(roads)

    with agency_context(roads):
        assert ComplaintEvent.objects.count() == 1
        with pytest.raises(ProgrammingError, match=REFUSED):
            ask(change.format("complaints_complaintevent"))


@pytest.mark.parametrize("change", ["UPDATE {} SET action = 'x'", "DELETE FROM {}"])
@pytest.mark.parametrize("inside", [True, False], ids=["agency", "national"])
def test_a_line_of_the_log_can_be_neither_changed_nor_removed(roads, change, inside):
    staff(roads)

    with (
        agency_context(roads) if inside else nullcontext(),
        pytest.raises(ProgrammingError, match=REFUSED),
    ):
        ask(change.format("audit_auditentry"))


def test_an_agency_sees_its_own_routes_and_figures_alone(roads, water):
    references = [filed(agency).reference for agency in (roads, water)]
    register_project(limit=100)
    assert Route.objects.count() == RegisterCase.objects.count() == 2

    with agency_context(roads):
        assert [one.reference for one in Route.objects.all()] == references[:1]
        assert [one.reference for one in RegisterCase.objects.all()] == references[:1]


def test_an_agency_cannot_announce_in_the_name_of_another(roads, water):
    filed(water)
    with as_owner():
        ask("UPDATE register_registeroutbox SET event_id = event_id")
        copied = ", ".join(
            str(field.column)
            for field in RegisterOutbox._meta.concrete_fields
            if field.column not in ("id", "event_id")
        )

    with agency_context(roads), pytest.raises(ProgrammingError, match="row-level security"):
        ask(
            f"INSERT INTO register_registeroutbox (event_id, {copied})"
            f" VALUES (%s{', %s' * len(copied.split(','))})",
            uuid.uuid4(),
            *(_value(column) for column in copied.split(", ")),
        )


def _value(column):
    given = {
        "schema_name": "a_water",
        "position": 1,
        "at": "2026-01-01",
        "resolved": None,
        "promised_on": None,
    }
    return given.get(column, None if column == "handling" else "x"[:2])


@pytest.mark.parametrize("statement", ["CREATE TABLE mine (id int)", "DROP TABLE mail_mail"])
def test_an_agency_makes_and_drops_no_table(roads, statement):
    with agency_context(roads), pytest.raises(ProgrammingError):
        ask(statement)


def test_a_rollback_takes_the_role_back_and_the_next_statement_has_the_right_one(roads):
    with pytest.raises(ProgrammingError), transaction.atomic(), agency_context(roads):
        ask("SELECT * FROM a_water.mail_mail")

    assert user().endswith("_public")


def test_after_a_failed_savepoint_the_agency_is_still_in_force(roads):
    with agency_context(roads):
        with pytest.raises(ProgrammingError), transaction.atomic():
            ask("SELECT * FROM a_water.mail_mail")

        assert user().endswith("_a_roads")


def test_a_switch_after_a_failure_in_the_same_transaction_reads_nothing(roads):
    with pytest.raises(ProgrammingError):
        ask("SELECT * FROM a_roads.mail_mail")

    with agency_context(roads), pytest.raises(InternalError, match="aborted"):
        ask("SELECT * FROM mail_mail")


def test_the_login_of_the_application_has_no_right_of_its_own(application):
    for table in ("public.tenants_agency", "a_roads.complaints_complaint"):
        with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
            ask(f"SELECT * FROM {table}")


def test_the_login_may_become_an_agency_and_the_national_side_but_not_the_owner(application):
    database = connection.settings_dict["NAME"]
    owner = ask("SELECT tableowner FROM pg_tables WHERE tablename = 'tenants_agency'")[0][0]

    seen = []
    for role in (f"{database}_a_roads", f"{database}_public"):
        ask(f'SET ROLE "{role}"')
        seen.append(user())
    with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
        ask(f'SET ROLE "{owner}"')

    assert seen == [f"{database}_a_roads", f"{database}_public"]


def test_whoever_may_become_an_agency_inherits_none_of_its_rights_and_gives_none_away(roads):
    database, owner = ask("SELECT current_database(), session_user")[0]
    role = role_name(database, roads.schema_name)
    # A row for each grant: how the owner got the right to grant it to others is PostgreSQL's own.
    found = ask(
        "SELECT member::regrole::text, bool_or(admin_option), bool_or(inherit_option),"
        " bool_or(set_option) FROM pg_auth_members WHERE roleid = %s::regrole GROUP BY 1",
        f'"{role}"',
    )

    assert {name.strip('"'): options for name, *options in found} == {
        application_login(): [False, False, True],
        owner: [True, False, True],
    }


def test_a_process_does_not_start_under_the_login_that_owns_the_tables(monkeypatch):
    # The check ends with closing its connection, which here is the test's own.
    monkeypatch.setattr(connection, "close", lambda: None)
    assert login_faults() == [f"{connection.settings_dict['USER']} owns tables"]

    with pytest.raises(SystemExit, match="too many rights"):
        start_check()


def test_a_superuser_is_told_apart_from_an_owner(db):
    if ask("SELECT rolsuper FROM pg_roles WHERE rolname = %s", SUPERUSER) != [(True,)]:
        pytest.skip("the superuser of this server is not ours")

    with as_owner(), signed_in(SUPERUSER):
        faults = login_faults()

    assert faults[0] == f"{SUPERUSER} is a superuser or bypasses row security"


def test_a_process_starts_under_the_login_without_rights(application):
    assert login_faults() == []


def test_the_operator_process_does_not_start_under_the_login_without_rights(
    application, monkeypatch
):
    monkeypatch.setattr(connection, "close", lambda: None)

    with pytest.raises(SystemExit, match="owner's login"):
        operator_check()


def test_the_operator_process_starts_under_the_login_of_the_owner(db, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)

    operator_check()


def test_without_roles_a_process_starts_and_says_loudly_that_they_are_off(caplog, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ROLES", False)

    start_check()

    # The zone data of a machine may differ as well, and is said in a line of its own.
    said = [one for one in caplog.records if "zone data" not in one.getMessage()]
    assert [record.levelname for record in said] == ["WARNING"]
    assert "DATABASE_ROLES is off" in caplog.text


def test_without_roles_the_schemas_are_still_switched(roads, monkeypatch):
    with as_owner():
        ask("SELECT 1")
    monkeypatch.setitem(connection.settings_dict, "ROLES", False)

    with agency_context(roads):
        assert ask("SHOW search_path") == [("a_roads, public, pg_temp",)]


def test_a_role_name_that_postgresql_would_cut_off_is_refused():
    assert len(role_name("d" * 10, "s" * (MAX_NAME_LENGTH - 11))) == MAX_NAME_LENGTH
    with pytest.raises(Exception, match="longer than 63"):
        role_name("d" * 10, "s" * (MAX_NAME_LENGTH - 10))


def test_a_role_that_was_lost_with_a_restored_dump_is_made_again(roads):
    with as_owner():
        role = role_name(connection.settings_dict["NAME"], "a_roads")
        *removal, _drop = role_removal(role)
        # Its name is free as well; dropped it cannot be while another database of the server, such
        # as the one that this one was copied from, gives it rights.
        ask(";".join([*removal, f'ALTER ROLE "{role}" RENAME TO "{role}_lost"']))

    assert (agency_roles_repair(), agency_roles_repair()) == (1, 0)

    with agency_context(roads):
        assert User.objects.count() == 0


def test_agencies_roles_may_sign_in_in_a_cluster_alone(roads, water, monkeypatch):
    """There the coordinator signs in to the nodes under them."""
    assert may_sign_in() == set()

    monkeypatch.setitem(connection.settings_dict, "CLUSTER", True)
    assert (agency_roles_repair(), agency_roles_repair()) == (2, 0)
    assert may_sign_in() == {"a_roads", "a_water"}

    monkeypatch.setitem(connection.settings_dict, "CLUSTER", False)
    assert (agency_roles_repair(), agency_roles_repair()) == (2, 0)
    assert may_sign_in() == set()


def may_sign_in():
    with as_owner():
        rows = ask("SELECT rolname FROM pg_roles WHERE rolcanlogin")
    mine = f"{connection.settings_dict['NAME']}_"
    return {name.removeprefix(mine) for (name,) in rows if name.startswith(f"{mine}a_")}


def test_what_stands_is_left_alone_while_people_file(roads):
    roles_ensure()

    with CaptureQueriesContext(connection) as asked:
        roles_ensure()

    # Each of these would wait for everybody who writes to the table, and everybody for it.
    assert not [one["sql"] for one in asked if "CREATE POLICY" in one["sql"]]
    assert not [one["sql"] for one in asked if "ALTER TABLE" in one["sql"]]
