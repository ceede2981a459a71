"""Queries for the directory: bodies, bodies below a body, and the agency for a body's cases."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from shared.directory.enums import OrganisationKind
from shared.directory.errors import OrganisationNotFound
from shared.directory.models import Organisation
from shared.directory.types import (
    Handler,
    OrganisationInfo,
    OrganisationName,
)
from shared.kernel.text import Wording
from shared.rows.selectors import found_or_refuse

# The order of bodies with equal scores, by what people mean most often: a city before its province.
KIND_ORDER = (
    OrganisationKind.MINISTRY,
    OrganisationKind.INSTITUTION,
    OrganisationKind.COMMUNE,
    OrganisationKind.PREFECTURE,
    OrganisationKind.PROVINCE,
    OrganisationKind.REGION,
    OrganisationKind.ARRONDISSEMENT,
    OrganisationKind.OTHER,
)


def organisation_get(*, code: str) -> OrganisationInfo:
    """Return an active body. Raises ``OrganisationNotFound``."""
    return found_or_refuse(organisation_find(code=code), OrganisationNotFound(code))


def organisation_find(*, code: str) -> OrganisationInfo | None:
    """Return an active body; ``None`` if the code is blank or belongs to no active body."""
    row = _active().select_related("parent").filter(code=code).first() if code else None
    return _info(row) if row else None


def organisation_label(*, code: str, language: str) -> str:
    """Return a body's name, or its code for an inactive body, which may have open cases."""
    body = organisation_find(code=code)
    return body.name(language) if body else code


def organisation_names(*, codes: Iterable[str]) -> dict[str, Wording]:
    """Return the names of bodies, keyed by code; inactive bodies are included."""
    return {
        row.code: row.names
        for row in Organisation.objects.filter(code__in=set(codes)).order_by("code")
    }


def organisation_kinds(*, codes: Iterable[str]) -> dict[str, str]:
    """Return the kinds of bodies, keyed by code; unknown codes are left out; one query."""
    rows = Organisation.objects.filter(code__in=list(codes)).order_by()
    return dict(rows.values_list("code", "kind"))


def organisations_of_agency(*, agency_code: str) -> list[OrganisationInfo]:
    """Return a workspace's active bodies that accept cases, sorted by kind and French name.

    The workspace also answers for other bodies, under these bodies and without a workspace of their
    own, but the list leaves them out.
    """
    return [
        _info(row) for row in _in_order(_active().filter(agency_code=agency_code, accepts=True))
    ]


def organisation_path(*, code: str) -> list[OrganisationName]:
    """Return the bodies above an active body, the highest first; one query."""
    row = _active().select_related("parent__parent__parent__parent").get(code=code)
    above: list[OrganisationName] = []
    while len(above) < HIGHEST and row.parent is not None:
        row = row.parent
        above.insert(0, OrganisationName(code=row.code, names=row.names))
    return above


def organisations_below(*, kind: str, top: str, language: str) -> QuerySet[Organisation]:
    """Return active bodies of ``kind``, at most three levels under ``top``, sorted by name.

    Each row has ``below``, the count of bodies directly under the body. A blank ``kind`` or ``top``
    is no filter.
    """
    rows = _active()
    if kind:
        rows = rows.filter(kind=kind)
    if top:
        # Three levels are enough, because the tree goes from region to province, commune and
        # district.
        rows = rows.filter(
            reduce(
                or_,
                (
                    Q(**{f"{step}__code": top})
                    for step in ("parent", "parent__parent", "parent__parent__parent")
                ),
            )
        )
    return (
        rows.select_related("parent")
        .annotate(below=Count("children", filter=Q(children__is_active=True)))
        .order_by(f"name_{language}" if language in {"ar", "fr", "en"} else "name_ar", "code")
    )


def organisation_counts() -> dict[str, int]:
    """Return the count of active bodies of each kind, in the order of ``KIND_ORDER``."""
    return {
        row["kind"]: row["n"]
        for row in _active().values("kind").annotate(n=Count("pk")).order_by(by_kind("kind"))
    }


def commune_counts() -> dict[str, int]:
    """Return the count of active communes in each region, keyed by the region's code."""
    return {
        row["parent__parent__code"]: row["n"]
        for row in _active()
        .filter(kind=OrganisationKind.COMMUNE)
        .values("parent__parent__code")
        .annotate(n=Count("pk"))
        .order_by()
    }


def organisation_roots() -> list[OrganisationInfo]:
    """Return the bodies where browsing begins: bodies without a parent, and regions.

    Regions are included, because nobody would search for a commune under the Ministry of the
    Interior. The bodies are sorted by kind and French name.
    """
    return [
        _info(row)
        for row in _in_order(_active().filter(Q(parent=None) | Q(kind=OrganisationKind.REGION)))
    ]


def handling_agency_code(*, code: str) -> str | None:
    """Return the workspace of a body, else of the nearest body above with one, or ``None``."""
    return handling_agency_codes([code]).get(code)


def handling_agency_codes(codes: Iterable[str]) -> Mapping[str, str]:
    """Return ``handling_agency_code`` keyed by body, without bodies that have none; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_HANDLERS, [list(codes), MAX_LEVELS])
        return dict(cursor.fetchall())


def handlers_and_labels() -> tuple[dict[str, Handler], dict[str, Wording]]:
    """Return handlers of active bodies, and labels of all bodies, both keyed by code; one query.

    Inactive bodies have a label too. If two bodies have the same name, their labels include the
    name of the body above each of them.
    """
    columns = ("pk", "parent_id", "code", "agency_code", "accepts", "is_active")
    names = ("name_ar", "name_fr", "name_en")
    rows = {row[0]: row for row in Organisation.objects.values_list(*columns, *names)}

    def above(number: int | None) -> str:
        for _level in range(MAX_LEVELS):
            if number is None or rows[number][3]:
                break
            number = rows[number][1]
        return rows[number][3] if number is not None else ""

    handlers = {
        code: Handler(accepts=accepts, agency_code=own or above(parent))
        for _number, parent, code, own, accepts, is_active, *_names in rows.values()
        if is_active
    }
    return handlers, _labels({row[2]: (row[6:], rows.get(row[1], ())[6:]) for row in rows.values()})


def _labels(
    names: Mapping[str, tuple[Sequence[str], Sequence[str]]],
) -> dict[str, Wording]:
    """Return the labels of bodies, from the names of the bodies and of the bodies above them."""
    uses = [Counter(own[place] for own, _above in names.values()) for place in range(3)]
    labels: dict[str, Wording] = {}
    for code, (own, above) in names.items():
        ar, fr, en = (
            f"{name} ({above[place]})" if above and uses[place][name] > 1 else name
            for place, name in enumerate(own)
        )
        labels[code] = Wording(ar=ar, fr=fr, en=en)
    return labels


# A district of a city has at most four levels above it: commune, province, region, ministry.
HIGHEST = 4
# No body has so many levels above it; the limit only ends a cycle.
MAX_LEVELS = 12
_HANDLERS = """
    WITH RECURSIVE chain (start, parent_id, agency_code, level) AS (
        SELECT code, parent_id, agency_code, 1
        FROM directory_organisation WHERE code = ANY(%s)
      UNION ALL
        SELECT chain.start, above.parent_id, above.agency_code, chain.level + 1
        FROM chain JOIN directory_organisation above ON above.id = chain.parent_id
        WHERE chain.agency_code = '' AND chain.level < %s
    )
    SELECT start, agency_code FROM chain WHERE agency_code <> ''
"""


def _active() -> QuerySet[Organisation]:
    return Organisation.objects.filter(is_active=True)


def _in_order(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    return rows.select_related("parent").order_by(by_kind("kind"), "name_fr", "code")


def by_kind(field: str) -> Case:
    """Return the sort key of a kind, its place in ``KIND_ORDER``; ``field`` is the lookup path."""
    whens = [When(**{field: kind}, then=Value(place)) for place, kind in enumerate(KIND_ORDER)]
    return Case(*whens, default=Value(len(KIND_ORDER)), output_field=IntegerField())


def _info(row: Organisation) -> OrganisationInfo:
    return OrganisationInfo(
        code=row.code,
        kind=row.kind,
        names=row.names,
        handles=row.handles,
        accepts=row.accepts,
        refusal=row.refusal,
        population=row.population,
        agency_code=row.agency_code,
        parent_code=row.parent.code if row.parent else "",
        parent_names=row.parent.names if row.parent else None,
    )
