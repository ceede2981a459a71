"""Folders of an embedded PostgreSQL outside of the project, where its user may not enter that.

Nothing inside the project tells that such a folder is there, so it outlives a project that is
deleted: each one records which folder it belongs to, and is removed once that is gone.
"""

import fcntl
import hashlib
import json
import os
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.postgres_identity import EmbeddedPostgresError

OUTSIDE = Path("/var/tmp")  # noqa: S108 - who owns what is there is looked at before it is used
PREFIX = "insaf-"
RECORD = "belongs-to.json"
LOCK = "in-use"


def outside_folder(root: Path) -> Path:
    """A folder outside the project that every user may enter and only we may write."""
    folder = _path_of(root)
    folder.mkdir(mode=0o755, exist_ok=True)
    if not _is_ours(folder):
        raise EmbeddedPostgresError(f"{folder} belongs to another user; remove it")
    folder.chmod(0o755)
    record = json.dumps({"root": str(root), "mount": str(_mount_of(root))})
    file = folder / RECORD
    if not file.exists() or file.read_text() != record:
        file.write_text(record)
    return folder


def key(path: Path) -> str:
    """A short name for a path, the same every time."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


@contextmanager
def held(root: Path) -> Iterator[tuple[int, ...]]:
    """The lock on the folder outside, if there is one, for a process that inherits it."""
    folder = _path_of(root)
    if not folder.exists():
        yield ()
        return
    descriptor = os.open(folder / LOCK, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield (descriptor,)
    finally:
        os.close(descriptor)


def orphaned_folders_remove() -> list[tuple[Path, Path]]:
    """Delete the folders outside whose own folder is gone; returns both of each.

    One that is in use, or that cannot be proved to be ours, stays.
    """
    found = [(folder, _gone_root(folder)) for folder in sorted(OUTSIDE.glob(f"{PREFIX}*"))]
    return [(folder, root) for folder, root in found if root and _removed(folder, root)]


def _path_of(root: Path) -> Path:
    return OUTSIDE / f"{PREFIX}{key(root)}"


def _gone_root(folder: Path) -> Path | None:
    """The folder to which this one belongs, where it surely exists no more."""
    try:
        if not _is_ours(folder):
            return None
        record = json.loads((folder / RECORD).read_text())
        root, mount = Path(record["root"]), Path(record["mount"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    # A disk that is not mounted now holds its projects all the same.
    is_gone = _path_of(root) == folder and mount.is_mount() and not _exists(root)
    return root if is_gone else None


def _removed(folder: Path, root: Path) -> bool:
    with suppress(BlockingIOError), (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Looked at again: somebody may have made the project anew and be starting its server.
        if _exists(root) or _answers(folder):
            return False
        # The record last: what is interrupted here can still be proved to be ours.
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name not in (RECORD, LOCK):
                path.unlink()
        shutil.rmtree(folder)
        return True
    return False


def _answers(folder: Path) -> bool:
    """Whether a server still listens there, whose keeper was killed."""
    for path in (folder / "socket").glob(".s.PGSQL.*[0-9]"):
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(str(path))
            return True
    return False


def _is_ours(folder: Path) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _exists(path: Path) -> bool:
    # Path.exists answers False as well where it may not look.
    try:
        path.lstat()
    except OSError as error:
        return not isinstance(error, FileNotFoundError | NotADirectoryError)
    return True


def _mount_of(path: Path) -> Path:
    return next(one for one in (path, *path.parents) if one.is_mount())
