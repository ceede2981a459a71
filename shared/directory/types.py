"""What the directory hands out: frozen, and safe to take across a schema."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.text import Wording
from shared.reference_data.wordings import Named

NO_WORDS = Wording(ar="", fr="", en="")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts(Named):
    """What the sources tell of a public body, and the directory keeps of it."""

    code: str
    kind: str
    parent_code: str
    handles: Wording = NO_WORDS
    accepts: bool = True
    refusal: Wording = NO_WORDS
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationInfo(OrganisationFacts):
    """One public body. ``agency_code`` is its own workspace, blank when it has none."""

    agency_code: str
    parent_names: Wording | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationName(Named):
    """A body as a link to it needs it."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """Who handles a body's cases: a workspace, or blank for none; ``accepts`` whether it may."""

    accepts: bool
    agency_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyKinds:
    """What kind of body each workspace is for, and which one is the orientation desk ("": none)."""

    kinds: Mapping[str, str]
    orientation_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationHit:
    """One body found, in the words of the language asked for; ``score`` is 0 to 1.

    ``parent_name`` tells homonyms apart: three communes are called Oulad Aissa.
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
    """One topic that a question is about, and where it leads.

    ``kinds`` are the kinds of body of which the citizen's place decides the one, ``family`` is what
    a group of regional bodies is called; both blank where the topic leads to bodies by name.
    ``question`` asks the citizen for the place, blank where it does not matter or is known.
    ``organisation_code`` is the body that it leads to first, blank while the place is not known.
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
        """Whether the citizen is to be asked which place it is about."""
        return not self.organisation_code


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderResult:
    """What a question to the finder leads to.

    ``entries`` is for people: a topic that needs a place stands there once, to be asked about.
    ``hits`` is for programs: the largest bodies of the kind stand in its place. ``topics`` are all
    topics that the question is about, best first.
    """

    topics: tuple[TopicHit, ...] = ()
    entries: tuple[TopicHit | OrganisationHit, ...] = ()
    hits: tuple[OrganisationHit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One line of the tree of bodies; ``below`` is how many stand under it.

    ``is_body`` tells a body that can be chosen from a mere kind of bodies.
    """

    code: str
    name: str
    below: int
    is_body: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The part of the tree that is shown: the way from the top, and what stands there."""

    way: tuple[Branch, ...]
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRow:
    """One text under which a body is found, as the sources give it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRow(OrganisationFacts):
    """One body as the sources give it."""

    aliases: tuple[AliasRow, ...] = ()
