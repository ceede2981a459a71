"""Kept values: how long, how many, and when nothing kept may be used."""

import pytest
from django.db import connection, transaction

from shared.rows import kept_values
from shared.rows.data_versions import DataVersion, data_version, data_version_note
from shared.rows.kept_values import MAX_ROWS, VALUES, kept_until, kept_value
from tenants.isolation.schema_switch import agency_context


@pytest.fixture(autouse=True)
def _empty():
    VALUES.clear()
    yield
    VALUES.clear()
    connection.changes.known = None


@pytest.fixture
def version(monkeypatch):
    """A version that every request has read; the test changes it."""
    known = {"now": DataVersion(schema="a_roads", cases=1, settings=1)}
    monkeypatch.setattr(kept_values, "data_version", lambda: known["now"])
    return known


def reader():
    """A function whose value is kept until a case changes, and the list of its calls."""
    calls = []

    @kept_until("cases")
    def read(*, of):
        calls.append(of)
        return (of,)

    return read, calls


def test_a_value_is_read_once_for_each_argument_and_each_version(version):
    read, calls = reader()

    for of in ("a", "b", "a"):
        assert read(of=of) == (of,)
    version["now"] = DataVersion(schema="a_roads", cases=1, settings=2)
    read(of="a")
    version["now"] = DataVersion(schema="a_roads", cases=2, settings=2)
    read(of="a")
    version["now"] = DataVersion(schema="a_water", cases=2, settings=2)
    read(of="a")

    assert calls == ["a", "b", "a", "a"]


def test_without_a_version_nothing_is_kept(version):
    version["now"] = None
    read, calls = reader()

    read(of="a")
    read(of="a")

    assert calls == ["a", "a"]


def test_a_value_is_read_again_after_a_minute(version, monkeypatch):
    read, calls = reader()
    read(of="a")
    monkeypatch.setattr(kept_values.time, "monotonic", lambda: 1e12)

    read(of="a")

    assert calls == ["a", "a"]


def test_a_long_value_is_not_kept_and_old_values_make_room(version, monkeypatch):
    monkeypatch.setattr(kept_values, "MAX_WEIGHT", MAX_ROWS + 10)
    long, short, again = list(range(MAX_ROWS + 1)), list(range(MAX_ROWS)), [0]

    kept_value(("cases",), "long", lambda: long)
    assert kept_value(("cases",), "long", lambda: again) is again

    kept_value(("cases",), "first", lambda: short)
    kept_value(("cases",), "second", lambda: short)
    assert kept_value(("cases",), "second", lambda: again) is short
    assert kept_value(("cases",), "first", lambda: again) is again


def test_a_refused_reading_keeps_nothing(version):
    def fails():
        raise LookupError

    with pytest.raises(LookupError):
        kept_value(("cases",), "key", fails)

    assert kept_value(("cases",), "key", lambda: "read") == "read"


@pytest.mark.django_db
def test_no_kept_value_is_used_inside_a_transaction_or_after_an_own_change(roads):
    connection.changes.known = None
    with agency_context(roads):
        data_version_note([5, 6])
        # Each test runs in a transaction.
        assert connection.changes.known is not None
        assert data_version() is None
        connection.changes.before(
            ("role", ("a_roads",)), "UPDATE units_unit SET places = '{}'", is_alone=True
        )
        assert connection.changes.known is None


@pytest.mark.django_db
def test_the_version_of_one_agency_is_no_version_in_another(roads, water, monkeypatch):
    monkeypatch.setattr(type(connection), "in_atomic_block", False, raising=False)
    with agency_context(roads):
        data_version_note([5, 6])
        known = connection.changes.known
    with agency_context(water):
        assert known.schema == roads.schema_name
        assert data_version() is None


@pytest.mark.django_db
def test_an_agency_without_a_version_keeps_nothing(roads):
    with agency_context(roads), transaction.atomic():
        data_version_note(None)
        assert connection.changes.known is None
