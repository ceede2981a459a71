"""A TCP proxy that can hold bytes back or delay bytes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from drills.faults.background import Background

PIECE = 65_536


class TcpProxy:
    """A TCP proxy to a Unix socket; each chunk of bytes is sent ``delay`` seconds late."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.port = 0
        self.delay = 0.0
        self._background = Background()
        self._passes = asyncio.Event()
        self._passes.set()
        self._server = self._background.call(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]

    def silence(self) -> None:
        """Hold all bytes back; new connections get no answer."""
        self._background.loop.call_soon_threadsafe(self._passes.clear)

    def speak(self) -> None:
        """Send the bytes that were held back, and all later bytes."""
        self._background.loop.call_soon_threadsafe(self._passes.set)

    def close(self) -> None:
        """End all connections."""
        self._background.loop.call_soon_threadsafe(self._server.close)
        self._background.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._connected, "127.0.0.1", 0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._background.note()
        other: asyncio.StreamWriter | None = None
        try:
            await self._passes.wait()
            there, other = await asyncio.open_unix_connection(str(self.target))
            ways = [
                asyncio.ensure_future(self._pass_on(reader, other)),
                asyncio.ensure_future(self._pass_on(there, writer)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
        except OSError:
            pass
        finally:
            for one in (writer, other):
                if one is not None:
                    one.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._passes.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(piece)
                await writer.drain()


@contextmanager
def tcp_proxy(target: Path) -> Iterator[TcpProxy]:
    """Run a proxy to ``target`` during the block."""
    proxy = TcpProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
