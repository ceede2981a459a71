"""The parent process of an embedded PostgreSQL, which stops the server when nobody holds the lease.

It is run by file name with ``python -I -S`` and therefore imports the standard library only. Users
of the server hold a shared lock on the lease; the keeper waits for the exclusive lock. The kernel
releases a lock however its process ends, SIGKILL included.
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
    """The signal that the server has ended, which ends the keeper's wait for the lease."""


def keep(lease: str, uid: str, gid: str, server: list[str]) -> int:
    """Run the server until nobody holds the lease, or until SIGTERM."""

    def server_ended(_number: int, _frame: FrameType | None) -> None:
        # SIGCHLD also comes when the server is suspended or resumed.
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
    """Stop the server with SIGINT (fast), or with SIGQUIT, which needs recovery later."""
    with suppress(ProcessLookupError):
        child.send_signal(signal.SIGINT)
    try:
        child.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGQUIT)
        child.wait()


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
