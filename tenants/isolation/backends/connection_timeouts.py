"""Time limits for silent connections, enforced by the client.

``statement_timeout`` is enforced by the server, which may itself be silent, and a connection
through a socket file has no TCP timers. A thread in each process checks every connection ten times
a second and closes connections whose answer is overdue; the driver then fails at once. The driver's
own wait callback cannot be used, because COPY does not work with it.
"""

import os
import re
import socket
import time
from contextlib import suppress
from threading import Lock, Thread

import psycopg2.extensions

# A connection is closed when it is overdue at two checks in a row: after a single check the cause
# could be that this process was paused while the answer arrived.
POLL_INTERVAL_SECONDS = 0.1

# The server ends the connection or has no free connection (classes 08 and 57P), or refuses writes
# (25006) because it is a standby, for example during a change of the primary.
LOST = re.compile("08...|57P0[1-3]|25006")


def is_lost(error: BaseException) -> bool:
    """Return whether the code of a driver's error means that the connection was lost or refused."""
    return bool(LOST.fullmatch(getattr(error, "pgcode", None) or ""))


class ResponseTimeout:
    """A time limit ``until`` for an answer, 0 for no limit; this base class has no connection."""

    def __init__(self) -> None:
        self.until = 0.0
        self.was_cut = False

    def has_unread_data(self) -> bool:
        """Return whether the server has sent data unasked, in most cases because it ends the
        connection.
        """
        return False


NO_TIMEOUT = ResponseTimeout()


class SocketTimeout(ResponseTimeout):
    """The time limit of a connection, with a duplicate of its socket.

    The duplicate has its own file descriptor because the connection's descriptor could be closed,
    and its number reused for a file, between the check and the shutdown.
    """

    def __init__(self, connection: psycopg2.extensions.connection) -> None:
        super().__init__()
        self._overdue = 0.0
        self._socket = socket.socket(fileno=os.dup(connection.fileno()))

    def check(self, *, now: float) -> None:
        """Close the connection when its answer is overdue at two checks in a row."""
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
        """Return whether the socket has unread data, without reading it, in a microsecond."""
        try:
            self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError as error:
            return not isinstance(error, BlockingIOError)
        return True

    def close(self) -> None:
        """Close the duplicate descriptor; the connection's own descriptor stays open."""
        self._socket.close()

    # Python may delete a connection that was never closed.
    __del__ = close


class ConnectionMonitor:
    """The monitor of this process's connections; its thread runs while connections exist."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._watches: set[SocketTimeout] = set()
        self._has_thread = False

    def add(self, watch: SocketTimeout) -> None:
        """Add a connection to the monitor, and start the thread if it does not run."""
        with self._lock:
            self._watches.add(watch)
            if self._has_thread:
                return
            self._has_thread = True
        Thread(target=self._run, name="database-deadlines", daemon=True).start()

    def remove(self, watch: SocketTimeout) -> None:
        """Remove a connection under the lock, because the thread may be using its descriptor."""
        with self._lock:
            self._watches.discard(watch)
            watch.close()

    def check(self) -> bool:
        """Check all connections once, and return whether the monitor has connections."""
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
