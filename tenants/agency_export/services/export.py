"""The export of an agency into one encrypted file: a snapshot of its tables, and its files."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.db.backends.utils import CursorWrapper as Cursor

from shared.complaints.enums import ScanState
from shared.files.upload_storage import file_opened
from shared.kernel import clock
from tenants.agency_export.enums import ExportStep
from tenants.agency_export.services.digests import DigestWriter
from tenants.agency_export.services.encryption import (
    disk_space_require,
    encrypted,
    file_digest,
    new_file,
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
)
from tenants.agency_export.services.work_folders import require_space
from tenants.isolation.schema_switch import connection_beside
from tenants.isolation.schema_versions import Version, agency_labels
from tenants.models import Agency

FILES_PER_PAGE = 500
# A function that gets a step, and the step's counts of done bytes and of all bytes.
ProgressCallback = Callable[[ExportStep, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenExport:
    """An export that has been written to the disk."""

    path: Path
    size: int
    sha256: str
    manifest: Manifest


@contextmanager
def snapshot(schema_name: str) -> Iterator[Cursor]:
    """Provide a cursor of a separate connection with a read-only snapshot of the database."""
    # An interrupted COPY has nothing to commit, so the connection is simply closed.
    with (
        closing(connection_beside(schema_name)) as beside,
        beside.as_owner(),
        beside.cursor() as cursor,
    ):
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(PLAIN)
        yield cursor


def export_write(
    *,
    agency: Agency,
    recipient: str,
    target: Path,
    on_progress: ProgressCallback = lambda *_: None,
) -> WrittenExport:
    """Export an agency to the new file ``target``; a failed export leaves no file.

    The memory use does not depend on the amount of data. Raises ``ExportNoSpace``,
    ``FileExistsError``.
    """
    if target.exists():
        raise FileExistsError(target)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with new_file(part) as file, snapshot(agency.schema_name) as cursor:
            with encrypted(file, recipient=recipient) as (pipe, output):
                manifest = _Export(cursor, agency, pipe, part.parent, on_progress).run()
            os.fsync(file.fileno())
        on_progress(ExportStep.VERIFY, 0, output.size)
        if file_digest(part) != output.sha256:
            raise OSError(f"{part} does not hold what was written to it")
        # The file gets the name ``target`` last, so that a file of this name is complete.
        part.rename(target)
    except OSError as error:
        disk_space_require(error)
        raise
    finally:
        part.unlink(missing_ok=True)
    return WrittenExport(path=target, size=output.size, sha256=output.sha256, manifest=manifest)


class _Export:
    """The writer of an export; a table is measured first, because a tar header needs its size."""

    def __init__(
        self,
        cursor: Cursor,
        agency: Agency,
        pipe: BinaryIO,
        folder: Path,
        on_progress: ProgressCallback,
    ) -> None:
        self._cursor, self._agency, self._folder = cursor, agency, folder
        self._on_progress = on_progress
        self._at = clock.now()
        self._writer = ArchiveWriter(pipe, at=int(self._at.timestamp()), on_progress=self._advance)
        self._step, self._done, self._total = ExportStep.DATA, 0, 0
        self._files = FilesFacts()

    def run(self) -> Manifest:
        """Write every member, in the order that a reader expects; return the manifest."""
        tables = agency_tables(self._cursor, self._agency.schema_name)
        measured = [
            (table, self._measure(table)) for table in [*tables, *public_tables(self._cursor)]
        ]
        rows_size = sum(facts.bytes for _table, facts in measured)
        self._cursor.execute(f"SELECT coalesce(sum(size), 0)::bigint FROM {FILES}")  # noqa: S608
        files_size = int(self._cursor.fetchone()[0])
        require_space(self._folder, rows_size + files_size)
        # Names and digests are written to a file, because a list of a million would need too
        # much memory.
        with tempfile.TemporaryFile(dir=self._folder) as sums:
            self._begin(ExportStep.DATA, rows_size)
            written = [self._write_table(table, facts, sums) for table, facts in measured]
            self._begin(ExportStep.FILES, files_size)
            for path, sha256, scan in self._file_rows():
                self._write_file(path, sha256, scan, sums)
            manifest = self._manifest(written, tables)
            self._begin(ExportStep.SEAL, 0)
            content = manifest.text()
            self._write_member(MANIFEST, len(content), partial(_copy, BytesIO(content)), sums)
            length = sums.tell()
            sums.seek(0)
            self._writer.member(SUMS, length, partial(_copy, sums))
        self._writer.end()
        return manifest

    def _begin(self, step: ExportStep, total: int) -> None:
        self._step, self._done, self._total = step, 0, total
        self._on_progress(step, 0, total)

    def _advance(self, size: int) -> None:
        self._done += size
        self._on_progress(self._step, self._done, self._total)

    def _copy_out(self, table: Table, target: DigestWriter) -> int:
        owner = self._agency.schema_name if table.schema == "public" else ""
        return copy_out(self._cursor, table, target, owner=owner)

    def _measure(self, table: Table) -> TableFacts:
        counter = DigestWriter()
        rows = self._copy_out(table, counter)
        folder = "public" if table.schema == "public" else "tables"
        return TableFacts(
            member=f"{folder}/{table.name}.csv", rows=rows, bytes=counter.size, sha256=""
        )

    def _write_table(self, table: Table, facts: TableFacts, sums: IO[bytes]) -> TableFacts:
        fill = partial(self._copy_out, table)
        return replace(facts, sha256=self._write_member(facts.member, facts.bytes, fill, sums))

    def _file_rows(self) -> Iterable[tuple[str, str, str]]:
        """Yield each file's path with the digest and the scan state of its row, sorted by path."""
        self._cursor.execute(
            "DECLARE places NO SCROLL CURSOR FOR SELECT path, min(encode(sha256, 'hex')),"  # noqa: S608
            f' min(scan) FROM {FILES} GROUP BY path ORDER BY path COLLATE "C"'
        )
        while True:
            self._cursor.execute(f"FETCH {FILES_PER_PAGE} FROM places")
            if not (page := self._cursor.fetchall()):
                return
            yield from page

    def _write_file(self, path: str, sha256: str, scan: str, sums: IO[bytes]) -> None:
        files = self._files
        try:
            stored = file_opened(path, owner=self._agency.schema_name)
        except FileNotFoundError:
            # A lost file must not prevent the export of the rest. If the scanner deleted the file
            # after the snapshot, the file counts as missing.
            (files.infected if scan == ScanState.INFECTED else files.missing).append(path)
            return
        with stored:
            fill = partial(_copy, cast(IO[bytes], stored.file))
            found = self._write_member(f"files/{path}", stored.size, fill, sums)
        self._files = replace(files, count=files.count + 1, bytes=files.bytes + stored.size)
        if found != sha256:
            files.altered.append(path)

    def _write_member(
        self, name: str, size: int, fill: Callable[[DigestWriter], object], sums: IO[bytes]
    ) -> str:
        sha256 = self._writer.member(name, size, fill)
        sums.write(sum_line(sha256, name))
        return sha256

    def _manifest(self, written: list[TableFacts], tables: list[Table]) -> Manifest:
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
            tables=written,
            files=self._files,
            left_out=left_out(),
        )


def sum_line(sha256: str, name: str) -> bytes:
    """Return a line in the format of ``sha256sum``."""
    return f"{sha256}  {name}\n".encode()


def _copy(source: IO[bytes], target: DigestWriter) -> None:
    shutil.copyfileobj(source, target, PIECE)
