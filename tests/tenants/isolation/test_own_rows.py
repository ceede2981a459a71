"""What an agency's role may write into its own tables can be read by every page and every worker.

Columns come from PostgreSQL's catalog: a new moment, day or word without a bound is noticed.
"""

from dataclasses import asdict

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, transaction
from django.db.models import BinaryField, DateField

from shared.rows.value_bounds import bounds_of
from tenants.isolation.database_roles import APPEND_ONLY
from tenants.isolation.schema_switch import agency_context, as_owner

pytestmark = pytest.mark.django_db

# Two dimensions, and nothing in a place of a list: the type of the column takes both.
ARRAYS = ("{{1,2},{3,4}}", "{NULL}")
TIMES = ("infinity", "-infinity", "4000-01-01 BC", "20000-01-01", "9998-12-31 10:00", "1500-01-01")
# Read by the staff of the agency alone, and their times as the nearest that can be read.
OWN_ALONE = {
    "django_session": "whoever is signed in",
    "accounts_staffsession": "browsers of the agency's own staff",
    "accounts_signintry": "what was tried at its own sign-in",
    "account_emailconfirmation": "codes of its own staff",
    "mfa_authenticator": "second factors of its own staff",
}


def models():
    """Every model whose table agencies have."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for model in config.get_models(include_auto_created=True)
        if model._meta.db_table not in OWN_ALONE
    ]


def words_of(model):
    """Columns that hold one of a list of words."""
    return {
        field.column
        for field in model._meta.concrete_fields
        if field.choices and not isinstance(field, BinaryField)
    }


def times_of(model):
    """Columns of moments and days."""
    return {field.column for field in model._meta.concrete_fields if isinstance(field, DateField)}


def arrays_of(model):
    """Columns that are arrays of PostgreSQL."""
    return {field.column for field in model._meta.concrete_fields if isinstance(field, ArrayField)}


def bound_columns(model):
    """Columns that its constraint bounds."""
    return {column for columns in asdict(bounds_of(model)).values() for column in columns}


def checked_columns(schema_name):
    """By table, the columns of which some constraint of the catalog says something."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(k.conkey)"
            " WHERE k.contype = 'c' AND k.convalidated"
            " AND k.connamespace = %s::regnamespace",
            [schema_name],
        )
        found: dict[str, set[str]] = {}
        for table, column in cursor.fetchall():
            found.setdefault(table, set()).add(column)
    return found


def test_every_moment_day_and_word_of_an_agency_is_bounded(roads):
    checked = checked_columns(roads.schema_name)
    open_columns = {
        (model._meta.db_table, column)
        for model in models()
        for column in (times_of(model) | words_of(model) | arrays_of(model))
        - checked.get(model._meta.db_table, set())
    }

    assert open_columns == set()
    assert {(model._meta.db_table, column) for model in models() for column in times_of(model)} == {
        (model._meta.db_table, column)
        for model in models()
        for column in bound_columns(model)
        if column in times_of(model)
    }


def is_taken(agency, statement, *values):
    """Whether the agency's role may write so; it is taken back."""
    try:
        with agency_context(agency), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            transaction.set_rollback(True)
            return cursor.rowcount > 0
    except DatabaseError:
        return False


def test_no_own_row_can_hold_what_nobody_can_read(dunes):
    """Each column of each table with rows, as the role of the agency."""
    written = [
        (f"UPDATE {model._meta.db_table} SET {column} = %s", bad)
        for model in models()
        if model._meta.db_table not in APPEND_ONLY
        for columns, values in (
            (times_of(model), TIMES),
            (words_of(model), ("zz", "\t")),
            (arrays_of(model), ARRAYS),
        )
        for column in columns
        for bad in values
    ]
    same = "UPDATE complaints_complaint SET received_at = received_at, language = language"

    assert [one for one in written if is_taken(dunes, *one)] == []
    assert is_taken(dunes, same)


def test_no_counter_can_stand_at_the_end_of_its_type(dunes):
    written = [
        f"UPDATE {model._meta.db_table} SET {column} = {most + 1}"
        for model in models()
        if model._meta.db_table not in APPEND_ONLY
        for column, most in bounds_of(model).numbers.items()
    ]

    assert written
    assert [one for one in written if is_taken(dunes, one)] == []
