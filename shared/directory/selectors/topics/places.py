"""In-memory index of places: the place in a question, and the bodies that serve a place."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from shared.directory.enums import AliasKind, OrganisationKind
from shared.directory.selectors.sources import organisation_rows
from shared.directory.selectors.topics.files import Family, Target, families
from shared.directory.selectors.topics.words import one_edit_apart, with_one_letter_less
from shared.directory.types import OrganisationRow
from shared.kernel.text import search_key, search_phrase, sound_key

TERRITORIAL = (
    OrganisationKind.COMMUNE,
    OrganisationKind.PREFECTURE,
    OrganisationKind.PROVINCE,
    OrganisationKind.ARRONDISSEMENT,
    OrganisationKind.REGION,
)
MAX_WORDS = 4
# Only names of towns are corrected, because every short word is similar to some commune's name.
MIN_TOWN = 30_000
MIN_LETTERS = 5
MIN_CONSONANTS = 3
# In "بمكناس", "للقنيطرة" and "ftanja", the preposition is written together with the name of the
# place.
_JOINED = re.compile(r"^(?:[بفل](?=...)|f(?=[^aeiou]...))")
_PREPOSITIONS = frozenset(
    search_key("a de d f fi في in at of ville commune jama3at mdinat madinat جماعة مدينة").split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A place named in a question: the bodies of that name, and the words of the name."""

    codes: tuple[str, ...]
    words: tuple[str, ...]


class PlaceIndex:
    """An index of territorial bodies: names, parents and populations from the sources.

    Read the bodies from the table before showing them, because a body may be inactive.
    """

    def __init__(self, rows: list[OrganisationRow]) -> None:
        self.rows = {row.code: row for row in rows}
        names: dict[str, list[OrganisationRow]] = defaultdict(list)
        self._largest: dict[str, list[OrganisationRow]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: -(row.population or 0)):
            self._largest[row.kind].append(row)
        self._towns: dict[str, set[str]] = defaultdict(set)
        self._sounds: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row.kind in TERRITORIAL:
                for key in _keys(row):
                    names[key].append(row)
        self._names = {
            key: sorted(found, key=_by_likelihood) for key, found in sorted(names.items())
        }
        for key, found in self._names.items():
            if any(_is_town(row) for row in found) and " " not in key:
                for rest in with_one_letter_less(key):
                    self._towns[rest].add(key)
                self._sounds[sound_key(key)].add(key)

    def place_in(
        self, text: str, *, is_doubtful: Callable[[str, bool], bool] = lambda _word, _town: False
    ) -> NamedPlace | None:
        """Return the place that a text names exactly; the longest name is chosen.

        A name for which ``is_doubtful(name, is_town)`` is true counts as a place only after a
        preposition or with its accents: "sale" is a word, "Salé" is a town.
        """
        words = search_key(text).split()
        for length in range(min(MAX_WORDS, len(words)), 0, -1):
            # The search starts at the end, because people first say what is wrong and then where.
            for start in range(len(words) - length, -1, -1):
                span = tuple(words[start : start + length])
                name = " ".join(span)
                found = self._named(name)
                if found and (
                    name not in self._names
                    or words[max(start - 1, 0)] in _PREPOSITIONS
                    or name not in text.casefold()
                    or not is_doubtful(name, any(_is_town(row) for row in found))
                ):
                    return NamedPlace(codes=tuple(row.code for row in found), words=span)
        return None

    def town_misspelt(self, word: str) -> NamedPlace | None:
        """Return the town that a word names with one typing error."""
        near = {
            key
            for rest in with_one_letter_less(word)
            for key in self._towns.get(rest, ())
            if one_edit_apart(word, key)
        }
        return self._nearest(near, word) if len(word) >= MIN_LETTERS else None

    def town_by_sound(self, word: str) -> NamedPlace | None:
        """Return the town whose name sounds like a word."""
        sound = sound_key(word)
        near = self._sounds.get(sound, set()) if len(sound) >= MIN_CONSONANTS else set()
        return self._nearest(near, word)

    def _nearest(self, keys: Iterable[str], word: str) -> NamedPlace | None:
        found = sorted((row for key in keys for row in self._names[key]), key=_by_likelihood)
        return NamedPlace(codes=tuple(row.code for row in found), words=(word,)) if found else None

    def bodies_for(self, target: Target, place: NamedPlace) -> list[str]:
        """Return the codes of a target's bodies that serve a place, the most likely body first."""
        if target.family:
            return self._members(families()[target.family], place)
        for code in place.codes:
            above = next((one for one in self._way_up(code) if one.kind in target.kinds), None)
            if above is not None:
                return [above.code]
        below = [
            row
            for row in self.rows.values()
            if row.kind in target.kinds
            and any(one.code == place.codes[0] for one in self._way_up(row.code))
        ]
        return [row.code for row in sorted(below, key=_by_likelihood)]

    def bodies_anywhere(self, target: Target) -> list[str]:
        """Return a target's bodies of all places, sorted by kind, then the most populous first."""
        if target.family:
            return list(families()[target.family].organisations)
        return [row.code for kind in target.kinds for row in self._largest[kind]]

    def within(
        self, codes: Iterable[str], *, kind: str | None, parent: str | None
    ) -> Iterator[str]:
        """Yield the codes of bodies of ``kind`` directly under ``parent``; ``None`` means any."""
        for code in codes:
            row = self.rows[code]
            if kind in {None, "", row.kind} and parent in {None, "", row.parent_code}:
                yield code

    def _members(self, family: Family, place: NamedPlace) -> list[str]:
        regions = [
            row.code for row in self._way_up(place.codes[0]) if row.kind == OrganisationKind.REGION
        ]
        named = " ".join(place.words)
        members = [code for region in regions for code in family.members.get(region, ())]
        return sorted(members, key=lambda code: not self._is_called_after(code, named))

    def _is_called_after(self, code: str, name: str) -> bool:
        return any(
            f" {name} " in f" {search_phrase(alias.text)} " for alias in self.rows[code].aliases
        )

    def _way_up(self, code: str) -> list[OrganisationRow]:
        way = []
        while code:
            row = self.rows[code]
            way.append(row)
            code = row.parent_code
        return way

    def _named(self, name: str) -> list[OrganisationRow]:
        parted = "ال" + name[2:] if name.startswith("لل") else _JOINED.sub("", name)
        return self._names.get(name) or self._names.get(parted) or []


@lru_cache(maxsize=1)
def place_index() -> PlaceIndex:
    """Return this process's index; the first call builds the index from the sources (0.1 s)."""
    return PlaceIndex(organisation_rows())


def _keys(row: OrganisationRow) -> set[str]:
    kinds = {AliasKind.SHORT, AliasKind.WORD}
    texts = {search_phrase(alias.text) for alias in row.aliases if alias.kind in kinds}
    whole = {search_key(alias.text) for alias in row.aliases if alias.kind in kinds}
    return {key for key in texts | whole if key}


def _is_town(row: OrganisationRow) -> bool:
    return row.kind == OrganisationKind.COMMUNE and (row.population or 0) >= MIN_TOWN


def _by_likelihood(row: OrganisationRow) -> tuple[int, int]:
    # A city comes before its province, and a large commune before a small commune of the same name.
    return (TERRITORIAL.index(OrganisationKind(row.kind)), -(row.population or 0))
