"""The tar archive inside an export, which is written as a stream and read strictly.

Every member is a regular file with a short name of a known form, in a fixed order; a link, a
device, a path of another form, an extension header or a byte after the end is refused.
"""

import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tenants.agency_export.errors import ExportDamaged
from tenants.agency_export.services.digests import DigestWriter

BLOCK = tarfile.BLOCKSIZE
PIECE = 1024 * 1024
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
# The forms of the members' names, in the order of the archive; sorted by name within a form.
SHAPES = (
    re.compile(r"tables/[a-z][a-z0-9_]{0,62}\.csv"),
    re.compile(r"public/[a-z][a-z0-9_]{0,62}\.csv"),
    re.compile(r"files/attachments/[0-9a-f]{4}/[0-9a-f]{32}(?:[0-9a-f]{16})?"),
    re.compile(re.escape(MANIFEST)),
    re.compile(SUMS),
)
MAX_PADDING = tarfile.RECORDSIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of the archive, with the offset of its first byte."""

    name: str
    offset: int
    size: int


class ArchiveWriter:
    """A writer of members, one after the other, to a file that cannot seek."""

    def __init__(self, file: BinaryIO, *, at: int, on_progress: Callable[[int], None]) -> None:
        self._file, self._at, self._on_progress = file, at, on_progress
        self._written = 0

    def member(self, name: str, size: int, fill: Callable[[DigestWriter], object]) -> str:
        """Write a member of exactly ``size`` bytes; return its SHA-256.

        Raises ``ExportDamaged`` when ``fill`` wrote more or less, because the source has changed.
        """
        header = tarfile.TarInfo(name)
        header.size, header.mtime, header.mode = size, self._at, 0o600
        block = header.tobuf(tarfile.GNU_FORMAT)
        self._file.write(block)
        writer = DigestWriter(self._file, self._on_progress)
        fill(writer)
        if writer.size != size:
            raise ExportDamaged(f"{name} has {writer.size} bytes and not {size}")
        self._file.write(bytes(-size % BLOCK))
        self._written += len(block) + size + -size % BLOCK
        return writer.sha256

    def end(self) -> None:
        """Write the zero blocks at the end of the tar archive."""
        zeros = 2 * BLOCK
        self._file.write(bytes(zeros + -(self._written + zeros) % tarfile.RECORDSIZE))


def members_read(file: BinaryIO) -> Iterator[Member]:
    """Yield every member in the archive's order.

    Raises ``ExportDamaged`` for an archive that ``ArchiveWriter`` could not have written.
    """
    total = file.seek(0, 2)
    at, before = 0, (0, "")
    while True:
        file.seek(at)
        if (block := file.read(BLOCK)) == bytes(BLOCK):
            break
        member = _member(block, at)
        place = (_kind(member.name), member.name)
        if place <= before:
            raise ExportDamaged(f"{member.name} is out of order")
        before, at = place, member.offset + member.size
        if at > total:
            raise ExportDamaged(f"{member.name} is cut off")
        file.seek(at)
        if any(file.read(-at % BLOCK)):
            raise ExportDamaged(f"something stands behind {member.name}")
        at += -at % BLOCK
        yield member
    if before[1] != SUMS or not 2 * BLOCK <= total - at <= MAX_PADDING + BLOCK:
        raise ExportDamaged("the archive does not end where it should")
    file.seek(at)
    if any(file.read()):
        raise ExportDamaged("something stands behind the archive")


def pieces(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """Yield the bytes of a member. Raises ``ExportDamaged`` when the archive ends too early."""
    file.seek(member.offset)
    left = member.size
    while left:
        if not (piece := file.read(min(left, PIECE))):
            raise ExportDamaged(f"{member.name} is cut off")
        left -= len(piece)
        yield piece


class MemberReader:
    """A file object of a member, which is read once from its beginning."""

    def __init__(self, file: BinaryIO, member: Member) -> None:
        self._file, self._at, self._end = file, member.offset, member.offset + member.size

    def read(self, size: int = -1) -> bytes:
        """Read as a file does; the archive may be read elsewhere between two calls."""
        return self._read(self._file.read, size)

    def readline(self, size: int = -1) -> bytes:
        """Read a line as a file does."""
        return self._read(self._file.readline, size)

    def _read(self, read: Callable[[int], bytes], size: int) -> bytes:
        left = self._end - self._at
        self._file.seek(self._at)
        piece = read(left if size < 0 else min(size, left))
        self._at += len(piece)
        return piece


def _member(block: bytes, at: int) -> Member:
    try:
        header = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError, ValueError) as error:
        raise ExportDamaged(f"no header at {at}: {error}") from None
    if header.type != tarfile.REGTYPE or header.linkname or header.size < 0:
        raise ExportDamaged(f"{header.name!r} is no plain file")
    return Member(name=header.name, offset=at + BLOCK, size=header.size)


def _kind(name: str) -> int:
    for number, shape in enumerate(SHAPES, start=1):
        if shape.fullmatch(name):
            return number
    raise ExportDamaged(f"{name!r} is no name of a member")
