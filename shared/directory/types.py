"""Data types of the directory, for data that may be passed from one schema to another."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.text import Wording
from shared.reference_data.wordings import Named

NO_WORDS = Wording(ar="", fr="", en="")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts(Named):
    """The facts about a public body that come from the sources and that the directory stores."""

    code: str
    kind: str
    parent_code: str
    handles: Wording = NO_WORDS
    accepts: bool = True
    refusal: Wording = NO_WORDS
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationInfo(OrganisationFacts):
    """A public body. ``agency_code`` is the workspace assigned to the body, or blank."""

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
    """Kind of body of each workspace, and the orientation desk's workspace ("" if none)."""

    kinds: Mapping[str, str]
    orientation_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationHit:
    """A body found by search, with texts in the language of the search; ``score`` is 0 to 1.

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
    """A topic that a question may be about, and the target of the topic.

    If the citizen's place decides which body is meant, ``kinds`` are the kinds of that body, or
    ``family`` is the name of a group of regional bodies; both are blank if the topic leads to named
    bodies. ``question`` is the question for the place; blank if the place is known or does not
    matter. ``organisation_code`` is the first body of the topic; blank while the place is not
    known.
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
        """Return whether the citizen must say a place."""
        return not self.organisation_code


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderResult:
    """The result of a search for bodies.

    ``entries`` is for people: for a topic that needs a place, the page asks the person for the
    place. ``hits`` is for programs: the largest bodies replace such a topic. ``topics``: all topics
    that the search text may be about, best first.
    """

    topics: tuple[TopicHit, ...] = ()
    entries: tuple[TopicHit | OrganisationHit, ...] = ()
    hits: tuple[OrganisationHit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A node of the tree of bodies; ``below`` counts the nodes under it (0 for a body of a path).

    ``is_body`` is true for a body, which can be chosen, and false for a kind of bodies.
    """

    code: str
    name: str
    below: int
    is_body: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The shown part of the tree: the path from the top, and the branches at the path's end."""

    way: tuple[Branch, ...]
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRow:
    """A text of the sources by which search finds a body."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRow(OrganisationFacts):
    """A body in the sources."""

    aliases: tuple[AliasRow, ...] = ()
