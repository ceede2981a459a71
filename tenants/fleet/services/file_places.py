"""Places of files: which places rows name, deletion of old places, moves from former places.

An earlier release gave places without an owner, and did not move a file when its case was
transferred: agencies that had the case before know its place.
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

# Agencies in every state: closed agencies, outdated agencies and restores have files too.
_WITH_CASES = """
    SELECT nspname FROM pg_catalog.pg_class
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relname = 'complaints_attachment'
"""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A row of an agency that names a place without an owner."""

    schema: str
    row_id: UUID
    reference: str


def file_releases_overdue() -> int:
    """Delete files that killed processes left, except of cases in transfer; return how many files.

    A place of an earlier release is deleted only if no other agency names it, because the sending
    agency's row may have named another agency's place.
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
    """Move files of an earlier release to places of the agency that names them; return how many.

    Where rows of several agencies name the same place, a row counts unless its agency has
    transferred the case of another row. If several agencies remain, the file is not moved, and the
    conflict is logged.
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
    """Return whether a case is in transfer between agencies of a cluster: no row then names its
    files.
    """
    return CaseMove.objects.exists()


def schemas_with_cases() -> list[str]:
    """Return the schemas of agencies in every state that have their tables, with two queries."""
    schemas = set(sql_column(_WITH_CASES))
    known = Agency.objects.order_by("code").values_list("schema_name", flat=True)
    return [schema for schema in known if schema in schemas]


def files_named(*, prefix: str, exclude: str = "") -> set[str]:
    """Return the places with this prefix that agencies' rows name; two queries for each agency.

    The schema ``exclude`` is not read. Raises the database's errors, because a caller that deletes
    other places needs the complete list.
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
    # The old file is deleted because the agency that transferred the case knows its place.
    places_delete([path])
    return len(places)
