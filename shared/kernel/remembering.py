"""Answers kept for a few seconds: for what every request asks and hardly ever changes."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST = 10_000


class Remembered(Generic[K, V]):
    """The answers of ``ask`` by key, each at most ``seconds`` old; a refusal is never kept.

    Each process has its own. What is kept may be handed out many times: callers must not change it.
    ``stamp`` asks something that differs whenever the answer would, and costs less: while it is the
    same, a kept answer is as good as a new one.
    """

    def __init__(
        self,
        ask: Callable[[K], V],
        *,
        seconds: Callable[[], float],
        stamp: Callable[[K], object] | None = None,
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._stamp = stamp
        self._kept: dict[K, _Kept[V]] = {}

    def __call__(self, key: K) -> V:
        """The answer for ``key``, asked anew when the kept one is too old."""
        seconds, now = self._seconds(), time.monotonic()
        if seconds <= 0:
            return self._ask(key)
        kept = self._kept.get(key)
        if kept is not None and now - kept.at < seconds:
            return kept.answer
        # Before the answer: what changes between the two is seen the next time.
        stamp = self._stamp(key) if self._stamp else None
        is_same = kept is not None and self._stamp is not None and kept.stamp == stamp
        answer = kept.answer if kept is not None and is_same else self._ask(key)
        if len(self._kept) >= MOST:
            # Keys may come from outside (host names): the memory must not grow with them.
            self._kept.clear()
        self._kept[key] = _Kept(at=now, stamp=stamp, answer=answer)
        return answer

    def forget(self) -> None:
        """Ask anew for every key: something has just been changed here."""
        self._kept.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept(Generic[V]):
    at: float
    stamp: object
    answer: V
