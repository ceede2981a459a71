"""A way to PostgreSQL that can fall silent, as behind a network that swallows everything."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from pathlib import Path
from threading import Event, Thread

from django.db import connection, connections

from tenants.isolation.backends.base import DatabaseWrapper


class Way:
    """A port of this machine that leads to the test's PostgreSQL, until it is told to be silent.

    Then it still takes connections, as the kernel does for a server that stands still.
    """

    def __init__(self) -> None:
        self.speaks = Event()
        self.speaks.set()
        self.taken = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                self.taken += 1
                server = _server()
                self._open += [client, server]
                for one, other in ((client, server), (server, client)):
                    Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(65_536):
                self.speaks.wait()
                other.sendall(piece)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of everything."""
        self.speaks.set()
        for one in [self._listener, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def way_to_database() -> Iterator[Way]:
    """Open one for the time of a test."""
    way = Way()
    try:
        yield way
    finally:
        way.close()


@contextmanager
def used_instead(
    *, port: int | None = None, statement_timeout: int = 5000
) -> Iterator[DatabaseWrapper]:
    """This thread works through a connection of its own, over ``port``, outside the test's."""
    settings = deepcopy(connection.settings_dict)
    if port is not None:
        settings |= {"HOST": "127.0.0.1", "PORT": str(port)}
    settings["OPTIONS"]["options"] = f"-c statement_timeout={statement_timeout}"
    made, usual = DatabaseWrapper(settings, "default"), connections["default"]
    # Another way may have had the same port.
    made.breaker.reset()
    connections["default"] = made
    try:
        yield made
    finally:
        connections["default"] = usual
        made.close()


def _server() -> socket.socket:
    host, port = connection_address()
    if host.startswith("/"):
        made = socket.socket(socket.AF_UNIX)
        made.connect(str(Path(host) / f".s.PGSQL.{port}"))
        return made
    return socket.create_connection((host, int(port)))


def connection_address() -> tuple[str, str]:
    """Where the test's PostgreSQL listens."""
    settings = connections.settings["default"]
    return settings["HOST"] or "/var/run/postgresql", settings["PORT"] or "5432"
