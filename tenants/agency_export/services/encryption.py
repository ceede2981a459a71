"""Encryption by age (age-encryption.org): streamed, to one X25519 key, which its tool opens."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import pyrage

from tenants.agency_export.errors import (
    ExportDamaged,
    ExportKeyRefused,
    ExportNoSpace,
    RecipientRefused,
)

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
HEADER = b"age-encryption.org/v1\n-> X25519 "


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """The two halves of a key: ``recipient`` seals, ``identity`` opens and is kept nowhere."""

    recipient: str
    identity: str

    @property
    def text(self) -> str:
        """As a file that the age tool reads."""
        return f"# public key: {self.recipient}\n{self.identity}\n"


def key_make() -> KeyPair:
    """A new key."""
    made = pyrage.x25519.Identity.generate()
    return KeyPair(recipient=str(made.to_public()), identity=str(made))


def recipient_parse(text: str) -> str:
    """The recipient that was typed. Raises ``RecipientRefused``."""
    try:
        return str(pyrage.x25519.Recipient.from_str(text.strip()))
    except pyrage.RecipientError:
        raise RecipientRefused(field="recipient") from None


def identity_in(text: str) -> str:
    """The identity in a file of age's: its first line that is no remark.

    Raises ``ExportKeyRefused``.
    """
    for line in text.removeprefix("\ufeff").splitlines():
        if line.strip() and not line.startswith("#"):
            try:
                return str(pyrage.x25519.Identity.from_str(line.strip()))
            except pyrage.IdentityError:
                break
    raise ExportKeyRefused("no age identity")


class OutputFile:
    """A file on its way to the disk: its digest, and why the disk refused, if it did.

    The library turns every failure of a file into one of its own.
    """

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0
        self.failure: OSError | None = None

    def write(self, piece: bytes) -> int:
        """As a file does."""
        rest = memoryview(piece)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self.failure = error
            raise
        self._digest.update(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """As a file does; nothing waits here."""

    @property
    def sha256(self) -> str:
        """Of all that was written, in hexadecimal."""
        return self._digest.hexdigest()


@contextmanager
def sealed(target: FileIO, *, recipient: str) -> Iterator[tuple[BinaryIO, OutputFile]]:
    """A file to write to, and what becomes of it in ``target``; complete once the block has ended.

    Nothing of it touches a disk in clear. Raises ``ExportNoSpace``.
    """
    to = pyrage.x25519.Recipient.from_str(recipient)
    written = OutputFile(target)
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def work() -> None:
        with os.fdopen(reading, "rb") as source:
            try:
                pyrage.encrypt_io(source, written, [to])
            except BaseException as error:  # noqa: BLE001, RUF100  # raised where it is waited for
                failed.append(error)

    thread = Thread(target=work, name="sealing")
    thread.start()
    try:
        with os.fdopen(writing, "wb") as pipe:
            yield pipe, written
    except BrokenPipeError:
        # The other end went first; it knows why.
        thread.join()
    finally:
        thread.join()
    if failed:
        require_room(written.failure)
        raise failed[0]


def decrypt_file(source: BinaryIO, target: FileIO, *, identity: str) -> None:
    """Decrypt into ``target``.

    Raises ``ExportKeyRefused``, ``ExportDamaged``, ``ExportNoSpace``.
    """
    written = OutputFile(target)
    try:
        pyrage.decrypt_io(source, written, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError as error:
        require_room(written.failure)
        # Before the first byte is out, it is the key that does not fit.
        raise (ExportDamaged if written.size else ExportKeyRefused)(str(error)) from None
    except OSError as error:
        require_room(written.failure)
        raise ExportDamaged(str(error)) from None


def require_room(failure: OSError | None) -> None:
    """Say that the disk is full, if that was it. Raises ``ExportNoSpace``."""
    if failure is not None and failure.errno in FULL:
        raise ExportNoSpace(str(failure), retry_after=3600)


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def new_file(path: Path) -> FileIO:
    """A file for its owner's eyes alone. Raises ``FileExistsError``."""
    # Without a buffer: the last of it would be refused by a full disk only when it is closed.
    return FileIO(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "r+")


def forget(path: Path) -> None:
    """Delete a file that may not be there."""
    with suppress(FileNotFoundError):
        path.unlink()
