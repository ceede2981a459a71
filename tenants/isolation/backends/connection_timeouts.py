"""Time limits, enforced by the client, for answers of the database server.

A server that hangs does not enforce its own ``statement_timeout``. So a thread in each process
checks every connection ten times a second and closes a connection whose answer is overdue. psycopg2
then raises an error at once. The wait callback of psycopg2 is not used, because COPY does not work
with a wait callback.
"""

import os
import re
import socket
import time
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

import psycopg2.extensions

# The time between two checks. A connection is closed after two checks, because at the first check
# an answer may have arrived while this process was paused.
POLL_INTERVAL_SECONDS = 0.1

# The error codes of a connection that the server ends or refuses (08 and 57P), and of a standby
# that refuses writes (25006).
LOST = re.compile("08...|57P0[1-3]|25006")
# The time that the client adds to the server's time limit for a statement.
GRACE_SECONDS = 0.25


def statement_timeout_ms(settings: dict[str, Any]) -> int:
    """Return a connection's time limit for a statement, in milliseconds; 0 means no limit."""
    limit = re.search(r"statement_timeout=(\d+)", str(settings["OPTIONS"].get("options", "")))
    return int(limit[1]) if limit else 0


def statement_seconds(settings: dict[str, Any]) -> float | None:
    """Return how long the client waits for an answer, in seconds; ``None`` means no limit."""
    limit = statement_timeout_ms(settings)
    return limit / 1000 + GRACE_SECONDS if limit else None


def is_lost(error: BaseException) -> bool:
    """Return whether the code of a database error means a lost or refused connection."""
    return bool(LOST.fullmatch(getattr(error, "pgcode", None) or ""))


class ResponseTimeout:
    """A time limit that is stored but not enforced; ``SocketTimeout`` enforces a time limit."""

    def __init__(self) -> None:
        self.until = 0.0
        self.was_cut = False

    def has_unread_data(self) -> bool:
        """Return false, because this class has no socket."""
        return False


NO_TIMEOUT = ResponseTimeout()


class SocketTimeout(ResponseTimeout):
    """A time limit for an answer on a connection, with a duplicate of the connection's socket.

    Another thread could close the connection's own file descriptor, and the system could give its
    number to another file; a duplicate descriptor stays open.
    """

    def __init__(self, connection: psycopg2.extensions.connection) -> None:
        super().__init__()
        self._overdue = 0.0
        self._socket = socket.socket(fileno=os.dup(connection.fileno()))

    def check(self, *, now: float) -> None:
        """Shut down the connection when its answer is overdue at two checks in a row."""
        until = self.until
        if not until or now < until:
            return
        if self._overdue != until:
            self._overdue = until
            return
        self.was_cut = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def has_unread_data(self) -> bool:
        """Return whether the socket has unread data, without taking the data from the socket."""
        try:
            self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError as error:
            return not isinstance(error, BlockingIOError)
        return True

    def close(self) -> None:
        """Close the duplicate of the connection's socket."""
        self._socket.close()

    # Without this line the duplicate of a connection that was never closed would stay open.
    __del__ = close


class ConnectionMonitor:
    """A monitor that checks the time limits of this process's connections in a thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._watches: set[SocketTimeout] = set()
        self._has_thread = False

    def add(self, watch: SocketTimeout) -> None:
        """Add a connection's time limit to the monitor, and start the monitor's thread."""
        with self._lock:
            self._watches.add(watch)
            if self._has_thread:
                return
            self._has_thread = True
        Thread(target=self._run, name="database-deadlines", daemon=True).start()

    def remove(self, watch: SocketTimeout) -> None:
        """Remove and close a connection's time limit while the monitor's thread is not using it."""
        with self._lock:
            self._watches.discard(watch)
            watch.close()

    def check(self) -> bool:
        """Check all connections once, and return whether there are connections to check."""
        now = time.monotonic()
        with self._lock:
            for watch in self._watches:
                watch.check(now=now)
            self._has_thread = bool(self._watches)
            return self._has_thread

    def reset(self) -> None:
        """Clear the monitor after a fork, because its connections belong to the parent process."""
        self.__init__()  # type: ignore[misc]

    def _run(self) -> None:
        while self.check():
            time.sleep(POLL_INTERVAL_SECONDS)


CONNECTION_MONITOR = ConnectionMonitor()
os.register_at_fork(after_in_child=CONNECTION_MONITOR.reset)
