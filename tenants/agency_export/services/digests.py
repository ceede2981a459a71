"""Files that count and digest the bytes that are written."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Protocol


class Writable(Protocol):
    """A protocol for a file that can be written to."""

    def write(self, piece: bytes, /) -> object:
        """Write the bytes, or the first part of the bytes."""


class DigestWriter:
    """A writable file that counts and digests bytes, and passes them on to a file, if given."""

    def __init__(
        self, file: Writable | None = None, on_progress: Callable[[int], None] = lambda _size: None
    ) -> None:
        self._file, self._on_progress = file, on_progress
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> int:
        """Write all bytes to the file, if given, and return their number."""
        if self._file is not None:
            self._file.write(piece)
        self._digest.update(piece)
        self.size += len(piece)
        self._on_progress(len(piece))
        return len(piece)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of all written bytes, in hexadecimal."""
        return self._digest.hexdigest()


def digest_of(pieces: Iterable[bytes]) -> str:
    """Return the SHA-256 of the joined pieces, in hexadecimal."""
    writer = DigestWriter()
    for piece in pieces:
        writer.write(piece)
    return writer.sha256
