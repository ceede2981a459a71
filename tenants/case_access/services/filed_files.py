"""The move of a new request's files to storage places of the agency that gets the request."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from django.db import transaction

from shared.complaints.types import StoredFile
from shared.files.places import is_place_of, place_make
from shared.files.upload_storage import file_link, kept_unless_refused, places_delete
from shared.kernel.errors import DomainError
from shared.rows.errors import AlreadyInserted
from tenants.agencies.selectors import NATIONAL_SCHEMA
from tenants.models import Agency


@contextmanager
def files_of_agency(
    files: Sequence[StoredFile], agency: Agency
) -> Iterator[tuple[StoredFile, ...]]:
    """Link stored files to places of an agency while a block files a request with that agency.

    The national places where the files were uploaded are deleted after the commit. Raises
    ``StorageFull``.
    """
    owner = agency.schema_name
    taken = {one.path: _taken(one.path, owner) for one in files}
    moved = {path: place for path, place in taken.items() if path != place}
    with kept_unless_refused(moved.values(), refusals=(DomainError, AlreadyInserted)):
        yield tuple(replace(one, path=taken[one.path]) for one in files)
    # A place made by an earlier release is kept, because other rows may name the same place.
    former = [path for path in moved if is_place_of(path, owner=NATIONAL_SCHEMA)]
    if former:
        transaction.on_commit(lambda: places_delete(former))


def _taken(path: str, owner: str) -> str:
    if is_place_of(path, owner=owner):
        return path
    try:
        return file_link(path, owner=NATIONAL_SCHEMA, to=owner)
    except FileNotFoundError:
        # The file is lost: the request is filed anyway, with a place that has no file.
        return place_make(owner=owner)
