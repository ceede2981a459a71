"""A thread pool that prefers the thread that was busy last."""

import queue
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any


class LastIdleThreadPool(ThreadPoolExecutor):
    """A thread pool that gives work to the thread that was idle for the shortest time.

    Each thread has a database connection with a cache of table definitions in PostgreSQL. With few
    requests, this pool uses few threads and so few of these caches, which makes queries faster.
    """

    def __init__(self, *, max_workers: int) -> None:
        super().__init__(max_workers=max_workers)
        # The attribute is private in Python; a test fails if a new Python version renames it.
        self._work_queue: Any = LastIdleQueue()


class LastIdleQueue:
    """A first-in, first-out queue that gives an item to the thread that began to wait last.

    The queue replaces ``queue.SimpleQueue`` in ``ThreadPoolExecutor``.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._items: deque[object] = deque()
        self._waiting: list[_Waiter] = []

    def put(self, item: object) -> None:
        """Give the item to the thread that began to wait last, or store the item."""
        with self._lock:
            if not self._waiting:
                self._items.append(item)
                return
            waiter = self._waiting.pop()
        waiter.item = item
        waiter.given.release()

    def get(self, block: bool = True) -> object:
        """Return the oldest item; with ``block``, wait for an item.

        Raises ``queue.Empty`` without ``block`` if the queue has no item.
        """
        with self._lock:
            if self._items:
                return self._items.popleft()
            if not block:
                raise queue.Empty
            waiter = _Waiter()
            self._waiting.append(waiter)
        waiter.given.acquire()
        return waiter.item

    def get_nowait(self) -> object:
        """Return the oldest item. Raises ``queue.Empty`` if the queue has no item."""
        return self.get(block=False)


class _Waiter:
    def __init__(self) -> None:
        self.given = Lock()
        self.given.acquire()
        self.item: object = None
