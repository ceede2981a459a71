"""How long a connection may be silent: a limit that the client keeps.

``statement_timeout`` is kept by the server, which may be the one that has fallen silent, and a
connection through a socket file has no timers. One thread a process looks at every connection a few
times a second and cuts those whose answer is overdue; the driver then fails at once. The driver's
own way (a wait callback) is none: with it COPY does not work.
"""

import os
import socket
import time
from contextlib import suppress
from threading import Lock, Thread

import psycopg2.extensions

# A connection is cut when it is found overdue twice in a row: once alone could mean that this
# process itself had stood still, with the answer lying there.
POLL_INTERVAL_SECONDS = 0.1


class ResponseTimeout:
    """When the server should have answered: ``until``, 0 is never. As such, of no connection."""

    def __init__(self) -> None:
        self.until = 0.0
        self.was_cut = False

    def has_unread_data(self) -> bool:
        """Whether the server has sent something unasked: mostly, that it ends the connection."""
        return False


NO_TIMEOUT = ResponseTimeout()


class SocketTimeout(ResponseTimeout):
    """The same of one connection's socket.

    It holds a descriptor of its own, for the connection's could be closed, and the number given to
    a file, between the look and the cut.
    """

    def __init__(self, connection: psycopg2.extensions.connection) -> None:
        super().__init__()
        self._late = 0.0
        self._socket = socket.socket(fileno=os.dup(connection.fileno()))

    def look(self, *, now: float) -> None:
        """Cut the connection when its answer is overdue for the second time."""
        until = self.until
        if not until or now < until:
            return
        if self._late != until:
            self._late = until
            return
        self.was_cut = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def has_unread_data(self) -> bool:
        """As said; it costs a millionth of a second, and nothing is read."""
        try:
            self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        """Let the descriptor go; the connection's own stays as it is."""
        self._socket.close()

    def __del__(self) -> None:
        """A connection may be forgotten without having been closed."""
        self._socket.close()


class ConnectionMonitor:
    """Looks after the connections of this process; its thread lives while there are any."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._watches: set[SocketTimeout] = set()
        self._has_thread = False

    def add(self, watch: SocketTimeout) -> None:
        """Look after one more."""
        with self._lock:
            self._watches.add(watch)
            if self._has_thread:
                return
            self._has_thread = True
        Thread(target=self._run, name="database-deadlines", daemon=True).start()

    def remove(self, watch: SocketTimeout) -> None:
        """No longer; under the lock, or a descriptor could be closed while it is cut."""
        with self._lock:
            self._watches.discard(watch)
            watch.close()

    def look(self) -> bool:
        """Look at all of them once; whether there are any."""
        now = time.monotonic()
        with self._lock:
            for watch in self._watches:
                watch.look(now=now)
            self._has_thread = bool(self._watches)
            return self._has_thread

    def reset(self) -> None:
        """After a fork: the parent's connections are not ours to cut, its thread is not here."""
        self.__init__()  # type: ignore[misc]

    def _run(self) -> None:
        while self.look():
            time.sleep(POLL_INTERVAL_SECONDS)


CONNECTION_MONITOR = ConnectionMonitor()
os.register_at_fork(after_in_child=CONNECTION_MONITOR.reset)
