"""Frozen data that the pages of the citizens' site show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from shared.directory.models import Organisation
from shared.directory.types import OrganisationInfo, OrganisationName
from shared.kernel.text import Wording
from shared.register.types import FigureScope, Line
from shared.ui.types import Tone
from tenants.agencies.types import RecipientAgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether this process can serve: the database answers, it has all migrations, clocks agree.

    ``nodes``: whether each node of a cluster answers, in the order of their addresses, which are
    not published. A node that does not answer does not stop the agencies on other nodes.
    """

    database: bool
    migrations: bool
    clock: bool
    nodes: Sequence[bool] = ()

    @property
    def is_ready(self) -> bool:
        """Whether all three are true."""
        return self.database and self.migrations and self.clock


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseQuestion:
    """A question to the directory; blank where nothing is asked. Words precede the rest."""

    words: str
    kind: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLink:
    """A link to all bodies of one kind."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLink(KindLink):
    """A link to a branch of the tree, with the number of its entries."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTopic:
    """A topic that needs a place: its question, and a link for each of its kinds of body."""

    label: str
    question: str
    links: Sequence[KindLink]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The heading of one branch of the tree, and the regions to which it can be narrowed."""

    title: str
    region_name: str
    regions: Sequence[CountedLink]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationGroup:
    """Public bodies of one kind, under the name of the kind."""

    label: str
    organisations: Sequence[Organisation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The few figures that a page shows of a scope; ``lines`` is empty for too few requests.

    ``url`` leads to all figures; blank where a scope has no page of its own.
    """

    title: str
    scope: FigureScope
    as_of: datetime
    lines: tuple[Line, ...]
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPage:
    """All that the page of one public body shows, in the language of the page.

    ``orientation_code`` is the code of the orientation desk, blank in an installation without one.
    """

    info: OrganisationInfo
    kind: str
    above: Sequence[OrganisationName]
    handles: str
    refusal: str
    recipient: RecipientAgency | None
    orientation_code: str
    groups: Sequence[OrganisationGroup]
    headline: Headline | None

    @property
    def may_receive(self) -> bool:
        """Whether the portal takes requests about the body."""
        return self.info.accepts and self.recipient is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrganisation:
    """One public body in the REST interface, with the agency that gets its requests, if any."""

    code: str
    kind: str
    names: Wording
    accepts: bool
    recipient: RecipientAgency | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTopic:
    """One topic in the REST interface; ``organisation`` is ``None`` while a place is needed.

    ``kinds`` are the kinds of body to which the body of the place may belong; none for a family of
    regional bodies.
    """

    code: str
    labels: Wording
    kinds: tuple[str, ...]
    organisation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSearch:
    """What a search over the REST interface finds."""

    results: list[ListedOrganisation]
    topics: list[ListedTopic]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePart:
    """One part of the service; ``since`` is when it last worked, or the age of what waits."""

    name: str
    tone: Tone
    words: str
    since: datetime | None

    @property
    def verdict(self) -> str:
        """The tone in a word, for readers who do not see its colour."""
        return {Tone.OK: _("In order"), Tone.WARN: _("Slow"), Tone.BAD: _("Disturbed")}[self.tone]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """All parts at one moment."""

    as_of: datetime
    parts: tuple[ServicePart, ...]

    @property
    def is_sound(self) -> bool:
        """Whether every part is in order."""
        return all(part.tone is Tone.OK for part in self.parts)
