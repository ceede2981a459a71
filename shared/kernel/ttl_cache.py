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
        results: TLRUCache[bool, R] = TLRUCache(1, lambda _key, _result, now: now + seconds())
        # By this key nothing that was kept before is found once the seconds are set to 0.
        return cached(results, key=lambda: seconds() > 0, lock=Lock())(function)

    return decorate
