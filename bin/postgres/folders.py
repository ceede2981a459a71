"""Folders of an embedded PostgreSQL outside the project: below /var/tmp, or in memory for tests.

A folder below /var/tmp is needed if the server's system user cannot enter the project's folder.
Each folder records the path of its project, and is removed after the project was deleted.
"""

import fcntl
import hashlib
import json
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bin.postgres.identity import EmbeddedPostgresError
from bin.postgres.lease import locked
from bin.postgres.settings import PORT

OUTSIDE = Path("/var/tmp")  # noqa: S108 - who owns what is there is looked at before it is used
# A file system in memory, in which creating the hundreds of files of an agency is fast.
MEMORY = Path("/dev/shm")  # noqa: S108 - as above
# The bytes of memory that must be free before the data of tests is put into memory.
MEMORY_NEEDED = 4 * 2**30
PREFIX = "insaf-"
MAX_SOCKET_FOLDER = 103 - len(f"/.s.PGSQL.{PORT}")
RECORD = "belongs-to.json"
LOCK = "in-use"


def outside_folder(root: Path) -> Path:
    """Return a folder below /var/tmp that all users may enter and only this user may write to."""
    return _folder(_path_of(root), root)


def memory_folder(root: Path) -> Path | None:
    """Return a folder in memory for data that may be lost, or None if none can be used."""
    folder = _path_of(root, MEMORY)
    if folder.is_dir():
        return _folder(folder, root) if _is_ours(folder) else None
    if MEMORY.is_dir() and _free_memory() >= MEMORY_NEEDED:
        return _folder(folder, root)
    return None


def _free_memory() -> int:
    """Return the count of bytes that can be written to ``MEMORY``."""
    place = os.statvfs(MEMORY)
    spare = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(place.f_bavail * place.f_frsize, spare)


def _folder(folder: Path, root: Path) -> Path:
    folder.mkdir(mode=0o755, exist_ok=True)
    if not _is_ours(folder):
        raise EmbeddedPostgresError(f"{folder} belongs to another user; remove it")
    folder.chmod(0o755)
    mount = next(one for one in (root, *root.parents) if one.is_mount())
    record = json.dumps({"root": str(root), "mount": str(mount)})
    file = folder / RECORD
    if not file.exists() or file.read_text() != record:
        file.write_text(record)
    return folder


def socket_folder(home: Path) -> Path:
    """Return the folder of the server's socket; a socket's path has 103 bytes at most."""
    folder = home / "socket"
    if len(os.fsencode(folder)) <= MAX_SOCKET_FOLDER:
        return folder
    return Path(tempfile.gettempdir()) / f"{PREFIX}{key(home)}"


def key(path: Path) -> str:
    """Return a short hash of a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


@contextmanager
def held(root: Path) -> Iterator[tuple[int, ...]]:
    """Lock the project's folders below /var/tmp and in memory; yield the lock files' descriptors.

    A child process that gets the descriptors keeps the locks after the block.
    """
    with ExitStack() as stack:
        descriptors = []
        for folder in (_path_of(root, place) for place in (OUTSIDE, MEMORY)):
            if folder.exists():
                descriptors.append(locked(folder / LOCK, fcntl.LOCK_SH))
                stack.callback(os.close, descriptors[-1])
        yield tuple(descriptors)


def orphaned_folders_remove() -> list[tuple[Path, Path]]:
    """Delete the folders that deleted projects have below /var/tmp and in memory.

    A folder that is in use or belongs to another user stays. Returns pairs: deleted folder, folder
    of its project.
    """
    folders = (*OUTSIDE.glob(f"{PREFIX}*"), *MEMORY.glob(f"{PREFIX}*"))
    found = [(folder, _gone_root(folder)) for folder in sorted(folders)]
    return [(folder, root) for folder, root in found if root and _removed(folder, root)]


def _path_of(root: Path, place: Path | None = None) -> Path:
    return (place or OUTSIDE) / f"{PREFIX}{key(root)}"


def _gone_root(folder: Path) -> Path | None:
    """Return the path of a folder's project if the project is known to be deleted, else None."""
    try:
        if not _is_ours(folder):
            return None
        record = json.loads((folder / RECORD).read_text())
        root, mount = Path(record["root"]), Path(record["mount"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    # The project counts as deleted only if its disk is mounted.
    is_gone = _path_of(root, folder.parent) == folder and mount.is_mount() and not _exists(root)
    return root if is_gone else None


def _removed(folder: Path, root: Path) -> bool:
    with suppress(BlockingIOError), (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The check is repeated with the lock, because the server may have been started meanwhile.
        if _exists(root) or _answers(folder):
            return False
        # The record is deleted last, so that an interrupted deletion can be resumed.
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name not in (RECORD, LOCK):
                path.unlink()
        shutil.rmtree(folder)
        return True
    return False


def _answers(folder: Path) -> bool:
    """Return whether a database server listens on a socket in the folder."""
    for path in (folder / "socket").glob(".s.PGSQL.*[0-9]"):
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(str(path))
            return True
    return False


def _is_ours(folder: Path) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _exists(path: Path) -> bool:
    # Path.exists is not used, because it returns False for a path that this user may not read.
    try:
        path.lstat()
    except OSError as error:
        return not isinstance(error, FileNotFoundError | NotADirectoryError)
    return True
