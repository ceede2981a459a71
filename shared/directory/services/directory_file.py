"""Loader of the directory from its sources."""

from django.db import transaction

from shared.directory.errors import DirectoryDataInvalid
from shared.directory.models import KEY_LENGTH, Alias, Organisation
from shared.directory.selectors.sources import organisation_rows
from shared.directory.selectors.topics.files import topic_targets_check
from shared.directory.types import OrganisationRow
from shared.kernel.actors import Actor
from shared.kernel.text import search_phrase, sound_key
from shared.reference_data.files import LoadReport, assign_changed
from shared.reference_data.wordings import wording_columns


@transaction.atomic
def directory_load(*, actor: Actor) -> LoadReport:
    """Create, update and deactivate bodies so that the table equals the sources; may be repeated.

    A body that is not in the sources any more becomes inactive, because old cases refer to the
    body. A load changes neither the workspaces of bodies nor the bodies that oversight added.
    """
    rows = organisation_rows()
    topic_targets_check(row.code for row in rows)
    # The lock stops a second load meanwhile, because two loads would create the same codes.
    stored = {row.code: row for row in Organisation.objects.select_for_update().order_by("id")}
    known = [row for row in rows if row.code in stored]
    _create_missing(rows, stored)
    changed = [
        stored[row.code] for row in known if assign_changed(stored[row.code], _columns(row, stored))
    ]
    Organisation.objects.bulk_update(
        changed, [name.removesuffix("_id") for name in _columns(rows[0], stored)], batch_size=200
    )
    codes = {row.code for row in rows}
    gone = [
        row.pk
        for row in stored.values()
        if row.is_active and not row.is_added and row.code not in codes
    ]
    _align_aliases(rows, stored)
    return LoadReport(
        created=len(rows) - len(known),
        updated=len(changed),
        unchanged=len(known) - len(changed),
        deactivated=Organisation.objects.filter(pk__in=gone).update(is_active=False),
    )


def _create_missing(rows: list[OrganisationRow], stored: dict[str, Organisation]) -> None:
    while missing := [row for row in rows if row.code not in stored]:
        # Bodies are created level by level, because a child needs the primary key of its parent.
        level = Organisation.objects.bulk_create(
            Organisation(code=row.code, **_columns(row, stored))
            for row in missing
            if not row.parent_code or row.parent_code in stored
        )
        stored.update((body.code, body) for body in level)


def _columns(row: OrganisationRow, stored: dict[str, Organisation]) -> dict[str, object]:
    return {
        **wording_columns("name", row.names),
        **wording_columns("handles", row.handles),
        **wording_columns("refusal", row.refusal),
        "kind": row.kind,
        "accepts": row.accepts,
        "population": row.population,
        "parent_id": stored[row.parent_code].pk if row.parent_code else None,
        "is_active": True,
    }


def _align_aliases(rows: list[OrganisationRow], stored: dict[str, Organisation]) -> None:
    wanted: dict[tuple[int, str], Alias] = {}
    for row in rows:
        body = stored[row.code]
        for alias in row.aliases:
            key = search_phrase(alias.text)
            if not key or len(key) > KEY_LENGTH:
                raise DirectoryDataInvalid(f"{row.code}: {alias.text!r} cannot be searched")
            sound = sound_key(alias.text)
            wanted.setdefault(
                (body.pk, key),
                Alias(organisation=body, kind=alias.kind, text=alias.text, key=key, sound=sound),
            )
    expected = {_identity(alias): alias for alias in wanted.values()}
    codes = {row.code for row in rows}
    added = [row.pk for row in stored.values() if row.is_added and row.code not in codes]
    present = {
        _identity(alias): alias.pk
        for alias in Alias.objects.exclude(organisation__in=added).order_by("id")
    }
    stale = [pk for identity, pk in present.items() if identity not in expected]
    Alias.objects.filter(pk__in=stale).delete()
    Alias.objects.bulk_create(
        [alias for identity, alias in expected.items() if identity not in present], batch_size=2000
    )


def _identity(alias: Alias) -> tuple[int, str, str, str, str]:
    return (alias.organisation_id, alias.kind, alias.text, alias.key, alias.sound)
