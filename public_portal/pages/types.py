"""What the pages of the citizens' site show: plain frozen data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.directory.types import OrganisationInfo
from shared.kernel.text import Wording
from tenants.types import AgencyInfo

Words = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One e-mail as it left, read back from the demonstration's outbox."""

    key: str
    subject: str
    sender: str
    to: str
    sent_at: datetime | None
    language: str
    text: str
    html: str

    @property
    def direction(self) -> str:
        """How its language is written."""
        return "rtl" if self.language == "ar" else "ltr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether this process can serve: does the database answer, are all migrations applied."""

    database: bool
    migrations: bool

    @property
    def is_ready(self) -> bool:
        """Both at once."""
        return self.database and self.migrations


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The inputs of components/table.html."""

    caption: str
    headings: Words
    rows: Sequence[Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationGroup:
    """Public bodies of one kind, under the name of the kind."""

    label: str
    organisations: Sequence[OrganisationInfo]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrganisation:
    """One public body as the REST interface lists it, with the agency that answers, if any."""

    code: str
    kind: str
    names: Wording
    accepts: bool
    agency: AgencyInfo | None
