"""Data objects for the pages of the citizens' site."""

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
    """The readiness of this process to answer requests.

    ``database``: the database answers. ``migrations``: it has all migrations. ``clock``: its time
    equals this server's time. ``nodes``: for each node of a cluster, whether the node answers.
    """

    database: bool
    migrations: bool
    clock: bool
    nodes: Sequence[bool] = ()

    @property
    def is_ready(self) -> bool:
        """Return whether ``database``, ``migrations`` and ``clock`` are all true."""
        return self.database and self.migrations and self.clock


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseQuestion:
    """A query of the directory; if there are words, kind and region are ignored."""

    words: str
    kind: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLink:
    """A link to all organisations of one kind."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLink(KindLink):
    """A link to a list of organisations or to a region, with a count of organisations."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTopic:
    """A topic that needs a place, with a question and a link for each kind of organisation."""

    label: str
    question: str
    links: Sequence[KindLink]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The heading of a list of organisations, with links to the same list for one region."""

    title: str
    region_name: str
    regions: Sequence[CountedLink]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationGroup:
    """Organisations of one kind, with the name of the kind."""

    label: str
    organisations: Sequence[Organisation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The most important figures of a scope, for a page.

    ``lines`` is empty for too few requests. ``url`` leads to the page with all figures of the
    scope; blank without such a page.
    """

    title: str
    scope: FigureScope
    as_of: datetime
    lines: tuple[Line, ...]
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPage:
    """The data for the page of an organisation, in the language of the page.

    ``orientation_code`` is the code of the orientation desk, or blank if there is none.
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
        """Return whether the portal accepts requests about the organisation."""
        return self.info.accepts and self.recipient is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrganisation:
    """An organisation in the REST interface, with the agency that receives its requests."""

    code: str
    kind: str
    names: Wording
    accepts: bool
    recipient: RecipientAgency | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTopic:
    """A topic in the REST interface.

    ``organisation`` is ``None`` if the organisation depends on a place; ``kinds`` are then the
    possible kinds of the organisation.
    """

    code: str
    labels: Wording
    kinds: tuple[str, ...]
    organisation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSearch:
    """The result of a search in the REST interface."""

    results: list[ListedOrganisation]
    topics: list[ListedTopic]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePart:
    """A part of the service.

    ``since`` is, of e-mails, the time of the oldest waiting e-mail or of the start of a pause; of
    other parts the time when the part last worked, if that time is known.
    """

    name: str
    tone: Tone
    words: str
    since: datetime | None

    @property
    def verdict(self) -> str:
        """Return the state of the part as a word, for people who do not see the colour."""
        return {Tone.OK: _("In order"), Tone.WARN: _("Slow"), Tone.BAD: _("Disturbed")}[self.tone]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """The state of all parts of the service at one time."""

    as_of: datetime
    parts: tuple[ServicePart, ...]

    @property
    def is_sound(self) -> bool:
        """Return whether every part works."""
        return all(part.tone is Tone.OK for part in self.parts)
