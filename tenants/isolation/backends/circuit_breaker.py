"""A circuit breaker that refuses connections at once while the database server is silent.

Otherwise each request would wait for that server, and soon no thread would be free.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import psycopg2

# Between two tries while the database does not answer.
PAUSE_SECONDS = 1.0
# After an answer this recent, one silent connection does not mean a silent server.
RECENT_ANSWER_SECONDS = 2.0


class ServerSilent(psycopg2.OperationalError):
    """The database did not answer a moment ago, so no connection was tried."""


class CircuitBreaker:
    """The circuit breaker of one server, shared by all threads of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._try_at = 0.0
        self.reset()

    def reset(self) -> None:
        """Reset the state to that of the start."""
        self.is_open = self._is_trying = False
        # When any connection last had an answer; set by each statement, without the lock.
        self.answered_at = 0.0

    def fail(self) -> None:
        """Record a failed or silent connection, unless the server has just answered another."""
        if time.monotonic() - self.answered_at <= RECENT_ANSWER_SECONDS:
            # It answers others: too many connections, or a single one that hangs.
            return
        with self._lock:
            self.is_open = True
            self._try_at = time.monotonic() + PAUSE_SECONDS

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Admit the block, which connects; while the server is silent, one thread at a time.

        Raises ``ServerSilent`` for every other thread, and within ``PAUSE_SECONDS`` of a failure.
        """
        if not self.is_open:
            yield
            return
        with self._lock:
            if self._is_trying or time.monotonic() < self._try_at:
                raise ServerSilent("the database does not answer")
            self._is_trying = True
        try:
            yield
            self.is_open = False
        finally:
            self._is_trying = False


_breakers: dict[tuple[object, ...], CircuitBreaker] = {}


def circuit_breaker_of(settings: dict[str, object]) -> CircuitBreaker:
    """Return the circuit breaker of a server, by its address and login."""
    key = tuple(str(settings.get(name)) for name in ("HOST", "PORT", "NAME", "USER"))
    return _breakers.setdefault(key, CircuitBreaker())
