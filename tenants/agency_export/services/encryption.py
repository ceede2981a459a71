"""Encryption of streams with age (age-encryption.org) for one X25519 key."""

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
from tenants.agency_export.services.digests import DigestWriter

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
HEADER = b"age-encryption.org/v1\n-> X25519 "


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """A key pair: ``recipient`` encrypts; ``identity`` decrypts and is not stored."""

    recipient: str
    identity: str

    @property
    def text(self) -> str:
        """Return the key pair as a key file for the age tool."""
        return f"# public key: {self.recipient}\n{self.identity}\n"


def key_make() -> KeyPair:
    """Generate a new key pair."""
    made = pyrage.x25519.Identity.generate()
    return KeyPair(recipient=str(made.to_public()), identity=str(made))


def recipient_parse(text: str) -> str:
    """Return a typed recipient in its normal form. Raises ``RecipientRefused``."""
    try:
        return str(pyrage.x25519.Recipient.from_str(text.strip()))
    except pyrage.RecipientError:
        raise RecipientRefused(field="recipient") from None


def identity_in(text: str) -> str:
    """Return the identity in an age key file, which is the first line that is not a comment.

    Raises ``ExportKeyRefused``.
    """
    for line in text.removeprefix("\ufeff").splitlines():
        if line.strip() and not line.startswith("#"):
            try:
                return str(pyrage.x25519.Identity.from_str(line.strip()))
            except pyrage.IdentityError:
                break
    raise ExportKeyRefused("no age identity")


class OutputFile(DigestWriter):
    """A file that is being written, with its digest and an error of the disk.

    The error is stored because pyrage replaces each error of a file by its own error.
    """

    def __init__(self, file: FileIO) -> None:
        super().__init__()
        self._raw = file
        self.failure: OSError | None = None

    def write(self, piece: bytes) -> int:
        """Write all bytes, repeating partial writes, and return their number."""
        rest = memoryview(piece)
        try:
            while rest:
                rest = rest[self._raw.write(rest) :]
        except OSError as error:
            self.failure = error
            raise
        return super().write(piece)

    def flush(self) -> None:
        """Do nothing, because no byte is buffered."""


@contextmanager
def encrypted(target: FileIO, *, recipient: str) -> Iterator[tuple[BinaryIO, OutputFile]]:
    """Encrypt into ``target`` what the block writes; ``target`` is complete after the block.

    No clear text is written to a disk. Raises ``ExportNoSpace``.
    """
    output = OutputFile(target)
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def work() -> None:
        with os.fdopen(reading, "rb") as source:
            try:
                pyrage.encrypt_io(source, output, [pyrage.x25519.Recipient.from_str(recipient)])
            except BaseException as error:  # noqa: BLE001, RUF100  # the waiting thread raises it
                failed.append(error)

    thread = Thread(target=work, name="encryption")
    thread.start()
    try:
        # A broken pipe means that the encryption thread failed first, and its error is raised
        # below.
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
            yield pipe, output
    finally:
        thread.join()
    if failed:
        disk_space_require(output.failure)
        raise failed[0]


def decrypt_file(source: BinaryIO, target: FileIO, *, identity: str) -> None:
    """Decrypt ``source`` into ``target``.

    Raises ``ExportKeyRefused``, ``ExportDamaged``, ``ExportNoSpace``.
    """
    output = OutputFile(target)
    try:
        pyrage.decrypt_io(source, output, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError as error:
        disk_space_require(output.failure)
        # An error before the first byte is written means that the key does not fit.
        raise (ExportDamaged if output.size else ExportKeyRefused)(str(error)) from None
    except OSError as error:
        disk_space_require(output.failure)
        raise ExportDamaged(str(error)) from None


def disk_space_require(failure: OSError | None) -> None:
    """Raise ``ExportNoSpace`` when the error means that the disk is full."""
    if failure is not None and failure.errno in DISK_FULL:
        raise ExportNoSpace(str(failure), retry_after=3600)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def new_file(path: Path) -> FileIO:
    """Create a file that only its owner can read. Raises ``FileExistsError``."""
    # With a buffer, the error of a full disk would come only when the file is closed.
    return FileIO(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "r+")
