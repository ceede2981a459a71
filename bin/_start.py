"""The reserved ports and the progress line of bin/demo's preparation."""

import errno
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from _bootstrap import Failed
from _processes import Child

POLL_SECONDS = 0.3


class Ports:
    """The reserved ports of the site and of the fake Stripe.

    The fake Stripe gets the port after the site's port or, if that port is in use, a free port.
    Raises ``Failed`` if the site's port cannot be used.
    """

    def __init__(self, site: int, cleanup: ExitStack) -> None:
        self._held: list[socket.socket] = []
        cleanup.callback(self.give_back)
        try:
            self.site = self._take(site)
        except OSError as error:
            reason = "is in use" if error.errno == errno.EADDRINUSE else "may not be used by you"
            raise Failed(f"port {site} {reason}; choose another: bin/demo --port N") from None
        self.stripe = self._take_beside(site)

    def give_back(self) -> None:
        """Close the sockets that reserve the ports, so that the servers can use the ports."""
        while self._held:
            self._held.pop().close()

    def _take_beside(self, port: int) -> int:
        for wanted in (port + 1, 0):
            with suppress(OSError, OverflowError):
                return self._take(wanted)
        raise Failed("no port is free for the fake Stripe")

    def _take(self, port: int) -> int:
        held = socket.socket()
        # Without this option a port that was closed a moment ago counts as in use.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(("127.0.0.1", port))
            # Without ``listen`` another server could also listen on the port.
            held.listen()
        except (OSError, OverflowError):
            held.close()
            raise
        self._held.append(held)
        return int(held.getsockname()[1])


@contextmanager
def moving_line(step: Child, *, began: float) -> Iterator[None]:
    """Show the duration and the last output of a step on the terminal during the block."""
    if not sys.stdout.isatty():
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_show, args=(step, began, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        print("\r\033[K", end="", flush=True)


def _show(step: Child, began: float, ended: threading.Event) -> None:
    while not ended.wait(POLL_SECONDS):
        said = step.last_lines(1) if step.log.stat().st_size else ""
        line = f"{time.monotonic() - began:6.1f} s  {step.name}: {said.strip()}"
        print(f"\r\033[K{line[: shutil.get_terminal_size().columns - 1]}", end="", flush=True)
