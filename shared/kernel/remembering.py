"""Answers kept for a few seconds: for what every request asks and hardly ever changes."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST = 10_000


class Remembered(Generic[K, V]):
    """The answers of ``ask`` by key, each at most ``seconds`` old; a refusal is never kept.

    Each process has its own. What is kept may be handed out many times: callers must not change it.
    """

    def __init__(self, ask: Callable[[K], V], *, seconds: Callable[[], float]) -> None:
        self._ask = ask
        self._seconds = seconds
        self._kept: dict[K, tuple[float, V]] = {}

    def __call__(self, key: K) -> V:
        """The answer for ``key``, asked anew when the kept one is too old."""
        now = time.monotonic()
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < self._seconds():
            return kept[1]
        answer = self._ask(key)
        if len(self._kept) >= MOST:
            # Keys may come from outside (host names): the memory must not grow with them.
            self._kept.clear()
        self._kept[key] = (now, answer)
        return answer

    def forget(self) -> None:
        """Ask anew for every key: something has just been changed here."""
        self._kept.clear()
