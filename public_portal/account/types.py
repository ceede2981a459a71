"""Data objects for the pages of the citizen's account."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.accounts.types import SessionDetail
from shared.complaints.enums import Kind, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedComplaint:
    """A line of a citizen's list of requests, with texts in the language of the page.

    ``status`` is ``None`` while the agency's data cannot be read. ``parts`` is a text on the
    answered parts of a split request. ``words`` is a text on who wrote the text of a part.
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
    """A passkey of an account, with its name.

    ``key`` is the digest that addresses of pages contain instead of the id of the row.
    """

    id: int
    key: str
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """An open session of an account, with the name of its device."""

    session: SessionDetail
    name: str
