"""Statements that a connection prepares for the tables of one agency."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import DataError, transaction

from shared.rows.new_rows import new_row
from shared.rows.repeated_sql import RepeatedSql
from shared.rows.services import rows_insert
from shared.units.models import Unit
from tenants.isolation.backends.prepared_statements import (
    MAX_COUNTED,
    MAX_PREPARED,
    USES,
    PreparedStatements,
    may_prepare,
)
from tenants.isolation.schema_switch import agency_context, as_owner, connection
from tenants.models import Agency

HERE, THERE = ("role", ("here", "public")), ("role", ("there", "public"))


@pytest.fixture
def connected(db: None) -> Iterator[None]:
    """A connection that has prepared nothing."""
    forget()
    yield
    forget()


def forget() -> None:
    ask("DEALLOCATE ALL")
    connection.prepared = PreparedStatements()


def ask(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def insert(agency: Agency, name: str) -> Unit:
    with agency_context(agency):
        unit = new_row(Unit, {"name_ar": name, "name_fr": name})
        rows_insert(unit)
    return unit


def prepared() -> list[str]:
    return [text for (text,) in ask("SELECT statement FROM pg_prepared_statements")]


def names(agency: Agency) -> set[str]:
    with agency_context(agency):
        return set(Unit.objects.values_list("name_fr", flat=True))


def test_what_is_inserted_several_times_in_an_agency_is_prepared_once(connected, dunes):
    rows = [insert(dunes, str(number)) for number in range(USES - 1)]
    assert prepared() == []

    rows += [insert(dunes, str(number)) for number in range(USES, USES + 3)]

    assert len(prepared()) == 1
    assert "units_unit" in prepared()[0]
    assert ask("SELECT generic_plans, custom_plans FROM pg_prepared_statements") == [(3, 0)]
    assert {(row.pk, row.name_fr) for row in rows} <= stored(dunes)


def stored(agency: Agency) -> set[tuple[Any, ...]]:
    with agency_context(agency):
        return set(Unit.objects.values_list("pk", "name_fr"))


def test_rows_of_two_agencies_in_turn_are_stored_where_they_belong(connected, dunes, oases):
    before = names(dunes), names(oases)
    for number in range(3 * USES):
        insert(dunes, f"dunes {number}")
        insert(oases, f"oases {number}")

    assert len(prepared()) == 2
    assert names(dunes) - before[0] == {f"dunes {number}" for number in range(3 * USES)}
    assert names(oases) - before[1] == {f"oases {number}" for number in range(3 * USES)}


def test_a_statement_of_one_agency_meets_the_tables_of_the_agency_where_it_is_sent(
    connected, dunes, oases
):
    for number in range(USES):
        insert(dunes, str(number))
    before = names(dunes), names(oases)
    ((_schemas, sql), name) = connection.prepared._names.popitem()
    with agency_context(oases):
        connection.prepared._names[connection._wanted(), sql] = name

    insert(oases, "stray")

    assert ask("SELECT generic_plans FROM pg_prepared_statements") == [(2,)]
    assert names(dunes) == before[0]
    assert names(oases) - before[1] == {"stray"}


def test_after_an_error_the_same_statement_is_sent_again(connected, dunes):
    for number in range(3 * USES):
        with suppress(DataError), transaction.atomic():
            insert(dunes, str(number) if number % 2 else "too long" * 20)

    assert names(dunes) >= {str(number) for number in range(1, 3 * USES, 2)}
    assert len(prepared()) >= 1


def test_what_a_rolled_back_transaction_has_prepared_serves_the_next(connected, dunes):
    with suppress(ZeroDivisionError), transaction.atomic():
        for number in range(USES):
            insert(dunes, f"undone {number}")
        raise ZeroDivisionError

    insert(dunes, "kept")

    assert len(prepared()) == 1
    assert "kept" in names(dunes)
    assert not any(name.startswith("undone") for name in names(dunes))


def test_a_table_that_a_migration_changes_is_planned_anew(connected, dunes):
    for number in range(2 * USES):
        insert(dunes, str(number))
    ask("SET CONSTRAINTS ALL IMMEDIATE")
    with agency_context(dunes), as_owner():
        ask("ALTER TABLE units_unit ADD COLUMN later text NOT NULL DEFAULT 'later'")

    insert(dunes, "after")

    with agency_context(dunes):
        assert ask("SELECT later FROM units_unit WHERE name_fr = 'after'") == [("later",)]
    assert len(prepared()) == 1


def test_only_the_application_with_its_roles_prepares(monkeypatch):
    assert may_prepare(connection)
    with as_owner():
        assert not may_prepare(connection)

    monkeypatch.setitem(connection.settings_dict, "ROLES", False)

    assert not may_prepare(connection)


def test_a_closed_connection_forgets_what_was_prepared():
    made = connection.copy()
    kept = made.prepared

    made.close()

    assert made.prepared is not kept


def sent(prepares: PreparedStatements, schemas, sql: str) -> str:
    text = prepares.text(schemas, RepeatedSql(sql))
    prepares.done()
    return text


def test_the_values_of_a_prepared_statement_stay_in_their_order():
    prepares = PreparedStatements()

    found = [sent(prepares, HERE, "SELECT %s, %s::date, 'x' || %s") for _use in range(USES + 1)]

    assert found[:-2] == ["SELECT %s, %s::date, 'x' || %s"] * (USES - 1)
    assert "PREPARE repeated_1 AS SELECT $1, $2::date, 'x' || $3; " in found[-2]
    assert found[-2].endswith("EXECUTE repeated_1(%s, %s, %s)")
    assert found[-1] == "EXECUTE repeated_1(%s, %s, %s)"


def test_each_schema_has_a_statement_of_its_own():
    prepares = PreparedStatements()

    for _use in range(USES):
        here, there = sent(prepares, HERE, "SELECT 1"), sent(prepares, THERE, "SELECT 1")

    assert here.endswith("EXECUTE repeated_1")
    assert there.endswith("EXECUTE repeated_2")


def test_a_connection_keeps_few_statements_and_those_of_last_use():
    prepares = PreparedStatements()
    for number in range(MAX_PREPARED):
        for _use in range(USES):
            sent(prepares, HERE, f"SELECT {number}")
    sent(prepares, HERE, "SELECT 0")

    made = [sent(prepares, HERE, "SELECT 'more'") for _use in range(USES)][-1]

    assert made.startswith("DEALLOCATE repeated_2; ")
    assert sent(prepares, HERE, "SELECT 0") == "EXECUTE repeated_1"
    assert sent(prepares, HERE, "SELECT 1") == "SELECT 1"


def test_what_many_schemas_send_in_turn_is_not_prepared():
    prepares = PreparedStatements()
    schemas = [("role", (f"agency_{number}", "public")) for number in range(MAX_COUNTED + 1)]

    texts = {sent(prepares, one, "SELECT 1") for _round in range(2 * USES) for one in schemas}

    assert texts == {"SELECT 1"}


def test_a_failed_message_is_made_with_a_new_name():
    prepares = PreparedStatements()
    for _use in range(USES - 1):
        sent(prepares, HERE, "SELECT 1")

    failed = prepares.text(HERE, RepeatedSql("SELECT 1"))
    again = [sent(prepares, HERE, "SELECT 1") for _use in range(USES)]

    assert "PREPARE repeated_1 " in failed
    assert again[:-1] == ["SELECT 1"] * (USES - 1)
    assert "PREPARE repeated_2 " in again[-1]
