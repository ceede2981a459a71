"""A circuit breaker that refuses connections at once while the database server is silent.

Without it each request would wait for the silent server until no thread is free.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import psycopg2

# Pause between two attempts to connect while the database does not answer.
PAUSE_SECONDS = 1.0
# If the server has answered this recently, a silent connection does not mean a silent server.
RECENT_ANSWER_SECONDS = 2.0


class ServerSilent(psycopg2.OperationalError):
    """A connection refused without an attempt, because the database did not answer a moment ago."""


class CircuitBreaker:
    """The circuit breaker of one server, shared by all threads of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._try_at = 0.0
        self.reset()

    def reset(self) -> None:
        """Reset the circuit breaker to its state at the start of the process."""
        self.is_open = self._is_trying = False
        # When a connection last had an answer; each statement sets the time without the lock.
        self.answered_at = 0.0

    def fail(self) -> None:
        """Record a failed connection, unless the server has answered a connection a moment ago."""
        if time.monotonic() - self.answered_at <= RECENT_ANSWER_SECONDS:
            # The server answers other connections: it has too many connections, or only this one
            # hangs.
            return
        with self._lock:
            self.is_open = True
            self._try_at = time.monotonic() + PAUSE_SECONDS

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Admit the connecting block, but only a single thread while the server is silent.

        Raises ``ServerSilent`` for all other threads, and within ``PAUSE_SECONDS`` of a failure.
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
    """Return the circuit breaker of a server for its address, database and login."""
    key = tuple(str(settings.get(name)) for name in ("HOST", "PORT", "NAME", "USER"))
    return _breakers.setdefault(key, CircuitBreaker())
