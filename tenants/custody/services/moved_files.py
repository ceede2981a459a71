"""New storage places for the files of a transferred case, and deletion of the former places.

Before the commit each file has both places, so no file is lost if a process dies. The hourly
maintenance deletes new places of a transfer that was rolled back, because no row names them. The
former places of a committed transfer are rows of ``FileRelease`` until the files are deleted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shared.complaints.types.custody import FILE_ROWS, CasePayload, Row
from shared.files.places import is_place_of, is_unbound, place_make
from shared.files.upload_storage import file_link, places_delete
from shared.kernel import clock
from shared.kernel.failpoint import failpoint
from tenants.models import FileRelease


def files_relink(payload: CasePayload, *, sender: str, to: str) -> CasePayload:
    """Link every file of a payload to a new place of the receiving schema ``to``.

    A row gets a place without a file if its file is missing or is not the sender's. Raises
    ``StorageFull``.
    """
    if not (rows := payload.rows[FILE_ROWS]):
        return payload
    moved = tuple(_relinked(row, sender, to) for row in rows)
    return replace(payload, rows={**payload.rows, FILE_ROWS: moved})


def _relinked(row: Row, sender: str, to: str) -> Row:
    failpoint("file_link:before")
    try:
        place = file_link(row["path"], owner=sender, to=to)
    except FileNotFoundError:
        place = place_make(owner=to)
    failpoint("file_link:after")
    return {**row, "path": place}


def release_record(paths: Iterable[str], *, reference: str, sender: str) -> tuple[str, ...]:
    """Record, in the transfer's transaction, the former places to delete; return these places.

    Places of other schemas are left out, because the sender can write any place into its rows.
    """
    own = {path for path in paths if is_place_of(path, owner=sender) or is_unbound(path)}
    left = tuple(sorted(own))
    if left:
        FileRelease.objects.bulk_create(
            (
                FileRelease(path=path, reference=reference, from_schema=sender, at=clock.now())
                for path in left
            ),
            ignore_conflicts=True,
        )
    return left


def files_release(*, reference: str) -> int:
    """Delete the former places of the files of a case; return how many.

    A place made by an earlier release is left to the hourly maintenance, which first checks whether
    other rows name the same place.
    """
    rows = FileRelease.objects.filter(reference=reference)
    return releases_end([one for one in rows if not is_unbound(one.path)])


def releases_end(rows: Sequence[FileRelease]) -> int:
    """Delete the files at the places of these rows, and then the rows; return how many."""
    failpoint("file_unlink:before")
    places_delete(one.path for one in rows)
    failpoint("file_unlink:after")
    FileRelease.objects.filter(pk__in=[one.pk for one in rows]).delete()
    return len(rows)
