"""Writing one agency into one sealed file: its tables in one snapshot, its files beside them."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.core.files.storage import default_storage

from shared.complaints.enums import ScanState
from shared.kernel import clock
from tenants.agency_export.enums import ExportStep
from tenants.agency_export.services.encryption import (
    OutputFile,
    file_digest,
    forget,
    new_file,
    require_room,
    sealed,
)
from tenants.agency_export.services.manifest import (
    FORMAT,
    VERSION,
    FilesFacts,
    Manifest,
    TableFacts,
)
from tenants.agency_export.services.manifest_facts import (
    agency_facts,
    key_facts,
    migrations_of,
    position,
    sequences_read,
)
from tenants.agency_export.services.table_copy import (
    FILES,
    PLAIN,
    Cursor,
    Table,
    agency_tables,
    copy_out,
    left_out,
    public_tables,
)
from tenants.agency_export.services.tar_archive import (
    MANIFEST,
    PIECE,
    SUMS,
    ArchiveWriter,
    MemberWriter,
)
from tenants.agency_export.services.work_folders import require_space
from tenants.isolation.context import connection_beside
from tenants.isolation.schema_versions import Version, agency_labels
from tenants.models import Agency

FILES_PER_PAGE = 500
# Told of each step: how many bytes of it are done, of how many.
ProgressCallback = Callable[[ExportStep, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenExport:
    """A bundle that lies on the disk."""

    path: Path
    size: int
    sha256: str
    manifest: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    table: Table
    member: str
    rows: int
    size: int


@dataclass(slots=True, kw_only=True)
class _Files:
    count: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    infected: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)


@contextmanager
def snapshot(schema_name: str) -> Iterator[Cursor]:
    """A cursor, on a connection of its own, that sees everything as it was at one moment."""
    beside = connection_beside(schema_name)
    try:
        with beside.as_owner(), beside.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(PLAIN)
            yield cast(Cursor, cursor)
    finally:
        # A COPY that was broken off has nothing to commit: the connection ends, and with it all.
        beside.close()


def export_write(
    *, agency: Agency, recipient: str, target: Path, tell: ProgressCallback = lambda *_: None
) -> WrittenExport:
    """Write an agency to ``target``, which must not be there; on a failure nothing stays.

    The memory that it takes does not depend on how much there is. Raises ``ExportNoSpace``,
    ``FileExistsError``.
    """
    if target.exists():
        raise FileExistsError(target)
    part = target.with_name(f"{target.name}.part")
    forget(part)
    try:
        with new_file(part) as file, snapshot(agency.schema_name) as cursor:
            with sealed(file, recipient=recipient) as (pipe, written):
                manifest = _Export(
                    cursor=cursor, agency=agency, pipe=pipe, folder=part.parent, tell=tell
                ).all()
            os.fsync(file.fileno())
        _require_as_written(part, written, tell)
        # Under this name a file is whole or not there.
        part.rename(target)
    except OSError as error:
        require_room(error)
        raise
    finally:
        forget(part)
    return WrittenExport(path=target, size=written.size, sha256=written.sha256, manifest=manifest)


def _require_as_written(part: Path, written: OutputFile, tell: ProgressCallback) -> None:
    tell(ExportStep.VERIFY, 0, written.size)
    if file_digest(part) != written.sha256:
        raise OSError(f"{part} does not hold what was written to it")


class _Export:
    """One run; the tables are measured first, for a tar says beforehand how long a member is."""

    def __init__(
        self,
        *,
        cursor: Cursor,
        agency: Agency,
        pipe: BinaryIO,
        folder: Path,
        tell: ProgressCallback,
    ) -> None:
        self._cursor, self._agency, self._folder, self._tell = cursor, agency, folder, tell
        self._at = clock.now()
        self._writer = ArchiveWriter(pipe, at=int(self._at.timestamp()), tell=self._advance)
        self._step, self._done, self._total = ExportStep.DATA, 0, 0
        self._files = _Files()

    def all(self) -> Manifest:
        """Every member, in the order that a reader expects."""
        tables = agency_tables(self._cursor, self._agency.schema_name)
        planned = [self._measured(one) for one in [*tables, *public_tables(self._cursor)]]
        weight = self._files_weight()
        require_space(self._folder, sum(one.size for one in planned) + weight)
        # Names and digests, no more; among a million files they are too many to remember.
        with tempfile.TemporaryFile(dir=self._folder) as sums:
            self._begin(ExportStep.DATA, sum(one.size for one in planned))
            kept = [self._table(one, sums) for one in planned]
            self._begin(ExportStep.FILES, weight)
            for path, sha256, scan in self._file_rows():
                self._file(path, sha256, scan, sums)
            manifest = self._manifest(kept, tables)
            self._begin(ExportStep.SEAL, 0)
            content = manifest.text()
            self._member(MANIFEST, len(content), BytesIO(content), sums)
            length = sums.tell()
            sums.seek(0)
            self._writer.member(SUMS, length, lambda sink: _pour(sums, sink))
        self._writer.end()
        return manifest

    def _begin(self, step: ExportStep, total: int) -> None:
        self._step, self._done, self._total = step, 0, total
        self._tell(step, 0, total)

    def _advance(self, size: int) -> None:
        self._done += size
        self._tell(self._step, self._done, self._total)

    def _owner(self, table: Table) -> str:
        return self._agency.schema_name if table.schema == "public" else ""

    def _measured(self, table: Table) -> _Planned:
        scale = _Scale()
        rows = copy_out(self._cursor, table, scale, owner=self._owner(table))
        folder = "public" if table.schema == "public" else "tables"
        return _Planned(
            table=table, member=f"{folder}/{table.name}.csv", rows=rows, size=scale.size
        )

    def _table(self, one: _Planned, sums: IO[bytes]) -> TableFacts:
        def fill(sink: MemberWriter) -> None:
            copy_out(self._cursor, one.table, sink, owner=self._owner(one.table))

        sha256 = self._writer.member(one.member, one.size, fill)
        sums.write(sum_line(sha256, one.member))
        return TableFacts(member=one.member, rows=one.rows, bytes=one.size, sha256=sha256)

    def _files_weight(self) -> int:
        self._cursor.execute(f"SELECT coalesce(sum(size), 0)::bigint FROM {FILES}")  # noqa: S608
        return int(self._cursor.fetchone()[0])

    def _file_rows(self) -> Iterable[tuple[str, str, str]]:
        """Every place with the digest and the verdict of its row, by place."""
        self._cursor.execute(
            "DECLARE places NO SCROLL CURSOR FOR SELECT path, min(encode(sha256, 'hex')),"  # noqa: S608
            f' min(scan) FROM {FILES} GROUP BY path ORDER BY path COLLATE "C"'
        )
        while True:
            self._cursor.execute(f"FETCH {FILES_PER_PAGE} FROM places")
            page = self._cursor.fetchall()
            if not page:
                return
            yield from page

    def _file(self, path: str, sha256: str, scan: str, sums: IO[bytes]) -> None:
        try:
            stored = default_storage.open(path)
        except FileNotFoundError:
            # A file that is lost must not keep an agency from leaving with the rest. The scanner
            # may have deleted it after the snapshot: then its row says nothing of it yet.
            is_infected = scan == ScanState.INFECTED
            (self._files.infected if is_infected else self._files.missing).append(path)
            return
        with stored:
            found = self._member(f"files/{path}", stored.size, cast(IO[bytes], stored.file), sums)
        self._files.count += 1
        self._files.size += stored.size
        if found != sha256:
            self._files.altered.append(path)

    def _member(self, name: str, size: int, source: IO[bytes], sums: IO[bytes]) -> str:
        sha256 = self._writer.member(name, size, lambda sink: _pour(source, sink))
        sums.write(sum_line(sha256, name))
        return sha256

    def _manifest(self, kept: list[TableFacts], tables: list[Table]) -> Manifest:
        migrations = migrations_of(self._cursor, sorted(agency_labels()))
        return Manifest(
            format=FORMAT,
            version=VERSION,
            agency=agency_facts(self._cursor, self._agency),
            installation=settings.BASE_DOMAIN,
            exported_at=self._at.isoformat(),
            fingerprint=Version(migrations=frozenset(migrations)).fingerprint,
            migrations=migrations,
            position=position(self._cursor, self._agency),
            keys=key_facts(self._cursor, self._agency),
            sequences=sequences_read(self._cursor, tables),
            tables=kept,
            files=FilesFacts(
                count=self._files.count,
                bytes=self._files.size,
                missing=self._files.missing,
                infected=self._files.infected,
                altered=self._files.altered,
            ),
            left_out=left_out(),
        )


class _Scale:
    """A file that only weighs what is written to it."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, piece: bytes) -> int:
        self.size += len(piece)
        return len(piece)


def sum_line(sha256: str, name: str) -> bytes:
    """A line as ``sha256sum`` writes and checks it."""
    return f"{sha256}  {name}\n".encode()


def _pour(source: IO[bytes], sink: MemberWriter) -> None:
    shutil.copyfileobj(source, sink, PIECE)
