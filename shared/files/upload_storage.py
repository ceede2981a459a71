"""Examination, virus scan and storage of uploaded files."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from shared.files.errors import StorageFull
from shared.files.places import (
    FILES,
    ForeignPlace,
    entered_schema,
    is_unbound,
    place_make,
    place_require,
)
from shared.files.scanner import file_scan
from shared.files.types import CheckedFile, Verdict
from shared.kernel.errors import DomainError, Unreachable
from shared.kernel.files import LARGEST, FileTooLarge, InfectedFile


def upload_read(upload: "UploadedFile[bytes]") -> bytes:
    """Return the bytes of an uploaded file. Raises ``FileTooLarge`` before reading a huge file."""
    if (upload.size or 0) > LARGEST:
        raise FileTooLarge
    return bytes(upload.read())


def file_check(*, name: str, content: bytes) -> CheckedFile:
    """Examine and scan a file; return the content that may be stored.

    Call this function outside of a transaction, because it takes up to four seconds, and other
    transactions would wait. Raises ``FileRefused`` or ``MemoryShort``.
    """
    # The import is here because it takes 0.2 s, which most processes do not need.
    from shared.files.examination import file_examine  # noqa: PLC0415

    examined = file_examine(name=name, content=content)
    # The scanner gets the content that is stored, for example a rewritten picture.
    verdict = file_scan(examined.content)
    if verdict == Verdict.INFECTED:
        raise InfectedFile
    return CheckedFile(**asdict(examined), verdict=verdict)


@contextmanager
def file_stored(content: bytes, *, owner: str = "", folder: str = FILES) -> Iterator[str]:
    """Store a file and yield its place; delete the file again if the block raises a refusal.

    The place belongs to ``owner``, by default the current schema. Raises ``StorageFull``.
    """
    path = place_make(owner=owner or entered_schema(), folder=folder)
    try:
        default_storage.save(path, ContentFile(content))
    except OSError:
        places_delete([path])
        raise StorageFull(retry_after=120) from None
    with kept_unless_refused([path]):
        yield path


@contextmanager
def kept_unless_refused(
    paths: Iterable[str], *, refusals: tuple[type[Exception], ...] = (DomainError,)
) -> Iterator[None]:
    """Delete new files if the block raises one of ``refusals`` and has surely written no row."""
    try:
        yield
    except refusals as refusal:
        # After a lost connection the row may have been written, so its file stays. A task deletes
        # files that no row names.
        if not (isinstance(refusal, Unreachable) and refusal.is_outcome_unknown):
            places_delete(paths)
        raise


def file_read(path: str, *, owner: str = "", folder: str = FILES) -> bytes:
    """Return the bytes of a file. Raises ``FileNotFoundError``, also for another schema's file."""
    with file_opened(path, owner=owner, folder=folder) as stored:
        return bytes(stored.read())


def file_opened(path: str, *, owner: str = "", folder: str = FILES) -> "File[bytes]":
    """Open a file of this schema. Raises ``FileNotFoundError``, also for another schema's file."""
    _readable_require(path, owner=owner, folder=folder)
    opened: File[bytes] = default_storage.open(path)
    return opened


def file_is_stored(path: str, *, owner: str = "", folder: str = FILES) -> bool:
    """Return whether a place belongs to this schema and has a file."""
    try:
        _readable_require(path, owner=owner, folder=folder)
    except ForeignPlace:
        return False
    return bool(default_storage.exists(path))


def files_delete(paths: list[str], *, owner: str = "", folder: str = FILES) -> None:
    """Delete files of this schema; ignore missing files and files of another schema.

    Raises ``OSError`` for the first file that cannot be deleted.
    """
    for path in paths:
        with suppress(FileNotFoundError):
            place_require(path, owner=owner, folder=folder)
            default_storage.delete(path)


def files_forget(paths: list[str], *, owner: str = "", folder: str = FILES) -> None:
    """Delete files of this schema and ignore all errors."""
    for path in paths:
        with suppress(OSError):
            files_delete([path], owner=owner, folder=folder)


def places_delete(paths: Iterable[str]) -> None:
    """Delete the files at places of any schema, and ignore all errors.

    Never pass a place from an agency's row, because the row may name another agency's file.
    """
    for path in paths:
        with suppress(OSError):
            default_storage.delete(path)


def file_link(path: str, *, owner: str, to: str) -> str:
    """Link or copy a file of the schema ``owner`` to a new place of the schema ``to``.

    Returns the new place. The old place stays too. Raises ``FileNotFoundError`` if the file is
    missing or does not belong to ``owner``, and ``StorageFull``.
    """
    _readable_require(path, owner=owner)
    place = place_make(owner=to)
    try:
        _linked(path, place)
    except FileNotFoundError:
        raise
    except OSError:
        raise StorageFull(retry_after=120) from None
    return place


def _linked(path: str, place: str) -> None:
    try:
        source, target = Path(default_storage.path(path)), Path(default_storage.path(place))
    except NotImplementedError:
        with default_storage.open(path) as stored:
            default_storage.save(place, stored)
        return
    # Without a new time, the task that deletes old files without a row could delete the new place
    # before its row is written.
    os.utime(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:
        # The target is on another disk, or the file system has no hard links.
        with default_storage.open(path) as stored:
            default_storage.save(place, stored)


def _readable_require(path: str, *, owner: str, folder: str = FILES) -> None:
    """Require that a place belongs to ``owner`` and is no symbolic link. Raises ``ForeignPlace``.

    A place of an earlier release, which has no digest, is accepted.
    """
    if not (folder == FILES and is_unbound(path)):
        place_require(path, owner=owner, folder=folder)
    with suppress(NotImplementedError):
        if Path(default_storage.path(path)).is_symlink():
            raise ForeignPlace
