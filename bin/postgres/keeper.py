"""The parent process of an embedded PostgreSQL; it stops a server that no process uses.

Each process that uses the server has a shared lock on a file, the lease. This process waits for an
exclusive lock. The kernel releases the lock of a killed process. This program runs with ``python -I
-S``, so it can import only the standard library.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
from contextlib import suppress
from types import FrameType

STOP_SECONDS = 30
PR_SET_PDEATHSIG = 1


class _ServerEnded(Exception):
    """The exception that ends the wait for the lock when the server has ended."""


def keep(lease: str, uid: str, gid: str, server: list[str]) -> int:
    """Run the server until no process has a lock on the lease, or until SIGTERM."""

    def server_ended(_number: int, _frame: FrameType | None) -> None:
        # The check is needed because SIGCHLD also comes when the server is suspended.
        if child.poll() is not None:
            raise _ServerEnded

    def told_to_end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit

    def die_with_keeper() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)

    signal.signal(signal.SIGTERM, told_to_end)
    child = subprocess.Popen(
        server,
        stdin=subprocess.DEVNULL,
        user=None if uid == "-" else int(uid),
        group=None if gid == "-" else int(gid),
        extra_groups=None if uid == "-" else [],
        preexec_fn=die_with_keeper,
    )
    signal.signal(signal.SIGCHLD, server_ended)
    try:
        if child.poll() is None:
            fcntl.flock(os.open(lease, os.O_RDONLY), fcntl.LOCK_EX)
    except _ServerEnded:
        pass
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _end(child)
    return child.returncode or 0


def _end(child: subprocess.Popen[bytes]) -> None:
    """Stop the server with SIGINT, and after a time limit with SIGQUIT."""
    with suppress(ProcessLookupError):
        child.send_signal(signal.SIGINT)
    try:
        child.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGQUIT)
        child.wait()


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
