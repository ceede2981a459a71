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
    """Return the bytes of a posted file; a huge one is never read. Raises ``FileTooLarge``."""
    if (upload.size or 0) > LARGEST:
        raise FileTooLarge
    return bytes(upload.read())


def file_check(*, name: str, content: bytes) -> CheckedFile:
    """Examine and scan a file; return what may be stored.

    It takes up to a second, and three more with a scanner: not within a transaction, for which
    others would wait. Raises ``FileRefused`` or ``MemoryShort``.
    """
    # The readers of pictures and documents take 0.2 s to import: every command would wait.
    from shared.files.examination import file_examine  # noqa: PLC0415

    examined = file_examine(name=name, content=content)
    # What is scanned is what is kept: a picture painted anew, and not the one that was sent.
    verdict = file_scan(examined.content)
    if verdict == Verdict.INFECTED:
        raise InfectedFile
    return CheckedFile(**asdict(examined), verdict=verdict)


@contextmanager
def file_stored(content: bytes, *, owner: str = "", folder: str = FILES) -> Iterator[str]:
    """Store a file, give its place to a block that writes the row, and delete the file if refused.

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
    """Delete new files again if the block that writes their rows is refused."""
    try:
        yield
    except refusals as refusal:
        # Only a refusal is certain: after a lost connection, or a commit that a server has not
        # answered, the row may be there, and its file would be gone. What no row names in the end
        # is swept.
        if not (isinstance(refusal, Unreachable) and refusal.is_outcome_unknown):
            places_delete(paths)
        raise


def file_read(path: str, *, owner: str = "", folder: str = FILES) -> bytes:
    """Return the bytes of a file. Raises ``FileNotFoundError``, also for another schema's."""
    with file_opened(path, owner=owner, folder=folder) as stored:
        return bytes(stored.read())


def file_opened(path: str, *, owner: str = "", folder: str = FILES) -> "File[bytes]":
    """Open a file of this schema. Raises ``FileNotFoundError``, also for another schema's."""
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
    """Delete files where a person is notified of the deletion; missing files are no error.

    A file of another schema stays. Raises ``OSError`` for the first that stays otherwise.
    """
    for path in paths:
        with suppress(FileNotFoundError):
            place_require(path, owner=owner, folder=folder)
            default_storage.delete(path)


def files_forget(paths: list[str], *, owner: str = "", folder: str = FILES) -> None:
    """Delete files as far as possible: an orphan file is no reason to refuse a person.

    A file of another schema stays.
    """
    for path in paths:
        with suppress(OSError):
            files_delete([path], owner=owner, folder=folder)


def places_delete(paths: Iterable[str]) -> None:
    """Delete the files at these places as far as possible, of whatever schema.

    For places that no row of any schema names, and for places that the caller has made itself:
    never for what an agency's row says.
    """
    for path in paths:
        with suppress(OSError):
            default_storage.delete(path)


def file_link(path: str, *, owner: str, to: str) -> str:
    """Give a file a further place that belongs to another schema; return the place.

    No byte is copied where the storage has hard links. Both places stay until one is deleted.
    Raises ``FileNotFoundError`` for what is not ``owner``'s or not there, and ``StorageFull``.
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
    # Before the link: the sweep takes a file that no row names and that is old, and both places
    # have one time.
    os.utime(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:
        # Another disk, or a file system without hard links.
        with default_storage.open(path) as stored:
            default_storage.save(place, stored)


def _readable_require(path: str, *, owner: str, folder: str = FILES) -> None:
    """Refuse a place that is not ``owner``'s, and a symbolic link. Raises ``ForeignPlace``.

    A file that an earlier release stored is at a place without an owner until the maintenance has
    moved it; afterwards there is nothing at such a place.
    """
    if not (folder == FILES and is_unbound(path)):
        place_require(path, owner=owner, folder=folder)
    with suppress(NotImplementedError):
        if Path(default_storage.path(path)).is_symlink():
            raise ForeignPlace
