"""A cache of a function's results, for some seconds in the memory of this process."""

from collections.abc import Callable
from threading import Lock
from typing import ParamSpec, Protocol, TypeVar

from cachetools import TLRUCache, cached

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class TTLCached(Protocol[P, R_co]):
    """A function whose results are cached."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Return the cached result, or compute the result."""

    def cache_clear(self) -> None:
        """Empty the cache, after a change in this process."""


def ttl_cached(
    *, seconds: Callable[[], float], max_results: int = 1
) -> Callable[[Callable[P, R]], TTLCached[P, R]]:
    """Return a decorator that caches a function's results for ``seconds()``; 0 disables caching.

    ``max_results`` is the largest count of cached results, one for each set of hashable arguments.
    An exception is not cached. Callers must not change the returned object, because all callers
    share this object.
    """

    def key(*args: object, **kwargs: object) -> tuple[object, ...]:
        # The seconds are in the key, so that a test without caching gets no cached results of
        # another test.
        return (seconds(), *args, *sorted(kwargs.items()))

    def decorate(function: Callable[P, R]) -> TTLCached[P, R]:
        results: TLRUCache[tuple[object, ...], R] = TLRUCache(
            max_results, lambda _key, _result, now: now + seconds()
        )
        return cached(results, key=key, lock=Lock())(function)

    return decorate
