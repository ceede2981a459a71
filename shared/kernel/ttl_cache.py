"""Keep the result of a function for some seconds in the memory of this process."""

from collections.abc import Callable
from threading import Lock
from typing import Protocol, TypeVar

from cachetools import TLRUCache, cached

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class TTLCached(Protocol[R_co]):
    """A function without arguments whose result is kept."""

    def __call__(self) -> R_co:
        """Return the kept result, or compute it."""

    def cache_clear(self) -> None:
        """Compute the result at the next call: something has just been changed here."""


def ttl_cached(*, seconds: Callable[[], float]) -> Callable[[Callable[[], R]], TTLCached[R]]:
    """Decorate a function so that its result is kept for ``seconds()``, and never with 0.

    An exception is not kept. The same object is returned many times: callers must not change it.
    """

    def decorate(function: Callable[[], R]) -> TTLCached[R]:
        results: TLRUCache[float, R] = TLRUCache(1, lambda kept_for, _result, now: now + kept_for)
        # By this key nothing is found that was kept for another time: a test that keeps results for
        # a minute would hand them to the next one, which keeps them for no time.
        return cached(results, key=seconds, lock=Lock())(function)

    return decorate
