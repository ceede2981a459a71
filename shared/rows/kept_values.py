"""Values that a process keeps until the rows from which they were read change.

The key of a value holds the agency's schema and the numbers of its data version
(``shared.rows.data_versions``), so a value is never returned after a change that was committed
before the request began, and never in another agency. A value that depends on the reader, on the
reader's rights or on the day has them as arguments of its function, which are in the key as well.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Sized
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar, cast

from shared.rows.data_versions import CASES, SETTINGS, data_version

P = ParamSpec("P")
R = TypeVar("R")

# A value weighs 1, and 1 more for each of its rows: about 0.3 KB for each.
MAX_WEIGHT = 32_768
# A longer value is not kept, because one reader's long list would displace the values of others.
MAX_ROWS = 256
# During a release, processes of the former release change rows without changing the numbers.
MAX_SECONDS = 60.0


class _Values:
    """The kept values of this process; the value that was stored first is deleted first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        self._found: OrderedDict[Hashable, tuple[float, int, object]] = OrderedDict()
        self._weight = 0

    def get(self, key: Hashable, read: Callable[[], R]) -> R:
        """Return the value of a key, which ``read`` returns if it is not kept."""
        found = self._found.get(key)
        if found is not None and found[0] > time.monotonic():
            return cast(R, found[2])
        value = read()
        rows = len(value) if isinstance(value, Sized) else 0
        if rows <= MAX_ROWS:
            with self._lock:
                self._put(key, 1 + rows, value)
        return value

    def _put(self, key: Hashable, weight: int, value: object) -> None:
        former = self._found.pop(key, None)
        self._weight += weight - (former[1] if former else 0)
        self._found[key] = (time.monotonic() + MAX_SECONDS, weight, value)
        while self._weight > MAX_WEIGHT:
            _key, (_until, freed, _value) = self._found.popitem(last=False)
            self._weight -= freed


VALUES = _Values()


def kept_value(numbers: Collection[str], key: Hashable, read: Callable[[], R]) -> R:
    """Return the value that ``read`` returns, kept until one of ``numbers`` changes.

    ``numbers`` are ``CASES``, ``SETTINGS`` or both. ``read`` may read only tables whose changes
    change these numbers. ``key`` holds everything else on which the value depends. Nobody may
    change a returned value.
    """
    version = data_version()
    if version is None:
        return read()
    cases = version.cases if CASES in numbers else None
    settings = version.settings if SETTINGS in numbers else None
    return VALUES.get((version.schema, cases, settings, key), read)


def kept_until(*numbers: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator for a function whose values are kept (``kept_value``).

    The arguments are the key of the value, so they must be hashable keyword arguments.
    """

    def decorate(read: Callable[P, R]) -> Callable[P, R]:
        name = f"{read.__module__}.{read.__qualname__}"

        @wraps(read)
        def kept(*args: P.args, **kwargs: P.kwargs) -> R:
            key = (name, args, tuple(sorted(kwargs.items())))
            return kept_value(numbers, key, lambda: read(*args, **kwargs))

        return kept

    return decorate
