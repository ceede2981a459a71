"""A mail server that can fail on demand, for the drills."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.parser import BytesParser
from email.policy import default
from enum import StrEnum

from drills.faults.background import Background
from drills.faults.processes import free_port


class Mood(StrEnum):
    """The ways in which the server answers a client."""

    WORKS = "works"
    REFUSES = "refuses"
    HANGS = "hangs"
    AWAY = "away"


class MailServer:
    """A mail server that counts the accepted messages by Message-ID."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: Counter[str] = Counter()
        self.mood = Mood.WORKS
        self.connections = 0
        self._background = Background()
        self._server: asyncio.Server | None = self._background.call(self._listen())

    @property
    def url(self) -> str:
        """Return the EMAIL_URL of this server."""
        return f"smtp://127.0.0.1:{self.port}"

    def become(self, mood: Mood) -> None:
        """Change how the server answers clients."""
        self.mood = mood
        if mood is Mood.AWAY and self._server is not None:
            self._background.loop.call_soon_threadsafe(self._server.close)
            self._server = None
        elif mood is not Mood.AWAY and self._server is None:
            self._server = self._background.call(self._listen())

    def close(self) -> None:
        """End all connections."""
        self.become(Mood.AWAY)
        self._background.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._background.note()
        self.connections += 1
        with suppress(OSError, asyncio.IncompleteReadError):
            if self.mood is Mood.HANGS:
                await reader.read()
            elif self.mood is Mood.REFUSES:
                writer.write(b"421 4.3.2 closed for a while\r\n")
                await writer.drain()
            else:
                await self._speak(reader, writer)
        writer.close()

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 faults\r\n")
        while words := await reader.readline():
            command = words[:4].upper().strip()
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                letter = BytesParser(policy=default).parsebytes(content[:-3], headersonly=True)
                self.taken[str(letter["Message-ID"])] += 1
            writer.write(b"221 bye\r\n" if command == b"QUIT" else b"250 well\r\n")
            await writer.drain()
            if command == b"QUIT":
                return


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server during the block."""
    server = MailServer()
    try:
        yield server
    finally:
        server.close()
