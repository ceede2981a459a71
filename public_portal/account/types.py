"""Data that the pages of the citizens' account show."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.accounts.types import SessionDetail
from shared.complaints.enums import Kind, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedComplaint:
    """One line of a citizen's list, as text in the page's language.

    ``status`` is ``None`` while the administration's data cannot be read. ``parts`` says how much
    of a split request is answered, and ``words`` who wrote the text of a part.
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
    """A passkey of a telephone or computer, under the name that the citizen gave.

    ``key`` is used in addresses, which never show the number of a row.
    """

    id: int
    key: str
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session in which the account is open, with the name of its device."""

    session: SessionDetail
    name: str
