"""Counting attempts: one statement, keyed digests, windows that end."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.kernel import clock
from shared.limits.models import Attempt
from shared.limits.selectors import limit_refusal, reached
from shared.limits.services.attempt_counter import (
    attempts_prune,
    limits_give_back,
    limits_reserve,
    spend_once,
)
from shared.limits.types import Limit

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def twice(subject: str, name: str = "door") -> Limit:
    return Limit(name=name, subject=subject, allowed=2, window=HOUR)


def test_what_goes_over_is_named_and_the_others_are_not():
    limits = [twice("a"), twice("b")]
    limits_reserve(limits)
    limits_reserve([twice("a")])

    assert limits_reserve(limits) == [twice("a")]


def test_the_same_subject_under_another_name_has_a_count_of_its_own():
    for _time in range(3):
        limits_reserve([twice("a")])

    assert limits_reserve([twice("a", name="window")]) == []


def test_what_is_given_back_may_be_used_again_but_never_more():
    limits_reserve([twice("a")])
    for _time in range(3):
        limits_give_back([twice("a")])

    assert [limits_reserve([twice("a")]) for _time in range(3)] == [[], [], [twice("a")]]


def test_asking_counts_nothing():
    limits_reserve([twice("a")])
    assert reached([twice("a"), twice("b")]) == []
    limits_reserve([twice("a")])
    assert reached([twice("a"), twice("b")]) == [twice("a")]
    assert Attempt.objects.get().count == 2


def test_a_new_window_begins_at_nothing_and_the_refusal_says_when():
    with clock.travel(NOON + timedelta(minutes=50)):
        for _time in range(3):
            limits_reserve([twice("a")])
        assert limit_refusal([twice("a")]).retry_after == 600

    with clock.travel(NOON + HOUR):
        assert limits_reserve([twice("a")]) == []


def test_what_is_good_for_one_use_is_used_once():
    until = NOON + HOUR

    assert spend_once(name="proof", subject="x", until=until) is True
    assert spend_once(name="proof", subject="x", until=until) is False
    assert spend_once(name="proof", subject="y", until=until) is True


def test_windows_that_are_over_are_forgotten_and_no_other():
    with clock.travel(NOON):
        limits_reserve([twice("a")])
    with clock.travel(NOON + timedelta(hours=26)):
        limits_reserve([twice("b")])
        assert attempts_prune() == 1
        assert Attempt.objects.count() == 1
