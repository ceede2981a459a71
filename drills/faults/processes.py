"""Processes of an installation."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from bin.postgres.identity import Identity

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 3.0
PR_SET_PDEATHSIG = 1


class Server:
    """A process of the drill; its output is written to a file."""

    def __init__(
        self,
        name: str,
        *command: str,
        environment: Mapping[str, str],
        log: Path,
        program: str = sys.executable,
        identity: Identity | None = None,
    ) -> None:
        self.name, self.command, self.environment = name, (program, *command), environment
        self.log = log
        self._who = identity or Identity()
        self.process = self._started()

    @property
    def pid(self) -> int:
        """Return the current process id."""
        return self.process.pid

    def kill(self) -> None:
        """Kill the process (SIGKILL)."""
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        """Start the process again after a kill."""
        self.process = self._started()

    def stop(self, *, seconds: float = STOP_SECONDS) -> None:
        """Stop the process (SIGTERM); after ``seconds``, kill the process and its children."""
        workers = children(self.pid)
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            for pid in workers:
                end(pid)

    def words(self) -> str:
        """Return the output of the process."""
        return self.log.read_text(errors="replace")

    def _started(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command,
                cwd=ROOT if self._who.uid is None else "/",
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Without a new session, Ctrl-C would end the process before the drill can stop it.
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
                user=self._who.uid,
                group=self._who.gid,
                extra_groups=None if self._who.uid is None else [],
            )


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Yield the process, and stop it at the end of the block."""
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a free port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children(pid: int) -> list[int]:
    """Return the process ids of the child processes of ``pid``."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            # A process may end between the listing and the read.
            with suppress(OSError):
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(after_name[1]) == pid and after_name[0] != "Z":
                    found.append(int(entry.name))
    return sorted(found)


def end(pid: int, number: int = signal.SIGKILL) -> None:
    """Send the signal ``number`` to a process; ignore an ended process."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def die_with(parent: int, number: int = signal.SIGTERM) -> Callable[[], None]:
    """Return a preexec function that makes Linux signal the child when ``parent`` ends."""

    def prepare() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
        # The parent may have ended before the call of prctl.
        if os.getppid() != parent:
            os._exit(1)

    return prepare
