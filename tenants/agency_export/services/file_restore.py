"""Write the files of an export into the storage, compare them, and remove them."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage

from shared.files.upload_storage import files_delete, files_forget
from tenants.agency_export.errors import ExportCollision, ExportDamaged
from tenants.agency_export.services.digests import digest_of
from tenants.agency_export.services.encryption import require_room
from tenants.agency_export.services.table_copy import FILES
from tenants.agency_export.services.tar_archive import Member, MemberReader, pieces
from tenants.agency_export.services.verification import FILE_PREFIX, OpenedExport
from tenants.isolation.schema_switch import as_owner, schema_entered
from tenants.isolation.sql import sql_rows
from tenants.models import Agency

FILES_PER_PAGE = 200
PIECE = 1024 * 1024
# Names of what was put into the storage, before it is: what a killed process leaves is found by it.
PLACED = "placed.txt"
# As ``shared.files`` names them; \A and \Z, for $ lets a line's end through.
PATH = r"\Aattachments/[0-9a-f]{4}/[0-9a-f]{32}\Z"


def files_write(
    *,
    bundle: OpenedExport,
    agency: Agency,
    folder: Path,
    left: frozenset[str],
    on_progress: Callable[[int], None],
) -> None:
    """Put every file where its row says; ``on_progress`` is called with the number of bytes done.

    ``left``: places of files that belong to another agency by now, and stay as they are. Raises
    ``ExportCollision``, ``ExportDamaged``, ``ExportNoSpace``.
    """
    apart = {*bundle.manifest.files.missing, *bundle.manifest.files.infected}
    _require_own_paths(agency, apart, left)
    files, done = _own_files(bundle, left), 0
    with (folder / PLACED).open("a") as placed:
        while page := list(islice(files, FILES_PER_PAGE)):
            paths = [one.name.removeprefix(FILE_PREFIX) for one in page]
            _require_rows(agency, paths)
            if not apart.isdisjoint(paths):
                raise ExportDamaged("a file is in the bundle that it calls missing")
            _require_not_stored(paths)
            placed.write("".join(f"{path}\n" for path in paths))
            placed.flush()
            for member, path in zip(page, paths, strict=True):
                _file_write(bundle, member, path)
                done += member.size
            on_progress(done)
    _require_all_files(bundle, agency, apart)


def files_compare(
    *, bundle: OpenedExport, left: frozenset[str], on_progress: Callable[[int], None]
) -> None:
    """Read every file again from the storage. Raises ``ExportDamaged``."""
    done = 0
    for member in _own_files(bundle, left):
        path = member.name.removeprefix(FILE_PREFIX)
        with default_storage.open(path) as stored:
            if digest_of(stored.chunks(PIECE)) != digest_of(pieces(bundle.archive, member)):
                raise ExportDamaged(f"{path} came out of the storage as another one")
        done += member.size
        on_progress(done)


def files_remove(*, folder: Path) -> None:
    """Delete what was put into the storage on the way; safe to repeat. Raises ``OSError``."""
    record = folder / PLACED
    if not record.exists():
        return
    with record.open() as placed:
        while page := list(islice(placed, FILES_PER_PAGE)):
            # A line that a killed process has left half written names a folder of others' files;
            # the file that it was about had not been placed yet.
            files_delete([line.strip() for line in page if line.endswith("\n")])


def _own_files(bundle: OpenedExport, left: frozenset[str]) -> Iterator[Member]:
    return (one for one in bundle.files() if one.name.removeprefix(FILE_PREFIX) not in left)


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


def _count(agency: Agency, sql: str, *params: object) -> tuple[int, ...]:
    with as_owner(), schema_entered(agency.schema_name):
        return sql_rows(sql, *params)[0]


def _require_rows(agency: Agency, paths: list[str]) -> None:
    sql = f"SELECT count(DISTINCT path) FROM {FILES} WHERE path = ANY(%s)"  # noqa: S608
    if _count(agency, sql, paths) != (len(paths),):
        raise ExportDamaged("a file of the bundle belongs to no row")


def _require_own_paths(agency: Agency, apart: set[str], left: frozenset[str]) -> None:
    """No row may name what is not its own: its officers would read another agency's file by it."""
    if _count(agency, f"SELECT count(*) FROM {FILES} WHERE path !~ %s", PATH) != (0,):  # noqa: S608
        raise ExportDamaged("a row names a file where none of ours lies")
    if any(not re.fullmatch(PATH, path) for path in apart):
        raise ExportDamaged("a file that does not travel lies where none of ours does")
    # The files of the export are checked one by one, before they are written.
    _require_not_stored(sorted(apart - left))


def _require_not_stored(paths: list[str]) -> None:
    for path in paths:
        if default_storage.exists(path):
            raise ExportCollision(f"{path} lies in the storage already")


def _require_all_files(bundle: OpenedExport, agency: Agency, apart: set[str]) -> None:
    found = _count(
        agency,
        "SELECT count(DISTINCT path) FILTER (WHERE path = ANY(%s)),"  # noqa: S608
        f" count(DISTINCT path) FILTER (WHERE path <> ALL(%s)) FROM {FILES}",
        sorted(apart),
        sorted(apart),
    )
    if found != (len(apart), bundle.manifest.files.count):
        raise ExportDamaged("the rows name more files than the bundle accounts for")
