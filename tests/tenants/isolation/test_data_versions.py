"""A change of an agency's rows changes the agency's data version, in the same commit."""

import re
from functools import partial
from threading import Event
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from shared.complaints.models import Complaint, Label, Note, OfficerCaseState
from shared.rows.data_versions import (
    CHANGES,
    DATA_VERSION,
    NOT_KEPT,
    SAME_VERSION,
    data_version_note,
    numbers_changed,
)
from shared.rows.kept_values import VALUES, kept_value
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models import Agency
from tests.support.agencies import committed_agencies
from tests.tenants.isolation.committed import at_once, in_thread

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def codes(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), committed_agencies() as made:
        yield made


def agency(code: str) -> Agency:
    return Agency.objects.get(code=code)


def version_of(code: str) -> tuple[int, int]:
    """The committed numbers of an agency, read on another connection."""

    def read() -> tuple[int, int]:
        with agency_context(agency(code)), connection.cursor() as cursor:
            cursor.execute(f"SELECT {DATA_VERSION}")
            cases, of_settings = cursor.fetchone()[0] or (None, None)
        return int(cases or 0), int(of_settings or 0)

    return in_thread(read)


def changed_by(code: str, work) -> tuple[bool, bool]:
    """Whether some work on another connection changes the numbers of cases and of settings."""
    before = version_of(code)

    def inside():
        with agency_context(agency(code)):
            work()

    in_thread(inside)
    after = version_of(code)
    return after[0] > before[0], after[1] > before[1]


def label_make():
    Label.objects.create(name=f"label {uuid4()}"[:40])


def test_each_table_of_an_agency_either_changes_a_number_or_is_never_kept():
    tables = {
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for model in config.get_models(include_auto_created=True)
    }

    assert tables - CHANGES.keys() == (tables & NOT_KEPT)
    assert CHANGES.keys() <= tables


def test_a_single_statement_and_a_transaction_change_the_number(codes):
    def in_a_transaction():
        with transaction.atomic():
            label_make()
            label_make()

    assert changed_by("dunes", label_make) == (False, True)
    assert changed_by("dunes", in_a_transaction) == (False, True)
    assert changed_by("dunes", lambda: Complaint.objects.update(version=1)) == (True, False)


def test_other_methods_than_execute_change_the_number_too(codes):
    def many():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany("UPDATE complaints_note SET body = %s", [("a",), ("b",)])

    def by_the_owner():
        with as_owner(), connection.cursor() as cursor:
            cursor.execute('UPDATE "a_oases".complaints_label SET name = name')

    assert changed_by("dunes", many) == (True, False)
    before = version_of("dunes"), version_of("oases")
    in_thread(by_the_owner)
    assert version_of("dunes") == before[0]
    assert version_of("oases")[1] > before[1][1]


def test_a_change_that_is_rolled_back_changes_no_number(codes):
    def undone():
        with transaction.atomic():
            label_make()
            transaction.set_rollback(True)

    assert changed_by("dunes", undone) == (False, False)


def test_nothing_else_changes_a_number(codes):
    def marks():
        with connection.cursor() as cursor:
            cursor.execute(f"{SAME_VERSION} UPDATE complaints_officercasestate SET writing = ''")

    def reads():
        list(Note.objects.all())
        list(OfficerCaseState.objects.select_for_update(of=()).none())

    assert changed_by("dunes", marks) == (False, False)
    assert changed_by("dunes", reads) == (False, False)


def test_a_long_transaction_does_not_hold_up_other_changes_of_its_agency(codes):
    changed, done = Event(), Event()

    def long():
        with agency_context(agency("dunes")), transaction.atomic():
            label_make()
            changed.set()
            assert done.wait(20), "another change waited for this transaction"

    def short():
        assert changed.wait(20)
        with agency_context(agency("dunes")):
            label_make()
        done.set()

    at_once(long, short)


def test_an_agency_reads_and_writes_its_own_version_alone(codes):
    changed_by("oases", label_make)
    changed_by("dunes", label_make)

    def as_dunes(sql):
        def ask():
            with agency_context(agency("dunes")), connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else cursor.rowcount

        return in_thread(ask)

    rows = "public.tenants_dataversion"
    assert {schema for (schema,) in as_dunes(f"SELECT schema_name FROM {rows}")} <= {"a_dunes"}
    assert as_dunes(f"UPDATE {rows} SET cases = 1 WHERE schema_name = 'a_oases'") == 0
    for refused in (
        f"INSERT INTO {rows} (schema_name, place, cases, settings) VALUES ('a_oases', 9, 1, 1)",
        f"UPDATE {rows} SET schema_name = 'a_oases'",
        f"DELETE FROM {rows}",
    ):
        with pytest.raises(DatabaseError, match=r"row-level security|permission denied"):
            as_dunes(refused)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('INSERT INTO "complaints_note" ("body") VALUES (%s)', {("", "cases")}),
        ('COPY "a_x"."complaints_note" (id) FROM STDIN', {("a_x", "cases")}),
        ("WITH one AS (DELETE FROM units_unit RETURNING id) SELECT 1", {("", "settings")}),
        ("SELECT 1 FROM complaints_note FOR UPDATE OF complaints_note", set()),
        ("COPY (SELECT 1 FROM complaints_note) TO STDOUT", set()),
        (f"{SAME_VERSION} UPDATE complaints_note SET body = ''", set()),
    ],
)
def test_a_statement_changes_the_numbers_of_the_tables_that_it_writes(query, found):
    assert set(numbers_changed(query)) == found


def test_only_statements_about_marks_and_drafts_leave_the_version_as_it_is():
    """Each text that is excepted by its comment writes marks of officers alone."""
    from shared.complaints.services import officer_state  # noqa: PLC0415 - its texts are private

    for text in (officer_state._OPENED, officer_state._WRITING):
        assert re.findall(r"INTO (\w+)", text) == ["complaints_officercasestate"]
        assert "snoozed_until" not in text


def test_values_kept_of_one_agency_are_never_those_of_another(codes):
    """The same key, the same moment, both agencies: each reads its own word."""
    VALUES.clear()

    def seen(code):
        with agency_context(agency(code)):
            label_make()
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {DATA_VERSION}")
                data_version_note(cursor.fetchone()[0])
            kept_value(("settings",), "word", lambda: code)
            return kept_value(("settings",), "word", lambda: "read again")

    assert [in_thread(partial(seen, code)) for code in codes] == list(codes)
