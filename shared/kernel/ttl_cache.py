"""Keep the results of a function for some seconds in the memory of this process."""

from collections.abc import Callable
from threading import Lock
from typing import ParamSpec, Protocol, TypeVar

from cachetools import TLRUCache, cached

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class TTLCached(Protocol[P, R_co]):
    """A function whose results are kept."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Return the kept result, or compute it."""

    def cache_clear(self) -> None:
        """Compute the results at the next calls: something has just been changed here."""


def ttl_cached(
    *, seconds: Callable[[], float], max_results: int = 1
) -> Callable[[Callable[P, R]], TTLCached[P, R]]:
    """Decorate a function so that its results are kept for ``seconds()``, and never with 0.

    ``max_results``: for how many choices of its arguments, which must be hashable.
    An exception is not kept. The same object is returned many times: callers must not change it.
    """

    def key(*args: object, **kwargs: object) -> tuple[object, ...]:
        # By this key nothing is found that was kept for another time: a test that keeps results for
        # a minute would hand them to the next one, which keeps them for no time.
        return (seconds(), *args, *sorted(kwargs.items()))

    def decorate(function: Callable[P, R]) -> TTLCached[P, R]:
        results: TLRUCache[tuple[object, ...], R] = TLRUCache(
            max_results, lambda _key, _result, now: now + seconds()
        )
        return cached(results, key=key, lock=Lock())(function)

    return decorate
