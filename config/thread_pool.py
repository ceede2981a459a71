"""A thread pool that keeps the requests of an agency on one thread, and so on one connection."""

import queue
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, local
from typing import Any
from zlib import crc32

# The time in seconds after which a request no longer waits for the thread of its agency.
OWN_THREAD_SECONDS = 0.025

# The items of a part, each with the moment since which it waits.
_Part = deque[tuple[float, object]]
# An idle thread has got no item. ``None`` is an item that ends a thread.
_NOTHING = object()


class AgencyThreadPool(ThreadPoolExecutor):
    """A thread pool that gives the requests of an agency to one thread as far as possible.

    Each thread has a database connection, and PostgreSQL keeps the table definitions of each agency
    that a connection has used. With this pool a connection knows a part of the agencies only. Work
    without an agency goes to the thread that was busy last, so that few requests use few threads.
    """

    def __init__(self, *, max_workers: int) -> None:
        waiting = AgencyQueue(max_workers)
        super().__init__(max_workers=max_workers, initializer=waiting.thread_begin)
        # The attribute is private in Python; a test fails if a new Python version renames it.
        self._work_queue: Any = waiting

    def prefer(self, key: bytes | None) -> None:
        """Let the thread of ``key`` do the work that is submitted next.

        Only one thread may submit work; the work of another one could come between both calls.
        """
        self._work_queue.key = key


class AgencyQueue:
    """A queue with a part for each thread; it replaces ``queue.SimpleQueue`` of the executor.

    An item with a key waits in the part of its thread while this thread is busy, but an idle thread
    takes it if that part has an item already, or after ``OWN_THREAD_SECONDS``. Items without a key
    are in the last part, and any thread takes them. A thread takes its own and these items in the
    order in which they came.
    """

    def __init__(self, threads: int) -> None:
        self.key: bytes | None = None
        self._lock = Lock()
        self._thread = local()
        self._begun = 0
        self._parts: list[_Part] = [deque() for _ in range(threads + 1)]
        self._waiting: list[_Waiter] = []

    def thread_begin(self) -> None:
        """Give the current thread its number; the executor calls this in each new thread."""
        with self._lock:
            self._thread.number = self._begun
            self._begun += 1

    def put(self, item: object) -> None:
        """Give the item to an idle thread, or store it."""
        key, self.key = self.key, None
        with self._lock:
            home = self._home(key)
            if (waiter := self._taker(home)) is not None:
                waiter.item = item
            else:
                self._parts[home].append((time.monotonic(), item))
            guard = self._new_guard()
        for one in (waiter, guard):
            if one is not None:
                one.given.release()

    def get(self, block: bool = True) -> object:
        """Return the next item for the current thread; with ``block``, wait for an item.

        Raises ``queue.Empty`` without ``block`` if the queue has no item for this thread. A thread
        that is not in the pool gets any item.
        """
        number = getattr(self._thread, "number", None)
        while True:
            with self._lock:
                part, seconds = self._next(number)
                if part is not None:
                    return part.popleft()[1]
                if not block:
                    raise queue.Empty
                waiter = _Waiter(number, is_guard=seconds is not None)
                self._waiting.append(waiter)
            if not waiter.given.acquire(timeout=-1 if seconds is None else seconds):
                with self._lock:
                    if waiter in self._waiting:
                        self._waiting.remove(waiter)
            if waiter.item is not _NOTHING:
                return waiter.item

    def get_nowait(self) -> object:
        """Return the next item for the current thread. Raises ``queue.Empty`` without an item."""
        return self.get(block=False)

    def _home(self, key: bytes | None) -> int:
        """Return the number of the part for a key."""
        last = len(self._parts) - 1
        number = last if key is None else crc32(key) % last
        # Threads begin only when they are needed.
        return number if number < self._begun else last

    def _taker(self, home: int) -> "_Waiter | None":
        """Return the idle thread for an item of a part, which does not wait any more."""
        if not self._waiting:
            return None
        own = next((one for one in self._waiting if one.number == home), None)
        if own is None and home < self._begun and not self._parts[home]:
            # The thread of the key is busy, and no other item waits for it.
            return None
        waiter = own or self._waiting[-1]
        self._waiting.remove(waiter)
        return waiter

    def _new_guard(self) -> "_Waiter | None":
        """Return an idle thread that must begin to watch the stored items; usually ``None``."""
        if not any(self._parts) or any(one.is_guard for one in self._waiting):
            return None
        return self._waiting.pop() if self._waiting else None

    def _next(self, number: int | None) -> tuple[_Part | None, float | None]:
        """Return the part with the next item for a thread, or the seconds to watch the items."""
        mine = self._parts if number is None else (self._parts[number], self._parts[-1])
        part = min(filter(None, mine), key=_since, default=None)
        rest = (one for one in self._parts if one and one is not part)
        other = min(rest, key=_since, default=None)
        if part is not None:
            # ``None`` ends the thread, so all other items come first.
            return other if other is not None and part[0][1] is None else part, None
        if other is None:
            return None, None
        seconds = _since(other) + OWN_THREAD_SECONDS - time.monotonic()
        return (None, seconds) if seconds > 0 else (other, None)


def _since(part: _Part) -> float:
    return part[0][0]


class _Waiter:
    """An idle thread; a guard wakes up after a time, to take an item of a busy thread."""

    def __init__(self, number: int | None, *, is_guard: bool) -> None:
        self.number, self.is_guard = number, is_guard
        self.given = Lock()
        self.given.acquire()
        self.item: object = _NOTHING
