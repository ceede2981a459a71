"""Bring the directory to what its sources say."""

from dataclasses import fields

from django.db import transaction

from shared.directory.errors import DirectoryDataInvalid
from shared.directory.models import KEY_LENGTH, Alias, Organisation
from shared.directory.services.sources import organisation_rows
from shared.directory.types import LoadReport, OrganisationRow
from shared.kernel.actors import Actor
from shared.kernel.text import search_phrase, sound_key

_COPIED = tuple(
    field.name
    for field in fields(OrganisationRow)
    if field.name not in {"code", "parent_code", "aliases"}
)


@transaction.atomic
def directory_load(*, actor: Actor) -> LoadReport:
    """Create, update and deactivate bodies until the table equals the sources; run it at will.

    A body that left the sources is kept, inactive: its old cases still name it. The workspace that
    answers for a body is not in the sources and is left alone, as are bodies that were added here.
    """
    rows = organisation_rows()
    # One load at a time: two would create the same codes.
    stored = {row.code: row for row in Organisation.objects.select_for_update().order_by("id")}
    wanted = {row.code for row in rows}
    created = _create_missing(rows, stored)
    updated = _update_changed(rows, stored, created=created)
    deactivated = _deactivate(stored, wanted)
    _align_aliases(rows, stored)
    return LoadReport(
        created=len(created),
        updated=updated,
        unchanged=len(rows) - len(created) - updated,
        deactivated=deactivated,
    )


def _create_missing(rows: list[OrganisationRow], stored: dict[str, Organisation]) -> frozenset[str]:
    missing = [row for row in rows if row.code not in stored]
    created = frozenset(row.code for row in missing)
    while missing:
        # A level at a time, parents first: a child needs the key of its parent.
        level = [row for row in missing if not row.parent_code or row.parent_code in stored]
        stored.update(
            (organisation.code, organisation)
            for organisation in Organisation.objects.bulk_create(
                [_new(row, stored) for row in level]
            )
        )
        done = {row.code for row in level}
        missing = [row for row in missing if row.code not in done]
    return created


def _new(row: OrganisationRow, stored: dict[str, Organisation]) -> Organisation:
    organisation = Organisation(code=row.code)
    _copy(row, organisation, stored)
    return organisation


def _copy(
    row: OrganisationRow, organisation: Organisation, stored: dict[str, Organisation]
) -> bool:
    """Write the row onto the body; whether anything differed."""
    parent_id = stored[row.parent_code].pk if row.parent_code else None
    before = (organisation.parent_id, organisation.is_active, _values(organisation))
    for name in _COPIED:
        setattr(organisation, name, getattr(row, name))
    organisation.parent_id = parent_id
    organisation.is_active = True
    return before != (parent_id, True, _values(organisation))


def _values(organisation: Organisation) -> tuple[object, ...]:
    return tuple(getattr(organisation, name) for name in _COPIED)


def _update_changed(
    rows: list[OrganisationRow], stored: dict[str, Organisation], *, created: frozenset[str]
) -> int:
    changed = [
        stored[row.code]
        for row in rows
        if row.code not in created and _copy(row, stored[row.code], stored)
    ]
    Organisation.objects.bulk_update(changed, [*_COPIED, "parent", "is_active"], batch_size=200)
    return len(changed)


def _deactivate(stored: dict[str, Organisation], wanted: set[str]) -> int:
    gone = [
        row.pk
        for row in stored.values()
        if row.is_active and not row.is_added and row.code not in wanted
    ]
    return Organisation.objects.filter(pk__in=gone).update(is_active=False) if gone else 0


def _align_aliases(rows: list[OrganisationRow], stored: dict[str, Organisation]) -> None:
    wanted: dict[tuple[int, str], Alias] = {}
    for row in rows:
        for alias in row.aliases:
            key = search_phrase(alias.text)
            if not key or len(key) > KEY_LENGTH:
                raise DirectoryDataInvalid(f"{row.code}: {alias.text!r} cannot be searched")
            wanted.setdefault(
                (stored[row.code].pk, key),
                Alias(
                    organisation_id=stored[row.code].pk,
                    kind=alias.kind,
                    text=alias.text,
                    key=key,
                    sound=sound_key(alias.text),
                ),
            )
    sourced = {row.code for row in rows}
    added = [row.pk for row in stored.values() if row.is_added and row.code not in sourced]
    present = {
        _identity(alias): alias.pk
        for alias in Alias.objects.exclude(organisation__in=added).order_by("id")
    }
    expected = {_identity(alias) for alias in wanted.values()}
    Alias.objects.filter(
        pk__in=[pk for identity, pk in present.items() if identity not in expected]
    ).delete()
    Alias.objects.bulk_create(
        [alias for alias in wanted.values() if _identity(alias) not in present], batch_size=2000
    )


def _identity(alias: Alias) -> tuple[int, str, str, str, str]:
    return (alias.organisation_id, alias.kind, alias.text, alias.key, alias.sound)
