"""Who may do what to a case now. Plain functions of a case and a moment; no queries here."""

from datetime import datetime
from typing import Protocol

from shared.complaints.enums import ANSWERS, Status
from shared.complaints.workflow import can_move
from shared.kernel import clock


class CaseState(Protocol):
    """The columns of a case on which rights depend."""

    status: str
    answered_at: datetime | None


def may_write(case: CaseState, *, at: datetime) -> bool:
    """The citizen may write and add files: while it is open, and while re-opening is possible."""
    status = Status(case.status)
    if status in ANSWERS:
        return _inside_term(case, at)
    return status not in (Status.WITHDRAWN, Status.CLOSED, Status.TRANSFERRED)


def may_reopen(case: CaseState, *, at: datetime) -> bool:
    """Re-opening is a right inside thirty days of the reply."""
    return can_move(Status(case.status), Status.REOPENED) and _inside_term(case, at)


def may_withdraw(case: CaseState) -> bool:
    """Only what the agency still owes a reply to can be withdrawn."""
    return can_move(Status(case.status), Status.WITHDRAWN)


def may_rate(case: CaseState, *, rated: bool) -> bool:
    """A reply can be rated once."""
    return (
        case.answered_at is not None
        and Status(case.status)
        in (
            *ANSWERS,
            Status.CLOSED,
        )
        and not rated
    )


def _inside_term(case: CaseState, at: datetime) -> bool:
    return case.answered_at is not None and clock.may_reopen(answered_at=case.answered_at, at=at)
