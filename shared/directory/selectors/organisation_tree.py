"""The tree of bodies for people who browse: kinds, then bodies, then the bodies under a body."""

from collections.abc import Mapping

from django.db.models import QuerySet

from shared.directory.enums import OrganisationKind
from shared.directory.models import Organisation
from shared.directory.selectors.organisations import (
    organisation_counts,
    organisation_find,
    organisation_path,
    organisations_below,
)
from shared.directory.selectors.sources import TERRITORY_PARENT
from shared.directory.types import Branch, OrganisationInfo, Tree

# The code of the body that receives requests when nobody knows the competent body.
ORIENTATION = "orientation"
# Kinds with a list of their own. Communes and provinces are listed by region, because a list of all
# would be too long.
BROWSED = (
    OrganisationKind.REGION,
    OrganisationKind.MINISTRY,
    OrganisationKind.INSTITUTION,
)


def branches_of(*, branch: str, language: str) -> Tree:
    """Return the branches under a kind or a body; the top branches for any other code."""
    counts = organisation_counts()
    kinds = {
        kind.value: Branch(code=kind.value, name=str(kind.label), below=counts[kind], is_body=False)
        for kind in BROWSED
        if kind in counts
    }
    if branch in kinds:
        rows = organisations_below(kind=branch, top="", language=language)
        return Tree(way=(kinds[branch],), branches=_branches(rows, language))
    body = organisation_find(code=branch)
    if body is None:
        return Tree(way=(), branches=tuple(kinds.values()))
    rows = organisations_below(kind="", top=branch, language=language).filter(parent__code=branch)
    return Tree(way=_way_to(body, kinds, language), branches=_branches(rows, language))


def _way_to(
    body: OrganisationInfo, kinds: Mapping[str, Branch], language: str
) -> tuple[Branch, ...]:
    # In the table, regions are under the Ministry of the Interior; in the tree, regions are at the
    # top.
    above = [
        (one.code, one.names.text(language))
        for one in organisation_path(code=body.code)
        if one.code != TERRITORY_PARENT
    ]
    named = (*above, (body.code, body.name(language)))
    first = kinds.get(body.kind) or kinds.get(OrganisationKind.REGION)
    bodies = (Branch(code=code, name=name, below=0, is_body=True) for code, name in named)
    return (*((first,) if first else ()), *bodies)


def _branches(rows: QuerySet[Organisation], language: str) -> tuple[Branch, ...]:
    return tuple(
        Branch(code=row.code, name=row.name(language), below=row.below, is_body=True)  # type: ignore[attr-defined]  # annotated
        for row in rows
        if row.code != ORIENTATION
    )
