"""A mail server on this machine that answers as it is told, or not at all."""

import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import cast

LOCALHOST = "127.0.0.1"


class FakeMailServer(socketserver.ThreadingTCPServer):
    """Takes letters. ``answers`` has what it says to a command instead of yes.

    Keys are the commands in capitals, ``END`` is the end of a letter. While ``is_hanging`` it takes
    connections and says nothing.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__((LOCALHOST, 0), _Conversation)
        self.answers: dict[str, str] = {}
        self.is_hanging = False
        self.connections = 0
        self.connected = threading.Event()
        self.over = threading.Event()
        self.letters: list[Message] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_address[1]


class _Conversation(socketserver.StreamRequestHandler):
    server: FakeMailServer

    def handle(self) -> None:
        self.server.connections += 1
        self.server.connected.set()
        if self.server.is_hanging:
            self.server.over.wait()
            return
        self._say("220 fake")
        for line in self.rfile:
            command = line.split()[0].decode().upper() if line.split() else ""
            if command == "DATA":
                self._data()
            else:
                self._say(self.server.answers.get(command, "250 yes"))
            if command == "QUIT":
                return

    def _data(self) -> None:
        if answer := self.server.answers.get("DATA"):
            self._say(answer)
            return
        self._say("354 go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        answer = self.server.answers.get("END", "250 taken")
        if answer.startswith("2"):
            self.server.letters.append(message_from_bytes(b"".join(lines)))
        self._say(answer)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[FakeMailServer]:
    """Run one for the length of a block."""
    with FakeMailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()


def mail_settings(port: int, *, timeout: int = 5) -> Mapping[str, object]:
    """The settings with which letters go to a server on this port."""
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": LOCALHOST,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
        "EMAIL_TIMEOUT": timeout,
    }


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as reserved:
        reserved.bind((LOCALHOST, 0))
        return cast(int, reserved.getsockname()[1])
