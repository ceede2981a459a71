"""Frozen types of the directory, which may be passed from one schema to another."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.text import Wording
from shared.reference_data.wordings import Named

NO_WORDS = Wording(ar="", fr="", en="")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts(Named):
    """The facts about a public body that the sources give and the directory stores."""

    code: str
    kind: str
    parent_code: str
    handles: Wording = NO_WORDS
    accepts: bool = True
    refusal: Wording = NO_WORDS
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationInfo(OrganisationFacts):
    """One public body. ``agency_code`` is its own workspace; blank if it has none."""

    agency_code: str
    parent_names: Wording | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationName(Named):
    """The code and the names of a body, for a link."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """The workspace for a body's cases (blank if none), and whether the body accepts cases."""

    accepts: bool
    agency_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyKinds:
    """The kind of body of each workspace, and the orientation desk's workspace ("" for none)."""

    kinds: Mapping[str, str]
    orientation_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationHit:
    """One body found by search, with texts in the language of the search; ``score`` is 0 to 1.

    ``parent_name`` distinguishes bodies with equal names: three communes are called Oulad Aissa.
    """

    code: str
    kind: str
    kind_label: str
    name: str
    names: Wording
    parent_name: str
    handles: str
    accepts: bool
    refusal: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicHit:
    """One topic that a question is about, and its target.

    If the citizen's place decides which body is meant, ``kinds`` are the kinds of that body, or
    ``family`` is the name of a group of regional bodies; both are blank if the topic leads to named
    bodies. ``question`` asks the citizen for the place; it is blank if the place is known or does
    not matter. ``organisation_code`` is the first body of the topic; it is blank while the place is
    not known.
    """

    code: str
    labels: Wording
    label: str
    kinds: tuple[str, ...]
    family: str
    question: str
    organisation_code: str

    @property
    def needs_place(self) -> bool:
        """Return whether to ask the citizen for the place."""
        return not self.organisation_code


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderResult:
    """The result of a question to the finder.

    ``entries`` is for people: a topic that needs a place is one entry, which asks for the place.
    ``hits`` is for programs: the largest bodies of the kind replace that entry. ``topics`` are all
    topics that the question is about, best first.
    """

    topics: tuple[TopicHit, ...] = ()
    entries: tuple[TopicHit | OrganisationHit, ...] = ()
    hits: tuple[OrganisationHit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One node of the tree of bodies; ``below`` is the number of nodes under it.

    ``is_body`` is true for a body, which can be chosen, and false for a kind of bodies.
    """

    code: str
    name: str
    below: int
    is_body: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The part of the tree that is shown: the path from the top, and the branches at its end."""

    way: tuple[Branch, ...]
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRow:
    """One text of the sources under which a body is found."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRow(OrganisationFacts):
    """One body of the sources."""

    aliases: tuple[AliasRow, ...] = ()
