"""Permissions on a case at a given moment: functions without queries."""

from datetime import date, datetime
from typing import Protocol

from shared.complaints.enums import (
    ANSWERS,
    NOT_FULLY_UPHELD,
    OPEN,
    AppealCause,
    Status,
)
from shared.complaints.types import Appeal
from shared.complaints.workflow import can_move
from shared.kernel import clock, legal_deadline

# The second interim reply needs approval; a third interim reply is not allowed.
MAX_INTERIM_REPLIES = 2


class CaseState(Protocol):
    """The columns of a case on which permissions depend."""

    status: str
    outcome: str
    answered_at: datetime | None
    due_on: date | None
    reopened: int


def may_write(case: CaseState, *, at: datetime) -> bool:
    """Return whether the citizen may write: in an open case, or within the re-opening term."""
    if case.status in ANSWERS:
        return _inside_term(case, at)
    return case.status not in (Status.WITHDRAWN, Status.CLOSED, Status.TRANSFERRED)


def may_reopen(case: CaseState, *, at: datetime, appeal: Appeal) -> bool:
    """Return whether the case may be re-opened: within thirty days of the reply, unless
    ``is_refused_again`` is true.

    A case cannot be re-opened if national oversight was asked to review this reply, because a
    refusal must not be examined in two places at once.
    """
    return (
        can_move(Status(case.status), Status.REOPENED)
        and _inside_term(case, at)
        and not is_refused_again(case)
        and not appeal.is_asked
    )


def may_appeal(case: CaseState, *, at: datetime, appeal: Appeal) -> bool:
    """Return whether a review may be requested: for thirty days after a refusal, or after the legal
    term.

    A first reply that does not fully uphold the request allows no review, because the case can be
    re-opened; a second such reply allows a review. A refusal as inadmissible allows a review at
    once, because the request was not examined; this includes a refusal that names another body. A
    review may be requested once for each reply and once for each wait for a reply, and never while
    a review waits.
    """
    if appeal.is_asked or appeal.is_waiting:
        return False
    if Status(case.status) in OPEN:
        return case.due_on is not None and clock.civil_day(at) > case.due_on
    is_refused = case.status == Status.INADMISSIBLE or is_refused_again(case)
    return is_refused and _inside_term(case, at)


def appeal_cause(case: CaseState) -> AppealCause:
    """Return the cause of a review that ``may_appeal`` allows."""
    if Status(case.status) in OPEN:
        return AppealCause.OVERDUE
    return AppealCause.REFUSED_AGAIN if is_refused_again(case) else AppealCause.REFUSED


def is_refused_again(case: CaseState) -> bool:
    """Return whether a re-opened request is now refused or not fully upheld."""
    is_short = case.status == Status.ANSWERED and case.outcome in NOT_FULLY_UPHELD
    return case.reopened > 0 and (is_short or case.status == Status.INADMISSIBLE)


def may_withdraw(case: CaseState) -> bool:
    """Return whether a request may be withdrawn, which depends on its status."""
    return can_move(Status(case.status), Status.WITHDRAWN)


def may_rate(case: CaseState, *, rated: bool) -> bool:
    """Return whether the citizen may rate the current reply; each reply is rated once."""
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
    return case.answered_at is not None and legal_deadline.is_reopening_in_time(
        answered_at=case.answered_at, at=at
    )


class InterimState(Protocol):
    """The columns of a case on which interim replies depend."""

    status: str
    interim_replies: int


def may_send_interim(case: InterimState) -> bool:
    """Return whether an interim reply may be sent: only in open cases, at most twice a round."""
    return case.status in OPEN and case.interim_replies < MAX_INTERIM_REPLIES


def interim_needs_approval(case: InterimState) -> bool:
    """Return whether an interim reply needs approval because it is the second of its round."""
    return case.interim_replies > 0
