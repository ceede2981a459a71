"""The lease of an embedded PostgreSQL: a lock on a file, shared by all who need the server."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def locked(path: Path, kind: int) -> int:
    """Take a lock on a file, which is made if it is missing; returns the open file that holds it.

    Raises ``BlockingIOError`` where ``kind`` says not to wait.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, kind)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


def held_by_others(path: Path) -> bool:
    """Return whether somebody shares the lease; the keeper holds it alone while it stops the
    server.
    """
    for kind, answer in ((fcntl.LOCK_EX, False), (fcntl.LOCK_SH, True)):
        with suppress(BlockingIOError):
            try:
                os.close(locked(path, kind | fcntl.LOCK_NB))
            except FileNotFoundError:
                # The folder was deleted; the keeper has the file open and still knows.
                return True
            return answer
    return False
