"""Whether the database is asked at all: while it is silent, everybody is refused at once.

Otherwise each request would wait for the same silence, and soon no thread would be free.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import psycopg2

# Between two tries while the database is away.
PAUSE_SECONDS = 1.0
# Who has heard from the server so lately does not take one silent connection for a silent server.
RECENT_ANSWER_SECONDS = 2.0


class ServerSilent(psycopg2.OperationalError):
    """The database did not answer a moment ago: it was not asked again."""


class CircuitBreaker:
    """Of one server, for all threads of this process."""

    def __init__(self) -> None:
        self.is_open = False
        # When any connection last had an answer; set by each statement, without the lock.
        self.answered_at = 0.0
        self._lock = Lock()
        self._is_trying = False
        self._try_at = 0.0

    def fail(self) -> None:
        """A connection could not be made, or its server did not answer in time."""
        if time.monotonic() - self.answered_at <= RECENT_ANSWER_SECONDS:
            # It answers others: too many connections, or a single one that hangs.
            return
        with self._lock:
            self.is_open = True
            self._try_at = time.monotonic() + PAUSE_SECONDS

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Try to connect within the block; while the server is silent, one at a time.

        Raises ``ServerSilent`` for everybody else.
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

    def reset(self) -> None:
        """Know nothing, as at the start."""
        self.is_open, self.answered_at, self._is_trying = False, 0.0, False


_breakers: dict[tuple[object, ...], CircuitBreaker] = {}


def circuit_breaker_of(settings: dict[str, object]) -> CircuitBreaker:
    """The one of a server, by where it is and who signs in."""
    return _breakers.setdefault(
        tuple(str(settings.get(name)) for name in ("HOST", "PORT", "NAME", "USER")),
        CircuitBreaker(),
    )
