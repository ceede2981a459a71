"""Places of stored files: deletion of old places, and moves of an earlier release's files.

A place is the path of a file in the storage. An earlier release used paths without an owner and did
not move files with a transferred case, so agencies that had the case before know the path.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.complaints.selectors import files_unbound, files_under
from shared.complaints.services import attachments_place
from shared.files.places import is_unbound, place_make
from shared.files.upload_storage import file_link, places_delete
from tenants.custody.selectors import departures_of
from tenants.custody.services.moved_files import releases_end
from tenants.isolation.schema_switch import schema_entered
from tenants.isolation.sql import sql_column
from tenants.models import Agency, CaseMove, FileRelease

logger = logging.getLogger(__name__)

# The schemas that have the table of files, whatever the agency's state, because closed and
# restored agencies have files too.
_WITH_CASES = """
    SELECT nspname FROM pg_catalog.pg_class
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relname = 'complaints_attachment'
"""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A row of an agency that names a file whose path names no owner."""

    schema: str
    row_id: UUID
    reference: str


def file_releases_overdue() -> int:
    """Delete old files that killed processes left, and return the count of files.

    Files of cases in transfer stay. A file whose path names no owner stays if a row of another
    agency names the file.
    """
    rows = list(FileRelease.objects.exclude(reference__in=CaseMove.objects.values("reference")))
    kept = [
        one
        for one in rows
        if is_unbound(one.path)
        and one.path in files_named(prefix=one.path, exclude=one.from_schema)
    ]
    FileRelease.objects.filter(pk__in=[one.pk for one in kept]).delete()
    return releases_end([one for one in rows if one not in kept])


def files_bind() -> int:
    """Move files whose path names no owner to paths of the agency whose rows name the files.

    Rows of agencies that have transferred the case are ignored. A file that several agencies still
    name is not moved, and an error is logged. Returns the count of moved rows.
    """
    moved = 0
    for path, claims in _claims().items():
        held = _not_handed_over(claims)
        if len({one.schema for one in held}) != 1:
            logger.error("%d rows of several agencies name one file, it stays", len(claims))
            continue
        moved += _bind(path, held)
    return moved


def files_on_their_way() -> bool:
    """Return whether a case is in transfer between agencies of a cluster.

    No row of an agency names the files of a case in transfer.
    """
    return CaseMove.objects.exists()


def schemas_with_cases() -> list[str]:
    """Return the schemas of all agencies that have tables, in any state, with two queries."""
    schemas = set(sql_column(_WITH_CASES))
    known = Agency.objects.order_by("code").values_list("schema_name", flat=True)
    return [schema for schema in known if schema in schemas]


def files_named(*, prefix: str, exclude: str = "") -> set[str]:
    """Return the paths of files with this prefix that rows of agencies name, except ``exclude``.

    ``exclude`` is the name of a schema. Each agency costs two queries. Database errors are raised,
    because a caller that deletes all other files needs the complete list.
    """
    found: set[str] = set()
    for schema in schemas_with_cases():
        if schema != exclude:
            with schema_entered(schema):
                found |= files_under(prefix=prefix)
    return found


def _claims() -> dict[str, list[_Claim]]:
    found: dict[str, list[_Claim]] = defaultdict(list)
    for schema in schemas_with_cases():
        with schema_entered(schema):
            for row_id, path, reference in files_unbound():
                found[path].append(_Claim(schema, row_id, reference))
    return found


def _not_handed_over(claims: Sequence[_Claim]) -> list[_Claim]:
    if len({one.schema for one in claims}) == 1:
        return list(claims)
    left = departures_of(references=[one.reference for one in claims])
    return [
        one
        for one in claims
        if not any((one.schema, other.reference) in left for other in claims if other is not one)
    ]


def _bind(path: str, claims: Sequence[_Claim]) -> int:
    schema = claims[0].schema
    places = {}
    for one in claims:
        try:
            places[one.row_id] = file_link(path, owner=schema, to=schema)
        except FileNotFoundError:
            places[one.row_id] = place_make(owner=schema)
    with schema_entered(schema):
        attachments_place(places=places, former=path)
    # The file is deleted at its old place, which the agency that transferred the case knows.
    places_delete([path])
    return len(places)
