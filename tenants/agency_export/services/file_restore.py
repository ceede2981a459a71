"""The files of a restore: written to the storage, compared with the export, deleted by an undo."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage

from shared.files.places import ForeignPlace, place_bound
from shared.files.upload_storage import file_opened, places_delete
from tenants.agency_export.errors import ExportCollision, ExportDamaged
from tenants.agency_export.services.digests import digest_of
from tenants.agency_export.services.encryption import disk_space_require
from tenants.agency_export.services.export_verification import FILE_PREFIX, OpenedExport
from tenants.agency_export.services.table_copy import FILES
from tenants.agency_export.services.tar_archive import PIECE, Member, MemberReader, pieces
from tenants.isolation.schema_switch import as_owner, schema_entered
from tenants.isolation.sql import sql_column, sql_rows, sql_run
from tenants.models import Agency

FILES_PER_PAGE = 200
PATHS_PER_PAGE = 5_000
# The list of the files' places; a place is written before its file, so an undo finds all files.
PLACED = "placed.txt"
# The form of places in ``shared.files``; $ is not used, as $ matches before a final line break too.
PATH = r"\Aattachments/[0-9a-f]{4}/[0-9a-f]{32}([0-9a-f]{16})?\Z"


def files_write(
    *,
    opened_export: OpenedExport,
    agency: Agency,
    folder: Path,
    left: frozenset[str],
    on_progress: Callable[[int], None],
) -> None:
    """Write every file to the place in its row; ``on_progress`` gets the count of bytes done.

    Each place first gets the digest of this agency with this installation's ``LOOKUP_KEY``, because
    another installation or release may have made the export. Files of transferred cases, at the
    places ``left``, are not written. Raises ``ExportCollision``, ``ExportDamaged``,
    ``ExportNoSpace``.
    """
    _require_places(
        agency, {*opened_export.manifest.files.missing, *opened_export.manifest.files.infected}
    )
    _rows_bind(agency)
    apart = _bound(
        {*opened_export.manifest.files.missing, *opened_export.manifest.files.infected}, agency
    )
    left = _bound(left, agency)
    # The places of exported files are checked page by page, before each page is written.
    _require_not_stored(sorted(apart - left))
    files, done = _own_files(opened_export, agency, left), 0
    with (folder / PLACED).open("a") as placed:
        while page := list(islice(files, FILES_PER_PAGE)):
            paths = [_place_of(one, agency) for one in page]
            _require_rows(agency, paths)
            if not apart.isdisjoint(paths):
                raise ExportDamaged("a file is in the bundle that it calls missing")
            _require_not_stored(paths)
            placed.write("".join(f"{path}\n" for path in paths))
            placed.flush()
            for member, path in zip(page, paths, strict=True):
                _file_write(opened_export, member, path)
                done += member.size
            on_progress(done)
    _require_all_files(opened_export, agency, apart)


def files_compare(
    *,
    opened_export: OpenedExport,
    agency: Agency,
    left: frozenset[str],
    on_progress: Callable[[int], None],
) -> None:
    """Compare every file that was written with the export. Raises ``ExportDamaged``."""
    done = 0
    for member in _own_files(opened_export, agency, _bound(left, agency)):
        path = _place_of(member, agency)
        with file_opened(path, owner=agency.schema_name) as stored:
            if digest_of(stored.chunks(PIECE)) != digest_of(pieces(opened_export.archive, member)):
                raise ExportDamaged(f"{path} came out of the storage as another one")
        done += member.size
        on_progress(done)


def files_remove(*, folder: Path) -> None:
    """Delete the files that a restore put into the storage; the call may be repeated. Raises
    ``OSError``.
    """
    record = folder / PLACED
    if not record.exists():
        return
    with record.open() as placed:
        while page := list(islice(placed, FILES_PER_PAGE)):
            # A killed process may have left half a line, which is not used: the half path could
            # be a folder of other files, and the file of this line was not stored yet.
            for line in page:
                if line.endswith("\n"):
                    with suppress(FileNotFoundError):
                        default_storage.delete(line.strip())


def _own_files(
    opened_export: OpenedExport, agency: Agency, left: Collection[str]
) -> Iterator[Member]:
    return (one for one in opened_export.files() if _place_of(one, agency) not in left)


def _place_of(member: Member, agency: Agency) -> str:
    """Return the place of an exported file in this storage. Raises ``ExportDamaged``."""
    try:
        return place_bound(member.name.removeprefix(FILE_PREFIX), owner=agency.schema_name)
    except ForeignPlace:
        raise ExportDamaged("a file lies where none of ours does") from None


def _bound(paths: Collection[str], agency: Agency) -> frozenset[str]:
    return frozenset(place_bound(path, owner=agency.schema_name) for path in paths)


def _rows_bind(agency: Agency) -> None:
    """Update the rows of files to places of this agency; the call may be repeated."""
    after = ""
    with as_owner(), schema_entered(agency.schema_name):
        while paths := sql_column(
            f"SELECT DISTINCT path FROM {FILES} WHERE path > %s ORDER BY path LIMIT %s",  # noqa: S608
            after,
            PATHS_PER_PAGE,
        ):
            after = paths[-1]
            bound = {one: place_bound(one, owner=agency.schema_name) for one in paths}
            changed = {one: place for one, place in bound.items() if one != place}
            sql_run(
                f"UPDATE {FILES} SET path = place FROM unnest(%s::text[], %s::text[])"  # noqa: S608
                " AS bound(former, place) WHERE path = former",
                list(changed),
                list(changed.values()),
            )


def _file_write(opened_export: OpenedExport, member: Member, path: str) -> None:
    content = File(cast(IO[bytes], MemberReader(opened_export.archive, member)), name=path)
    # Otherwise Django would ask the reader for its size, which a reader does not have.
    content.size = member.size
    try:
        saved = default_storage.save(path, content)
    except OSError as error:
        disk_space_require(error)
        raise
    if saved != path:
        places_delete([saved])
        raise ExportCollision(f"{path} lies in the storage already")


def _count(agency: Agency, sql: str, *params: object) -> tuple[int, ...]:
    with as_owner(), schema_entered(agency.schema_name):
        return sql_rows(sql, *params)[0]


def _require_rows(agency: Agency, paths: list[str]) -> None:
    sql = f"SELECT count(DISTINCT path) FROM {FILES} WHERE path = ANY(%s)"  # noqa: S608
    if _count(agency, sql, paths) != (len(paths),):
        raise ExportDamaged("a file of the bundle belongs to no row")


def _require_places(agency: Agency, apart: set[str]) -> None:
    """Require places of our own form, because another place could lead to others' files."""
    if _count(agency, f"SELECT count(*) FROM {FILES} WHERE path !~ %s", PATH) != (0,):  # noqa: S608
        raise ExportDamaged("a row names a file where none of ours lies")
    if any(not re.fullmatch(PATH, path) for path in apart):
        raise ExportDamaged("a file that does not travel lies where none of ours does")


def _require_not_stored(paths: list[str]) -> None:
    for path in paths:
        if default_storage.exists(path):
            raise ExportCollision(f"{path} lies in the storage already")


def _require_all_files(opened_export: OpenedExport, agency: Agency, apart: Collection[str]) -> None:
    found = _count(
        agency,
        "SELECT count(DISTINCT path) FILTER (WHERE path = ANY(%s)),"  # noqa: S608
        f" count(DISTINCT path) FILTER (WHERE path <> ALL(%s)) FROM {FILES}",
        sorted(apart),
        sorted(apart),
    )
    if found != (len(apart), opened_export.manifest.files.count):
        raise ExportDamaged("the rows name more files than the bundle accounts for")
