"""What lists of cases are made of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from shared.complaints.enums import OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPosition:
    """Where a page of an inbox ends: the next page begins after this case.

    ``due_on`` is ``None`` for a case without a legal term; these cases come last.
    """

    due_on: date | None
    case_id: int


class EarlierCase(NamedTuple):
    """An open case of a person for whom an officer is about to file another."""

    reference: str
    subject: str
    received_at: datetime


class InboxCase(NamedTuple):
    """One case in a list; ``officer`` is blank if it is assigned to nobody.

    A named tuple, because the database returns tuples: to make the fifty dataclass objects of a
    page would take longer than the SQL query.
    """

    case_id: int
    reference: str
    subject: str
    organisation_code: str
    category_code: str
    kind: str
    language: str
    status: str
    due_on: date | None
    officer: str

    @property
    def is_open(self) -> bool:
        """Whether the agency still owes a reply."""
        return self.status in OPEN

    @property
    def position(self) -> InboxPosition:
        """The position of the case in an inbox."""
        return InboxPosition(due_on=self.due_on, case_id=self.case_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLoad:
    """How many cases of an agency are open, and how many of these are past ``due_on``.

    ``due_on`` is the last day of the legal term, so ``late`` counts only complaints.
    """

    open: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """How many cases went to a colleague, and how many were left to their units."""

    given: int
    left: int
