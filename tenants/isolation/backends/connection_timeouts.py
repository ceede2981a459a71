"""Time limits of silent connections, which the client enforces.

``statement_timeout`` is enforced by the server, which may be the one that does not answer, and a
connection through a socket file has no timers. One thread a process checks every connection a few
times a second and closes those whose answer is overdue; the driver then fails at once. The driver's
own way (a wait callback) cannot be used: with it COPY does not work.
"""

import os
import re
import socket
import time
from contextlib import suppress
from threading import Lock, Thread

import psycopg2.extensions

# A connection is closed when it is found overdue twice in a row: once could mean that this process
# itself did not run for a while, and that the answer has already arrived.
POLL_INTERVAL_SECONDS = 0.1

# The server ends the connection, or has not got one to give (classes 08 and 57P). Or it writes
# nothing (25006): it was the primary a moment ago, or will be in one.
LOST = re.compile("08...|57P0[1-3]|25006")


def is_lost(error: BaseException) -> bool:
    """Return whether the code of a driver's error means a lost or refused connection."""
    return bool(LOST.fullmatch(getattr(error, "pgcode", None) or ""))


class ResponseTimeout:
    """A time limit of the server's answer, ``until``, 0 for none; here without a connection."""

    def __init__(self) -> None:
        self.until = 0.0
        self.was_cut = False

    def has_unread_data(self) -> bool:
        """Return whether the server has sent unasked data, mostly the end of the connection."""
        return False


NO_TIMEOUT = ResponseTimeout()


class SocketTimeout(ResponseTimeout):
    """The time limit of one connection, with a copy of its socket.

    The copy has a file descriptor of its own: the connection's could be closed, and the number
    given to a file, between the check and the closing.
    """

    def __init__(self, connection: psycopg2.extensions.connection) -> None:
        super().__init__()
        self._overdue = 0.0
        self._socket = socket.socket(fileno=os.dup(connection.fileno()))

    def check(self, *, now: float) -> None:
        """Close the connection when its answer is overdue for the second time."""
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
        """Return whether the socket has unread data, without reading it; it costs a microsecond."""
        try:
            self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError as error:
            return not isinstance(error, BlockingIOError)
        return True

    def close(self) -> None:
        """Close this descriptor; the connection's own stays open."""
        self._socket.close()

    # A connection may be collected without having been closed.
    __del__ = close


class ConnectionMonitor:
    """The monitor of this process's connections; its thread runs while there are connections."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._watches: set[SocketTimeout] = set()
        self._has_thread = False

    def add(self, watch: SocketTimeout) -> None:
        """Add a connection, and start the thread if it does not run."""
        with self._lock:
            self._watches.add(watch)
            if self._has_thread:
                return
            self._has_thread = True
        Thread(target=self._run, name="database-deadlines", daemon=True).start()

    def remove(self, watch: SocketTimeout) -> None:
        """Remove a connection, under the lock: its descriptor could be closed while in use."""
        with self._lock:
            self._watches.discard(watch)
            watch.close()

    def check(self) -> bool:
        """Check all connections once; return whether there are connections."""
        now = time.monotonic()
        with self._lock:
            for watch in self._watches:
                watch.check(now=now)
            self._has_thread = bool(self._watches)
            return self._has_thread

    def reset(self) -> None:
        """Forget everything after a fork: connections and thread are the parent's."""
        self.__init__()  # type: ignore[misc]

    def _run(self) -> None:
        while self.check():
            time.sleep(POLL_INTERVAL_SECONDS)


CONNECTION_MONITOR = ConnectionMonitor()
os.register_at_fork(after_in_child=CONNECTION_MONITOR.reset)
