"""New places for the files of a case that changes hands, and deletion of the former ones.

Before the commit each file has both places, so nothing is lost whenever a process dies: rows name
the old places until the commit and the new ones from then on. A place that was linked for a
transfer that is rolled back is named by no row and swept; the places that a committed transfer has
left are rows of ``FileRelease`` until they are deleted.
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
    """Link every file of a payload to a place of the schema that takes the case over.

    A row with no file, or with a file that is not the sender's, gets a place without a file. Raises
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
    """Record the places that are left, in the transaction of the transfer; return them.

    A row may name any place: only a place of the sender, or of nobody, is ever deleted.
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
    """Delete the places that the files of a case have left; return how many.

    An earlier release's place is left to the hourly maintenance, which checks what other rows name
    it.
    """
    rows = FileRelease.objects.filter(reference=reference)
    return releases_end([one for one in rows if not is_unbound(one.path)])


def releases_end(rows: Sequence[FileRelease]) -> int:
    """Delete the files at these places and the rows that ask for it; return how many."""
    failpoint("file_unlink:before")
    places_delete(one.path for one in rows)
    failpoint("file_unlink:after")
    FileRelease.objects.filter(pk__in=[one.pk for one in rows]).delete()
    return len(rows)
