"""The time of the process: Moroccan days, and travel for tests."""

from datetime import UTC, date, datetime

import pytest

from shared.kernel import clock


def test_a_late_evening_in_utc_is_the_next_day_in_morocco():
    evening = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    assert clock.civil_day(evening) == date(2026, 7, 2)


def test_travelling_ends_with_the_block():
    moment = datetime(2020, 2, 29, tzinfo=UTC)

    with clock.travel(moment):
        assert clock.now() == moment

    assert clock.now() > moment


def test_a_moment_without_a_zone_cannot_be_travelled_to():
    with pytest.raises(ValueError, match="zone"), clock.travel(datetime(2020, 1, 1)):  # noqa: DTZ001
        pass
