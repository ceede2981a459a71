"""A pool of threads in which the thread that was busy last works first."""

import queue
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any


class LastIdleThreadPool(ThreadPoolExecutor):
    """Gives work to the thread that has waited for the shortest time; the rest join under load.

    Each thread has a database connection, and PostgreSQL keeps what it has learnt of an agency's
    tables for each connection. Taken by turns, as the library does, four threads would learn all of
    it four times, and find it in no cache of the processor, however little there is to do.
    """

    def __init__(self, *, max_workers: int) -> None:
        super().__init__(max_workers=max_workers)
        # No public way leads there; a test tells when another Python waits elsewhere.
        self._work_queue: Any = LastIdleQueue()


class LastIdleQueue:
    """What ``ThreadPoolExecutor`` asks of ``queue.SimpleQueue``, but the last who came is first.

    The work itself is done in the order in which it was put.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._items: deque[object] = deque()
        self._waiting: list[_Waiter] = []

    def put(self, item: object) -> None:
        """Give it to whoever waits for the shortest time, or keep it for the next to ask."""
        with self._lock:
            if not self._waiting:
                self._items.append(item)
                return
            waiter = self._waiting.pop()
        waiter.item = item
        waiter.given.release()

    def get(self, block: bool = True) -> object:
        """Return the oldest item; waits for one, or raises ``queue.Empty``."""
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
        """Return the oldest item. Raises ``queue.Empty``."""
        return self.get(block=False)


class _Waiter:
    def __init__(self) -> None:
        self.given = Lock()
        self.given.acquire()
        self.item: object = None
