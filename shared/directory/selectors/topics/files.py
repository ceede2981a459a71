"""Reader of the reviewed topics, and of the families of regional bodies for topics."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from shared.directory.enums import PLACE_QUESTIONS
from shared.directory.errors import DirectoryDataInvalid
from shared.kernel.text import Wording
from shared.reference_data.files import Entry, file_entries
from shared.reference_data.wordings import wording_in

TOPIC_FILES = (
    "topics/commune.toml",
    "topics/utilities.toml",
    "topics/authority.toml",
    "topics/social.toml",
    "topics/economy.toml",
    "topics/other.toml",
)
FAMILIES_FILE = "topics/families.toml"
PHRASES = ("ar", "fr", "en", "darija")
KIND_PREFIX, FAMILY_PREFIX = "kind:", "family:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target of a topic: a body, kinds of territorial bodies, or a family of bodies."""

    organisation: str = ""
    kinds: tuple[str, ...] = ()
    family: str = ""

    @property
    def needs_place(self) -> bool:
        """Return whether the citizen's place decides which body the target is."""
        return not self.organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A matter for which people need an administration, with people's words and the targets."""

    code: str
    labels: Wording
    targets: tuple[Target, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Bodies that do the same work in different regions; ``members`` is keyed by region code."""

    code: str
    labels: Wording
    members: dict[str, tuple[str, ...]]

    @property
    def organisations(self) -> tuple[str, ...]:
        """Return every member once; members of regions with more people come first."""
        return tuple(dict.fromkeys(code for codes in self.members.values() for code in codes))


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """Return every topic, in the order of the files. Raises ``DirectoryDataInvalid``."""
    return tuple(_topic(entry) for entry in _entries(*TOPIC_FILES, table="topic"))


@lru_cache(maxsize=1)
def families() -> dict[str, Family]:
    """Return every family, keyed by code. Raises ``DirectoryDataInvalid``."""
    return {
        entry["code"]: Family(
            code=entry["code"],
            labels=wording_in(entry, "label"),
            members={region: tuple(codes) for region, codes in entry["members"].items()},
        )
        for entry in _entries(FAMILIES_FILE, table="family")
    }


def topic_targets_check(codes: Iterable[str]) -> None:
    """Refuse topics and families that name a body whose code is not in ``codes``.

    Raises ``DirectoryDataInvalid``, because search would find such a topic without any body.
    """
    known = set(codes)
    for family in families().values():
        for code in (*family.members, *family.organisations):
            if code not in known:
                raise DirectoryDataInvalid(f"{family.code}: {code} is no body of the directory")
    for topic in topics():
        for target in topic.targets:
            if target.organisation and target.organisation not in known:
                raise DirectoryDataInvalid(
                    f"{topic.code}: {target.organisation} is no body of the directory"
                )


def _entries(*names: str, table: str) -> list[Entry]:
    return file_entries(
        "shared.directory", *names, table=table, key="code", invalid=DirectoryDataInvalid
    )


def _topic(entry: Entry) -> Topic:
    labels = wording_in(entry, "label")
    phrases = [text for name in PHRASES for text in entry[name]]
    targets = tuple(_target(entry["code"], text) for text in entry["leads_to"])
    if not targets or not all(entry[name] for name in PHRASES):
        raise DirectoryDataInvalid(f"{entry['code']}: leads nowhere, or has no words in a language")
    return Topic(
        code=entry["code"],
        labels=labels,
        targets=targets,
        phrases=(labels.ar, labels.fr, labels.en, *phrases),
    )


def _target(code: str, text: str) -> Target:
    if text.startswith(KIND_PREFIX):
        kinds = tuple(text.removeprefix(KIND_PREFIX).split("+"))
        if kinds not in PLACE_QUESTIONS:
            raise DirectoryDataInvalid(f"{code}: {text} is nothing that a citizen can be asked for")
        return Target(kinds=kinds)
    if text.startswith(FAMILY_PREFIX):
        family = text.removeprefix(FAMILY_PREFIX)
        if family not in families():
            raise DirectoryDataInvalid(f"{code}: {text} is no family")
        return Target(family=family)
    return Target(organisation=text)
