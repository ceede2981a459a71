"""Taking in what somebody sends: examined, then scanned, then put in a place nobody can guess."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from shared.files.errors import StorageFull
from shared.files.scanner import file_scan
from shared.files.types import CheckedFile, Verdict
from shared.kernel.errors import DomainError, Unreachable
from shared.kernel.files import LARGEST, FileTooLarge, InfectedFile


def upload_read(upload: "UploadedFile[bytes]") -> bytes:
    """The bytes of a file that was posted; a huge one is never read. Raises ``FileTooLarge``."""
    if (upload.size or 0) > LARGEST:
        raise FileTooLarge
    return bytes(upload.read())


def file_check(*, name: str, content: bytes) -> CheckedFile:
    """A file that may be stored. Takes up to a second, and three more where there is a scanner.

    Not within a transaction: nobody should wait for it. Raises ``FileRefused`` or
    ``MemoryShort``.
    """
    # What reads pictures and documents takes a fifth of a second to load: every command would wait.
    from shared.files.examination import file_examine  # noqa: PLC0415

    examined = file_examine(name=name, content=content)
    # What is scanned is what is kept: a picture painted anew, and not the one that was sent.
    verdict = file_scan(examined.content)
    if verdict == Verdict.INFECTED:
        raise InfectedFile
    return CheckedFile(**asdict(examined), verdict=verdict)


@contextmanager
def file_stored(content: bytes) -> Iterator[str]:
    """Its place, for a block that writes the row; what is refused leaves nothing behind.

    The place is random: made of a reference or a name it could be guessed or escape. Raises
    ``StorageFull``.
    """
    path = f"attachments/{secrets.token_hex(2)}/{secrets.token_hex(16)}"
    try:
        default_storage.save(path, ContentFile(content))
    except OSError:
        files_forget([path])
        raise StorageFull(retry_after=120) from None
    try:
        yield path
    except DomainError as refusal:
        # Only a refusal is certain: after a lost connection, or a commit that a server has not
        # answered, the row may be there, and its file would be gone. What no row names in the end
        # is swept.
        if not (isinstance(refusal, Unreachable) and refusal.is_outcome_unknown):
            files_forget([path])
        raise


def file_read(path: str) -> bytes:
    """The bytes at a place. Raises ``FileNotFoundError``."""
    with default_storage.open(path) as stored:
        return bytes(stored.read())


def file_is_stored(path: str) -> bool:
    """Whether there is a file at a place."""
    return bool(default_storage.exists(path))


def files_delete(paths: list[str]) -> None:
    """Delete the bytes, where somebody is told that they are gone; what is gone already is well.

    Raises ``OSError`` for the first that stays.
    """
    for path in paths:
        with suppress(FileNotFoundError):
            default_storage.delete(path)


def files_forget(paths: list[str]) -> None:
    """Delete the bytes as far as it is possible: an orphan file is no reason to refuse a person."""
    for path in paths:
        with suppress(OSError):
            default_storage.delete(path)
