"""Uploads: examined, then scanned, then stored at a place that nobody can guess."""

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
    """Return the bytes of a posted file without reading a huge file. Raises ``FileTooLarge``."""
    if (upload.size or 0) > LARGEST:
        raise FileTooLarge
    return bytes(upload.read())


def file_check(*, name: str, content: bytes) -> CheckedFile:
    """Examine and scan a file; return the content that may be stored.

    Call it outside of a transaction, because it takes up to a second, and three more with a
    scanner, while other transactions would wait. Raises ``FileRefused`` or ``MemoryShort``.
    """
    # The import is here because readers of pictures and documents take 0.2 s to import.
    from shared.files.examination import file_examine  # noqa: PLC0415

    examined = file_examine(name=name, content=content)
    # The scanner gets the content that is stored, for example a rewritten picture.
    verdict = file_scan(examined.content)
    if verdict == Verdict.INFECTED:
        raise InfectedFile
    return CheckedFile(**asdict(examined), verdict=verdict)


@contextmanager
def file_stored(content: bytes, *, owner: str = "", folder: str = FILES) -> Iterator[str]:
    """Store a file and yield its place to a block that writes the row; if the block is refused,
    delete the file.

    The place belongs to ``owner``, by default the entered schema. Raises ``StorageFull``.
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
    """Delete new files again if the block that writes their rows raises a refusal."""
    try:
        yield
    except refusals as refusal:
        # Only a refusal is certain: after a lost connection, or a commit without an answer, the row
        # may exist, and its file would be missing. The sweep deletes files that no row names.
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
    """Return whether there is a file at a place of this schema."""
    try:
        _readable_require(path, owner=owner, folder=folder)
    except ForeignPlace:
        return False
    return bool(default_storage.exists(path))


def files_delete(paths: list[str], *, owner: str = "", folder: str = FILES) -> None:
    """Delete files and report failures, as a person sees the deletion; missing files are no error.

    A file of another schema stays. Raises ``OSError`` for the first file that cannot be deleted.
    """
    for path in paths:
        with suppress(FileNotFoundError):
            place_require(path, owner=owner, folder=folder)
            default_storage.delete(path)


def files_forget(paths: list[str], *, owner: str = "", folder: str = FILES) -> None:
    """Delete files and ignore errors, because an orphan file is no reason to refuse a person.

    A file of another schema stays.
    """
    for path in paths:
        with suppress(OSError):
            files_delete([path], owner=owner, folder=folder)


def places_delete(paths: Iterable[str]) -> None:
    """Delete the files at these places, of any schema, and ignore errors.

    Use it only for places that no row of any schema names, or that the caller has made itself, and
    never for a place from an agency's row.
    """
    for path in paths:
        with suppress(OSError):
            default_storage.delete(path)


def file_link(path: str, *, owner: str, to: str) -> str:
    """Give a file a further place that belongs to another schema; return the place.

    No byte is copied if the storage has hard links. Both places stay until one of them is deleted.
    Raises ``FileNotFoundError`` if the file is missing or not ``owner``'s, and ``StorageFull``.
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
    # The time is set before the link, because the sweep deletes old files that no row names, and
    # both places have the same time.
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
    """Require that a place is ``owner``'s, and no symbolic link. Raises ``ForeignPlace``.

    A file that an earlier release stored is at a place without an owner until the maintenance has
    moved the file.
    """
    if not (folder == FILES and is_unbound(path)):
        place_require(path, owner=owner, folder=folder)
    with suppress(NotImplementedError):
        if Path(default_storage.path(path)).is_symlink():
            raise ForeignPlace
