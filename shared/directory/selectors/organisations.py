"""Questions to the directory: one body, its children, a search, and who handles its cases."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection
from django.db.models import Case, Count, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from shared.directory.enums import AliasKind, OrganisationKind
from shared.directory.errors import OrganisationNotFound
from shared.directory.models import Alias, Organisation
from shared.directory.types import (
    Handler,
    OrganisationHit,
    OrganisationInfo,
    OrganisationName,
)
from shared.kernel.text import Wording, search_words, sound_key

# Territory names and populations come from the census; its licence asks for this credit.
CENSUS_CREDIT = "Haut-Commissariat au Plan, RGPH 2024 (CC BY 4.0)"
QUERY_LENGTH = 100
CANDIDATES = 240
MIN_SCORE = 0.33

# Among equals, the body that people most often mean: a city before its province.
_KIND_ORDER = (
    OrganisationKind.MINISTRY,
    OrganisationKind.INSTITUTION,
    OrganisationKind.COMMUNE,
    OrganisationKind.PREFECTURE,
    OrganisationKind.PROVINCE,
    OrganisationKind.REGION,
    OrganisationKind.ARRONDISSEMENT,
    OrganisationKind.OTHER,
)
# Titles of territorial bodies, as search keys: 1,500 names begin with one, so it says what sort of
# body is meant and nothing about which.
_TITLES = (
    (
        OrganisationKind.COMMUNE,
        re.compile(
            r"communes?|mairie|municipalit[ey]|l?jama3at?|l?jamaat?|l?baladiyat?"
            r"|(ال)?جماعه|(ال)?بلديه"
        ),
    ),
    (OrganisationKind.PREFECTURE, re.compile(r"prefecture|l?a?3amm?alat?|la3mala|(ال)?عماله")),
    (OrganisationKind.PROVINCE, re.compile(r"province|l?2?i?[9q]lim|(ال)?اقليم")),
    (OrganisationKind.REGION, re.compile(r"region|l?jihat?|(ال)?جهه")),
    (
        OrganisationKind.ARRONDISSEMENT,
        re.compile(r"arrondissement|l?mo?u?[9q]ata3at?|(ال)?مقاطعه"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    """What was typed, taken apart: the words that name, their sound, and the sort of body meant."""

    phrase: str
    sound: str
    kind: str


def organisation_get(*, code: str) -> OrganisationInfo:
    """One body in use. Raises ``OrganisationNotFound``."""
    try:
        return _info(_active().select_related("parent").get(code=code))
    except Organisation.DoesNotExist:
        raise OrganisationNotFound(code) from None


def organisation_names(*, codes: Iterable[str]) -> dict[str, Wording]:
    """What bodies are called, those that are no longer in use included, by code."""
    return {
        row.code: row.names
        for row in Organisation.objects.filter(code__in=set(codes)).order_by("code")
    }


def organisations_of_agency(*, agency_code: str) -> list[OrganisationInfo]:
    """The bodies that one workspace was given itself, by kind and French name.

    It also answers for those under them that have no workspace of their own.
    """
    return [
        _info(row) for row in _in_order(_active().filter(agency_code=agency_code, accepts=True))
    ]


def organisation_path(*, code: str) -> list[OrganisationName]:
    """The bodies above one body in use, the highest first, without itself; one query."""
    row = _active().select_related("parent__parent__parent__parent").get(code=code)
    above: list[OrganisationName] = []
    while len(above) < HIGHEST and row.parent is not None:
        row = row.parent
        above.insert(0, OrganisationName(code=row.code, names=row.names))
    return above


def organisations_below(*, kind: str, top: str, language: str) -> QuerySet[Organisation]:
    """Bodies in use of one kind, or under one body at whatever depth, or both; alphabetically.

    ``below`` of each is how many stand right under it. Blank means every kind, every body.
    """
    rows = _active()
    if kind:
        rows = rows.filter(kind=kind)
    if top:
        # No deeper than the tree is: a district of a commune of a province of a region.
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
    """How many bodies in use there are of each kind, in the order in which people look."""
    return {
        row["kind"]: row["n"]
        for row in _active().values("kind").annotate(n=Count("pk")).order_by(_by_kind("kind"))
    }


def commune_counts() -> dict[str, int]:
    """How many communes in use each region has, by its code."""
    return {
        row["parent__parent__code"]: row["n"]
        for row in _active()
        .filter(kind=OrganisationKind.COMMUNE)
        .values("parent__parent__code")
        .annotate(n=Count("pk"))
        .order_by()
    }


def organisation_roots() -> list[OrganisationInfo]:
    """Where browsing begins: bodies without a parent, and the regions, by kind and French name.

    Regions stand under the Interior, where nobody would look for a commune.
    """
    return [
        _info(row)
        for row in _in_order(_active().filter(Q(parent=None) | Q(kind=OrganisationKind.REGION)))
    ]


def organisation_search(
    *,
    text: str,
    language: str,
    kind: str | None = None,
    parent: str | None = None,
    limit: int = 20,
) -> list[OrganisationHit]:
    """Bodies that ``text`` may mean, best first, at most ``limit``.

    Finds Arabic, French, English, darija in Latin letters, typing errors and acronyms. Without a
    word that names a body, those of the kind or under the parent asked for, the largest first.
    """
    query = _taken_apart(text[:QUERY_LENGTH])
    within = Q(is_active=True)
    if kind:
        within &= Q(kind=kind)
    if parent:
        within &= Q(parent__code=parent)
    if query.phrase:
        return _found(query, within, language=language, limit=limit)
    if query.kind and not kind:
        within &= Q(kind=query.kind)
    return [
        _hit(row, language, score=1.0)
        for row in Organisation.objects.filter(within)
        .select_related("parent")
        .order_by(_by_kind("kind"), F("population").desc(nulls_last=True), "name_fr")[:limit]
    ]


def handling_agency_code(*, code: str) -> str | None:
    """The workspace that handles a body's cases: its own, or the nearest above it; else none."""
    return handling_agency_codes([code]).get(code)


def handling_agency_codes(codes: Iterable[str]) -> Mapping[str, str]:
    """The same for many bodies in one query; a body that nobody handles is absent."""
    with connection.cursor() as cursor:
        cursor.execute(_HANDLERS, [list(codes), MAX_LEVELS])
        return dict(cursor.fetchall())


def handlers_of_all() -> dict[str, Handler]:
    """The same for all bodies in use, by code, and whether they accept any."""
    columns = ("pk", "parent_id", "code", "agency_code", "accepts", "is_active")
    rows = {row[0]: row for row in Organisation.objects.values_list(*columns)}

    def above(number: int | None) -> str:
        for _level in range(MAX_LEVELS):
            if number is None or rows[number][3]:
                break
            number = rows[number][1]
        return rows[number][3] if number is not None else ""

    return {
        code: Handler(accepts=accepts, agency_code=own or above(parent))
        for _number, parent, code, own, accepts, is_active in rows.values()
        if is_active
    }


# Above a district of a city: its commune, province, region, ministry.
HIGHEST = 4
# Commune, province, region, ministry: four levels. The limit only stops a circle.
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
    return rows.select_related("parent").order_by(_by_kind("kind"), "name_fr", "code")


def _by_kind(field: str) -> Case:
    whens = [When(**{field: kind}, then=Value(place)) for place, kind in enumerate(_KIND_ORDER)]
    return Case(*whens, default=Value(len(_KIND_ORDER)), output_field=IntegerField())


# --- search --------------------------------------------------------------------------------------


def _taken_apart(text: str) -> _Query:
    words: list[str] = []
    kind = ""
    for word in search_words(text):
        title = next((kind for kind, title in _TITLES if title.fullmatch(word)), "")
        if title:
            kind = kind or title
        else:
            words.append(word)
    phrase = " ".join(words)
    return _Query(phrase=phrase, sound=sound_key(phrase), kind=kind)


def _found(query: _Query, within: Q, *, language: str, limit: int) -> list[OrganisationHit]:
    ranked = sorted(
        _matches(query, within), key=lambda match: _rank(match[0], match[1], query), reverse=True
    )
    best: dict[int, tuple[Organisation, float]] = {}
    for alias, score in ranked:
        best.setdefault(alias.organisation_id, (alias.organisation, score))
    return [_hit(body, language, score=score) for body, score in list(best.values())[:limit]]


def _matches(query: _Query, within: Q) -> list[tuple[Alias, float]]:
    """Texts that are like the query, each with how much."""
    # A short skeleton may mean many things: a sound counts for as much as it carries.
    carries = Value(min(0.9, 0.55 + 0.05 * len(query.sound.replace(" ", ""))))
    scored = (
        Alias.objects.filter(
            pk__in=_alike(query), organisation__in=Organisation.objects.filter(within)
        )
        .annotate(
            score=Greatest(
                TrigramSimilarity("key", query.phrase),
                TrigramWordSimilarity(query.phrase, "key") * Value(0.85),
                TrigramSimilarity("sound", query.sound) * carries,
                TrigramWordSimilarity(query.sound, "sound") * carries * Value(0.8),
                Case(When(key__startswith=query.phrase, then=Value(0.85)), default=Value(0.0)),
                output_field=FloatField(),
            )
        )
        .filter(score__gte=MIN_SCORE)
        .select_related("organisation__parent")
        .order_by("-score", F("organisation__population").desc(nulls_last=True), "id")
    )
    return [(alias, alias.score) for alias in scored[:CANDIDATES]]


def _alike(query: _Query) -> QuerySet[Alias, int]:
    # A union of indexed look-ups: with OR, PostgreSQL reads and compares the whole table.
    aliases = Alias.objects.order_by().values_list("pk", flat=True)
    return aliases.filter(key__trigram_similar=query.phrase).union(
        aliases.filter(key__trigram_word_similar=query.phrase),
        aliases.filter(key__startswith=query.phrase),
        aliases.filter(sound__trigram_similar=query.sound),
        aliases.filter(sound__trigram_word_similar=query.sound),
    )


def _rank(alias: Alias, score: float, query: _Query) -> tuple[float, int, int]:
    organisation = alias.organisation
    exact = alias.key == query.phrase
    points = (
        score
        + 0.2 * exact
        + 1.0 * (exact and alias.kind == AliasKind.ACRONYM)
        + 0.15 * (organisation.kind == query.kind)
    )
    return (
        round(points, 2),
        -_KIND_ORDER.index(OrganisationKind(organisation.kind)),
        organisation.population or 0,
    )


# --- what is handed out --------------------------------------------------------------------------


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


def _hit(row: Organisation, language: str, *, score: float) -> OrganisationHit:
    return OrganisationHit(
        code=row.code,
        kind=row.kind,
        kind_label=str(OrganisationKind(row.kind).label),
        name=row.name(language),
        names=row.names,
        parent_name=row.parent.name(language) if row.parent else "",
        handles=row.handles.text(language),
        accepts=row.accepts,
        refusal=row.refusal.text(language),
        score=round(score, 3),
    )
