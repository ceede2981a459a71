"""Data of the lists of cases."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from shared.complaints.enums import OPEN
from shared.complaints.types.escalation import ESCALATED_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPosition:
    """The position of a case in a list: the values of the sort keys, and the id of the case.

    ``day`` and ``at`` are ``None`` if the sort order does not use the value, or if the case has no
    such value. Cases without a value come last in a list that is sorted by that value.
    """

    case_id: int
    day: date | None = None
    at: datetime | None = None


class EarlierCase(NamedTuple):
    """An open case of a person for whom an officer is about to file another case."""

    reference: str
    subject: str
    received_at: datetime


class InboxCase(NamedTuple):
    """One case in a list; ``officer`` is blank if no officer is assigned.

    ``handed_to``: the agency that now has the case, if only a stub is left in this agency.

    A named tuple is used because the database returns tuples: creating fifty dataclass objects for
    a page would take longer than the SQL query.
    """

    case_id: int
    reference: str
    subject: str
    organisation_code: str
    category_code: str
    kind: str
    language: str
    status: str
    received_at: datetime
    due_on: date | None
    working_due_on: date | None
    risk_on: date
    waiting_since: datetime | None
    has_citizen_news: bool
    reopened: int
    version: int
    unit_id: int | None
    label_ids: list[int]
    escalated: int
    is_part: bool = False
    handed_to: str = ""
    officer: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether the agency must still reply."""
        return self.status in OPEN

    @property
    def is_escalated(self) -> bool:
        """Return whether the case was escalated above its officer and is still open."""
        return self.is_open and self.escalated >= ESCALATED_FROM


class OfficerMark(NamedTuple):
    """One officer's marks on a case of a list: read, put aside, writing at the moment."""

    case_id: int
    user_id: int
    name: str
    read_version: int
    snoozed_until: date | None
    writing: str
    writing_at: datetime | None


class CaseCount(NamedTuple):
    """The count of cases in a list; ``is_more``: the list may have more cases than ``number``."""

    number: int
    is_more: bool = False


class PlacedCase(NamedTuple):
    """A case in the order of a list, with all values by which a list is sorted."""

    case_id: int
    reference: str
    risk_on: date
    due_on: date | None
    waiting_since: datetime | None
    received_at: datetime


class ListPlace(NamedTuple):
    """A case of a list, with its position in the list."""

    reference: str
    position: InboxPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The cases before and after one case in a list; after the last case comes the first."""

    previous: ListPlace | None = None
    following: ListPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLoad:
    """The count of an agency's open cases, and the count of open cases past ``due_on``.

    ``due_on`` is the last day of the legal term, so ``late`` counts only complaints.
    """

    open: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassignment:
    """The count of cases given to a colleague, and the count of cases left to their units."""

    given: int
    left: int
