"""The opening of an export: every byte is checked before any part is used."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from tenants.agency_export.errors import ExportDamaged
from tenants.agency_export.services.digests import digest_of
from tenants.agency_export.services.encryption import decrypt_file, new_file
from tenants.agency_export.services.export import sum_line
from tenants.agency_export.services.manifest import MAX_BYTES, Manifest, manifest_read
from tenants.agency_export.services.tar_archive import (
    MANIFEST,
    SUMS,
    Member,
    MemberReader,
    members_read,
    pieces,
)
from tenants.agency_export.services.work_folders import require_space

FILE_PREFIX = "files/"
MAX_HEADER_LENGTH = 8_192
MAX_LINE_LENGTH = 256

ProgressCallback = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedExport:
    """A decrypted export with every byte checked; ``members`` excludes the files."""

    archive: BinaryIO
    manifest: Manifest
    members: dict[str, Member]
    sha256: str

    def part(self, name: str) -> MemberReader:
        """Return a reader of a member. Raises ``ExportDamaged`` when the member is missing."""
        try:
            return MemberReader(self.archive, self.members[name])
        except KeyError:
            raise ExportDamaged(f"{name} is missing") from None

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the columns of a table from the first line of its member."""
        line = self.part(name).readline(MAX_HEADER_LENGTH)
        try:
            return tuple(line.decode("ascii").removesuffix("\n").split(","))
        except UnicodeDecodeError:
            raise ExportDamaged(f"{name} has no line of names") from None

    def files(self) -> Iterator[Member]:
        """Yield the members that are files, in the archive's order."""
        return (one for one in members_read(self.archive) if one.name.startswith(FILE_PREFIX))


@contextmanager
def export_open(
    path: Path, *, identity: str, folder: Path, on_progress: ProgressCallback = lambda *_: None
) -> Iterator[OpenedExport]:
    """Open an export for the block; its clear text is in ``folder`` until the block ends.

    ``on_progress`` is called with the numbers of checked bytes and of all bytes. Raises
    ``ExportKeyRefused``, ``ExportDamaged``, ``ExportTooNew``, ``ExportNoSpace``.
    """
    clear = folder / "bundle.tar"
    require_space(folder, path.stat().st_size)
    try:
        with new_file(clear) as raw:
            # The name is deleted at once, so that the clear text is gone however this process ends.
            clear.unlink()
            with path.open("rb") as source:
                source_file = _InputFile(source, path.stat().st_size, on_progress)
                with source_file.errors_kept():
                    decrypt_file(cast(BinaryIO, source_file), raw, identity=identity)
            yield _checked(cast(BinaryIO, BufferedReader(raw)), source_file.sha256)
    finally:
        clear.unlink(missing_ok=True)


def _checked(archive: BinaryIO, sha256: str) -> OpenedExport:
    kept: dict[str, Member] = {}
    digests: dict[str, str] = {}
    files = size = 0
    sums = _sums_of(archive)
    for member in members_read(archive):
        if member.name == SUMS:
            continue
        digest = digest_of(pieces(archive, member))
        # The sums have the order of the members, so neither list is kept in memory.
        if sums.readline(MAX_LINE_LENGTH) != sum_line(digest, member.name):
            raise ExportDamaged(f"{member.name} is not what {SUMS} says of it")
        if member.name.startswith(FILE_PREFIX):
            files, size = files + 1, size + member.size
        else:
            kept[member.name], digests[member.name] = member, digest
    if sums.read(1):
        raise ExportDamaged(f"{SUMS} names more than there is")
    manifest = _manifest_of(archive, kept)
    if (files, size) != (manifest.files.count, manifest.files.bytes):
        raise ExportDamaged(f"{files} files are there and not {manifest.files.count}")
    if [(one.member, one.bytes, one.sha256) for one in manifest.tables] != [
        (name, member.size, digests[name]) for name, member in kept.items()
    ]:
        raise ExportDamaged("the tables are not those of the manifest")
    return OpenedExport(archive=archive, manifest=manifest, members=kept, sha256=sha256)


def _sums_of(archive: BinaryIO) -> MemberReader:
    if not (last := deque(members_read(archive), maxlen=1)):
        raise ExportDamaged("nothing is in the archive")
    return MemberReader(archive, last[0])


def _manifest_of(archive: BinaryIO, kept: dict[str, Member]) -> Manifest:
    member = kept.pop(MANIFEST, None)
    if member is None or member.size > MAX_BYTES:
        raise ExportDamaged(f"{MANIFEST} is missing or too long")
    return manifest_read(b"".join(pieces(archive, member)))


class _InputFile:
    """A file that is read once, with its digest and a report of its progress."""

    def __init__(self, file: BinaryIO, total: int, on_progress: ProgressCallback) -> None:
        self._file, self._total, self._on_progress = file, total, on_progress
        self._digest, self._done = hashlib.sha256(), 0
        self._stopped: Exception | None = None

    @contextmanager
    def errors_kept(self) -> Iterator[None]:
        """Raise the error of ``on_progress``, which the decryption replaces by its own error."""
        try:
            yield
        except Exception:
            if self._stopped is not None:
                raise self._stopped from None
            raise

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._digest.update(piece)
        self._done += len(piece)
        try:
            self._on_progress(self._done, self._total)
        except Exception as error:
            self._stopped = error
            raise
        return piece

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()
