"""What is asked again and again is computed once in a while."""

from functools import partial
from itertools import count

import pytest
from cachetools import TLRUCache

from shared.kernel import ttl_cache
from shared.kernel.ttl_cache import ttl_cached


@pytest.fixture
def now(monkeypatch):
    """A clock that the test sets, in seconds."""
    at = [100.0]
    monkeypatch.setattr(ttl_cache, "TLRUCache", partial(TLRUCache, timer=lambda: at[0]))
    return at


def test_a_result_is_kept_for_its_time_and_then_computed_anew(now):
    number = ttl_cached(seconds=lambda: 5)(count().__next__)

    assert (number(), number()) == (0, 0)
    now[0] += 5

    assert number() == 1


def test_with_no_seconds_each_call_computes(now):
    seconds = [5]
    number = ttl_cached(seconds=lambda: seconds[0])(count().__next__)
    number()
    seconds[0] = 0

    assert (number(), number()) == (1, 2)


def test_a_result_kept_for_long_is_not_found_once_the_seconds_are_fewer(now):
    seconds = [60]
    number = ttl_cached(seconds=lambda: seconds[0])(count().__next__)
    number()
    seconds[0] = 5
    now[0] += 1

    assert number() == 1


def test_a_cleared_result_is_computed_anew(now):
    number = ttl_cached(seconds=lambda: 5)(count().__next__)
    number()
    number.cache_clear()

    assert number() == 1


def test_an_exception_is_not_kept(now):
    refusals = [KeyError("not yet")]

    @ttl_cached(seconds=lambda: 5)
    def answer():
        if refusals:
            raise refusals.pop()
        return "a"

    with pytest.raises(KeyError):
        answer()

    assert answer() == "a"


def test_each_choice_of_arguments_has_a_result_of_its_own_and_the_oldest_goes_first():
    calls: list[int] = []

    @ttl_cached(seconds=lambda: 5, max_results=2)
    def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    assert [double(1), double(2), double(1), double(2)] == [2, 4, 2, 4]
    double(3)
    double(1)

    assert calls == [1, 2, 3, 1]
