"""The lease of an embedded PostgreSQL: a file that each process using the server locks."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def locked(path: Path, kind: int) -> int:
    """Create a file if it is missing, lock the file, and return its open descriptor.

    Raises ``BlockingIOError`` if the file is locked and ``kind`` contains LOCK_NB.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, kind)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


def held_by_others(path: Path) -> bool:
    """Return whether other processes have a lock on the lease."""
    for kind, answer in ((fcntl.LOCK_EX, False), (fcntl.LOCK_SH, True)):
        with suppress(BlockingIOError):
            try:
                os.close(locked(path, kind | fcntl.LOCK_NB))
            except FileNotFoundError:
                # The lease was deleted, and processes may still have a lock on the deleted file.
                return True
            return answer
    return False
