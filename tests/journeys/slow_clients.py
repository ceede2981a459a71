"""Clients on a very bad line: each sends its request one byte at a time and never finishes it."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

PAUSE = 0.004
HEAD = (
    "POST /api/v1/tracking/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    "Content-Length: 5000\r\n\r\n"
)
# Longer than anything takes that is tried meanwhile: who has seen enough stops them.
BODY_SENT = 4500


class SlowClients:
    """The lines, and the one thread that drips bytes into them all until its text is sent."""

    def __init__(self, lines: Sequence[socket.socket], *, host: str) -> None:
        head = HEAD.format(host=host).encode()
        self.lines = lines
        self.text = head + b" " * BODY_SENT
        self.began = Event()
        self.stop = Event()
        self.fault: OSError | None = None
        self.thread = Thread(target=self._drip, daemon=True)

    @property
    def are_sending(self) -> bool:
        """Whether bytes are still on their way."""
        return self.thread.is_alive()

    def _drip(self) -> None:
        try:
            for place in range(len(self.text)):
                for line in self.lines:
                    line.sendall(self.text[place : place + 1])
                self.began.set()
                if self.stop.wait(PAUSE):
                    return
        except OSError as fault:
            self.fault = fault


@contextmanager
def slow_clients(lines: Sequence[socket.socket], *, host: str) -> Iterator[SlowClients]:
    """The clients at work; all have sent something when the block begins, all are gone after it."""
    clients = SlowClients(lines, host=host)
    clients.thread.start()
    try:
        assert clients.began.wait(timeout=10)
        yield clients
    finally:
        clients.stop.set()
        clients.thread.join(timeout=10)
        for line in lines:
            line.close()
