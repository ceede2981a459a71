"""The files of a bundle on their way to the storage, and back out of it."""

import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

from shared.files.receiving import files_delete, files_forget
from tenants.agency_export.errors import ExportCollision, ExportDamaged
from tenants.agency_export.services.encryption import require_room
from tenants.agency_export.services.table_copy import FILES
from tenants.agency_export.services.tar_archive import Member, MemberReader, pieces
from tenants.agency_export.services.verification import FILE_PREFIX, OpenedExport
from tenants.isolation.context import as_owner, schema_entered
from tenants.models import Agency

AT_ONCE = 200
PIECE = 1024 * 1024
# Names of what was put into the storage, before it is: what a killed process leaves is found by it.
PLACED = "placed.txt"
# As ``shared.files`` names them; \A and \Z, for $ lets a line's end through.
PATH = r"\Aattachments/[0-9a-f]{4}/[0-9a-f]{32}\Z"


def files_write(
    *, bundle: OpenedExport, agency: Agency, folder: Path, tell: Callable[[int], None]
) -> None:
    """Put every file where its row says; ``tell`` hears of the bytes that are done.

    Raises ``ExportCollision``, ``ExportDamaged``, ``ExportNoSpace``.
    """
    apart = {*bundle.manifest.files.missing, *bundle.manifest.files.infected}
    _require_honest(agency, apart)
    done = 0
    with (folder / PLACED).open("a") as placed:
        for page in _pages(bundle):
            paths = [one.name.removeprefix(FILE_PREFIX) for one in page]
            _require_rows(agency, paths)
            if not apart.isdisjoint(paths):
                raise ExportDamaged("a file is in the bundle that it calls missing")
            there = [path for path in paths if default_storage.exists(path)]
            if there:
                raise ExportCollision(f"{there[0]} lies in the storage already")
            placed.write("".join(f"{path}\n" for path in paths))
            placed.flush()
            for member, path in zip(page, paths, strict=True):
                _file_write(bundle, member, path)
                done += member.size
            tell(done)
    _require_whole(bundle, agency, apart)


def files_compare(*, bundle: OpenedExport, tell: Callable[[int], None]) -> None:
    """Read every file again where it lies. Raises ``ExportDamaged``."""
    done = 0
    for member in bundle.files():
        path = member.name.removeprefix(FILE_PREFIX)
        wanted = hashlib.sha256()
        for piece in pieces(bundle.archive, member):
            wanted.update(piece)
        with default_storage.open(path) as stored:
            found = hashlib.sha256()
            for piece in stored.chunks(PIECE):
                found.update(piece)
        if found.digest() != wanted.digest():
            raise ExportDamaged(f"{path} came out of the storage as another one")
        done += member.size
        tell(done)


def files_remove(*, folder: Path) -> None:
    """Delete what was put into the storage on the way; safe to repeat. Raises ``OSError``."""
    record = folder / PLACED
    if not record.exists():
        return
    with record.open() as placed:
        while page := list(islice(placed, AT_ONCE)):
            # A line that a killed process has left half written names a folder of others' files;
            # the file that it was about had not been placed yet.
            files_delete([line.strip() for line in page if line.endswith("\n")])


def _pages(bundle: OpenedExport) -> Iterator[list[Member]]:
    files = bundle.files()
    while page := list(islice(files, AT_ONCE)):
        yield page


def _file_write(bundle: OpenedExport, member: Member, path: str) -> None:
    content = File(cast(IO[bytes], MemberReader(bundle.archive, member)), name=path)
    # Else Django would ask the part for a size that it does not tell.
    content.size = member.size
    try:
        saved = default_storage.save(path, content)
    except OSError as error:
        require_room(error)
        raise
    if saved != path:
        files_forget([saved])
        raise ExportCollision(f"{path} lies in the storage already")


def _require_rows(agency: Agency, paths: list[str]) -> None:
    with as_owner(), schema_entered(agency.schema_name), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(DISTINCT path) FROM {FILES} WHERE path = ANY(%s)",  # noqa: S608
            [paths],
        )
        if cursor.fetchone()[0] != len(paths):
            raise ExportDamaged("a file of the bundle belongs to no row")


def _require_honest(agency: Agency, apart: set[str]) -> None:
    """No row may name what is not its own: its officers would read another agency's file by it."""
    with as_owner(), schema_entered(agency.schema_name), connection.cursor() as cursor:
        cursor.execute(f"SELECT FROM {FILES} WHERE path !~ %s LIMIT 1", [PATH])
        if cursor.rowcount:
            raise ExportDamaged("a row names a file where none of ours lies")
    if any(not re.fullmatch(PATH, path) for path in apart):
        raise ExportDamaged("a file that does not travel lies where none of ours does")
    # Those that travel are looked for one by one, before they are written.
    there = sorted(path for path in apart if default_storage.exists(path))
    if there:
        raise ExportCollision(f"{there[0]} lies in the storage already")


def _require_whole(bundle: OpenedExport, agency: Agency, apart: set[str]) -> None:
    with as_owner(), schema_entered(agency.schema_name), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT path) FILTER (WHERE path = ANY(%s)),"  # noqa: S608
            f" count(DISTINCT path) FILTER (WHERE path <> ALL(%s)) FROM {FILES}",
            [sorted(apart), sorted(apart)],
        )
        if cursor.fetchone() != (len(apart), bundle.manifest.files.count):
            raise ExportDamaged("the rows name more files than the bundle accounts for")
