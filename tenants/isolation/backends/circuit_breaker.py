"""A circuit breaker that refuses connections at once while the database server does not answer.

Without the circuit breaker each request would wait for the server until no thread is free.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import psycopg2

# Pause between two attempts to connect while the database does not answer.
PAUSE_SECONDS = 1.0
# If a connection had an answer within this time, another connection without an answer does not open
# the circuit breaker.
RECENT_ANSWER_SECONDS = 2.0


class ServerSilent(psycopg2.OperationalError):
    """The error for a connection that the circuit breaker refuses."""


class CircuitBreaker:
    """The circuit breaker of one server, shared by all threads of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._try_at = 0.0
        self.reset()

    def reset(self) -> None:
        """Reset the circuit breaker to its state at the start of the process."""
        self.is_open = self._is_trying = False
        # The time of the last answer on a connection; each statement sets this time without the
        # lock.
        self.answered_at = 0.0

    def fail(self) -> None:
        """Open the circuit breaker, unless another connection had an answer a moment ago."""
        if time.monotonic() - self.answered_at <= RECENT_ANSWER_SECONDS:
            # The server still answers other connections, so new connections must not be refused.
            return
        with self._lock:
            self.is_open = True
            self._try_at = time.monotonic() + PAUSE_SECONDS

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Admit a block that opens a connection.

        While the server does not answer, only one thread may try, and only ``PAUSE_SECONDS`` after
        the last failure. Raises ``ServerSilent`` in all other cases.
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
    """Return the circuit breaker that all connections with the same settings share."""
    key = tuple(str(settings.get(name)) for name in ("HOST", "PORT", "NAME", "USER"))
    return _breakers.setdefault(key, CircuitBreaker())
