"""The kernel's time is the database's: the system's clock may be set to anything."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from shared.kernel import clock, identifiers

YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def _anchor_of_the_test(monkeypatch):
    monkeypatch.setattr(clock, "_anchor", None)


def anchored(ahead, *, half=0.0, ago=0.0):
    """The database's clock, so far from the system's, as measured a while ago."""
    ended = time.monotonic() - ago
    moment = datetime.fromtimestamp(time.time() - ago - half, UTC) + ahead
    clock.anchor(database_time=moment, began=ended - 2 * half, ended=ended)


def test_before_the_first_measurement_the_system_is_believed():
    before = datetime.now(UTC)

    assert before <= clock.now() <= datetime.now(UTC)
    assert not clock.is_wrong()
    assert clock.is_measurement_due()


@pytest.mark.parametrize("ahead", [YEAR, -timedelta(days=40)], ids=["a-year", "forty-days-back"])
def test_the_database_is_believed_and_not_the_system(ahead):
    anchored(ahead)

    assert clock.now() - datetime.now(UTC) == pytest.approx(ahead, abs=timedelta(seconds=20))
    assert clock.is_wrong()


def test_half_of_the_round_trip_time_is_added():
    clock.anchor(database_time=datetime(2026, 1, 1, tzinfo=UTC), began=100.0, ended=104.0)

    assert clock._anchor == clock.Anchor(
        seconds=datetime(2026, 1, 1, 0, 0, 2, tzinfo=UTC).timestamp(),
        monotonic=104.0,
    )


def test_a_measurement_within_its_own_uncertainty_does_not_move_the_clock():
    began = datetime(2026, 1, 1, tzinfo=UTC)
    clock.anchor(database_time=began, began=100.0, ended=100.0)

    clock.anchor(database_time=began + timedelta(seconds=10.5), began=109.0, ended=111.0)
    assert clock._anchor.seconds == began.timestamp() + 11

    clock.anchor(database_time=began + timedelta(seconds=15), began=120.0, ended=120.0)
    assert clock._anchor.seconds == began.timestamp() + 15


def test_a_jump_of_the_system_shows_at_once_and_asks_for_a_measurement(monkeypatch):
    anchored(timedelta(0), ago=clock.REPEAT_SECONDS + 1)
    assert not clock.is_wrong()
    assert not clock.is_measurement_due()

    system = time.time
    monkeypatch.setattr(time, "time", lambda: system() + YEAR.total_seconds())

    assert clock.is_wrong()
    assert clock.is_measurement_due()


def test_a_measurement_is_due_each_minute():
    anchored(timedelta(0), ago=clock.MEASURE_SECONDS + 1)

    assert clock.is_measurement_due()


@pytest.mark.parametrize(
    ("ahead", "is_wrong"),
    [(timedelta(seconds=50), False), (timedelta(seconds=70), True)],
    ids=["within-the-minute", "beyond-it"],
)
def test_a_minute_is_borne(ahead, is_wrong):
    anchored(ahead)

    assert clock.is_wrong() is is_wrong


def test_who_travels_is_not_brought_back_by_the_database():
    anchored(YEAR)
    moment = datetime(2020, 2, 29, tzinfo=UTC)

    with clock.travel(moment):
        assert clock.now() == moment
        assert clock.timestamp() != moment.timestamp()


def test_identifiers_carry_the_time_of_the_database(monkeypatch):
    monkeypatch.setattr(identifiers, "_last", 0)
    anchored(-timedelta(days=40))

    made = datetime.fromtimestamp((identifiers.uuid7().int >> 80) / 1000, UTC)

    assert clock.civil_day(made) == clock.today()
