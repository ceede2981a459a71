"""The texts of the demonstration, read from TOML files in this package."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypedDict, cast

from shared.complaints.enums import Ground, Kind, Language

GENERAL = "general"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryText:
    """The texts of a story in one language, with ``{slots}`` for a case's values.

    ``facts``, ``decision`` and ``done`` are for replies that uphold a complaint; ``against`` and
    ``refusal`` are for other replies.
    """

    subject: str
    body: str
    remedy: str
    facts: str
    rule: str
    decision: str
    done: str
    against: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A problem for invented cases; ``addressed`` is the kind of body that gets the request."""

    kind: Kind
    category: str
    addressed: str
    texts: Mapping[Language, StoryText]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalText:
    """The texts of a refusal: its reason, and what the citizen can do next."""

    explanation: str
    way_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Phrases of citizens and agencies for all stories, in one language."""

    opening: list[str]
    extra: list[str]
    closing: list[str]
    question: list[str]
    answer: list[str]
    nudge: list[str]
    update: list[str]
    interim_done: list[str]
    interim_delay: list[str]
    note: list[str]
    reopen: list[str]
    review_facts: list[str]
    review_decision: list[str]
    review_done: list[str]
    review_against: list[str]
    review_refusal: list[str]
    partly: str
    explained: str
    thanks_good: list[str]
    thanks_bad: list[str]
    refusal: Mapping[Ground, RefusalText]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A city with the directory's codes of its commune, province or prefecture, and region."""

    ar: str
    fr: str
    region: str
    commune: str
    division: str
    weight: int

    def name(self, language: Language) -> str:
        """Return the name in Arabic, or the French name for any other language."""
        return self.ar if language == Language.ARABIC else self.fr


class Names(TypedDict):
    """Lists of names, each in Arabic and Latin letters; bodies' names are in three languages."""

    given: list[list[str]]
    family: list[list[str]]
    company: list[list[str]]
    association: list[list[str]]
    quarter: list[list[str]]


class _StoryTable(TypedDict, total=False):
    kind: str
    category: str
    addressed: str
    ar: dict[str, str]
    fr: dict[str, str]
    en: dict[str, str]


@cache
def story_codes() -> list[str]:
    """Return the codes of bodies that have a file of stories, and ``GENERAL``."""
    folder = resources.files("demo") / "fixtures"
    return sorted(path.name.removesuffix(".toml") for path in folder.iterdir())


@cache
def stories(code: str) -> tuple[Story, ...]:
    """Return the stories of a body or of ``GENERAL``; empty for a body without a file."""
    path = resources.files("demo") / "fixtures" / f"{code}.toml"
    if not path.is_file():
        return ()
    tables: list[_StoryTable] = tomllib.loads(path.read_text(encoding="utf-8"))["story"]
    return tuple(_story(table) for table in tables)


@cache
def phrases(language: Language) -> Phrases:
    """Return the phrases of one language."""
    table = _words(language)
    refusal = cast(dict[str, dict[str, str]], table.pop("refusal"))
    texts = {Ground(ground): RefusalText(**text) for ground, text in refusal.items()}
    return Phrases(refusal=texts, **table)  # type: ignore[arg-type]  # the file's own words


@cache
def fixture_places() -> tuple[Place, ...]:
    """Return the cities of the fixtures."""
    tables = cast(list[dict[str, str]], _words("places")["place"])
    return tuple(Place(**table) for table in tables)  # type: ignore[arg-type]  # weight is a number


@cache
def names() -> Names:
    """Return the lists of names."""
    return cast(Names, _words("names"))


def _words(name: str) -> dict[str, object]:
    path = resources.files("demo") / "words" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _story(table: _StoryTable) -> Story:
    written = {"ar": table.get("ar"), "fr": table.get("fr"), "en": table.get("en")}
    return Story(
        kind=Kind(table["kind"]),
        category=table["category"],
        addressed=table.get("addressed", "own"),
        texts={Language(tag): StoryText(**text) for tag, text in written.items() if text},
    )
