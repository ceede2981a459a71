"""What the pages of an account show."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.accounts.types import SessionDetail
from shared.complaints.enums import Kind, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedComplaint:
    """One line of a citizen's list, in words of the page.

    ``status`` is ``None`` while the administration's data cannot be read. ``parts``: how much of a
    request that was split has its answer. ``words``: whose words a part has.
    """

    reference: str
    administration: str
    organisation: str = ""
    kind: Kind | None = None
    status: Status | None = None
    subject: str = ""
    state_text: str = ""
    last_event: str = ""
    last_at: datetime | None = None
    due_on: date | None = None
    is_ended: bool = False
    parts: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key of the citizen's telephone or computer, by the name they gave it.

    ``key`` stands in addresses, where no number of a row does.
    """

    id: int
    key: str
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A device on which the account is open, with its name in words."""

    session: SessionDetail
    name: str
