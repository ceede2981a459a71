"""The lease of an embedded PostgreSQL: a lock on a file, shared by all who need the server."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def locked(path: Path, kind: int) -> int:
    """Lock a file, which is created if missing, and return its open descriptor.

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
    """Return whether others hold the lease shared; while stopping, the keeper holds it alone."""
    for kind, answer in ((fcntl.LOCK_EX, False), (fcntl.LOCK_SH, True)):
        with suppress(BlockingIOError):
            try:
                os.close(locked(path, kind | fcntl.LOCK_NB))
            except FileNotFoundError:
                # The folder was deleted; the keeper has the file open and still knows.
                return True
            return answer
    return False
