"""Permissions on a case at a moment: plain functions without queries."""

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

# The first by rule, the second with the agreement of the head of the agency; no third one.
MAX_INTERIM_REPLIES = 2


class CaseState(Protocol):
    """The columns of a case on which rights depend."""

    status: str
    outcome: str
    answered_at: datetime | None
    due_on: date | None
    reopened: int


def may_write(case: CaseState, *, at: datetime) -> bool:
    """Return whether the citizen may write: while the case is open, and in the re-opening term."""
    if case.status in ANSWERS:
        return _inside_term(case, at)
    return case.status not in (Status.WITHDRAWN, Status.CLOSED, Status.TRANSFERRED)


def may_reopen(case: CaseState, *, at: datetime, appeal: Appeal) -> bool:
    """Return whether the case may be re-opened: thirty days from the reply, until refused twice.

    Not where national oversight was asked about this reply: one contested refusal is not examined
    in two places at once.
    """
    return (
        can_move(Status(case.status), Status.REOPENED)
        and _inside_term(case, at)
        and not is_refused_again(case)
        and not appeal.is_asked
    )


def may_appeal(case: CaseState, *, at: datetime, appeal: Appeal) -> bool:
    """Return whether a review may be requested: after a refusal, or after the legal term.

    A reply that does not uphold the request counts as a refusal the second time only: after the
    first, the case can be re-opened. A request refused as inadmissible was not examined, so its
    first refusal can be reviewed too, also one that names another body. A review may be requested
    once for each reply and each wait for a reply; never while a review waits.
    """
    if appeal.is_asked or appeal.is_waiting:
        return False
    if Status(case.status) in OPEN:
        return case.due_on is not None and clock.civil_day(at) > case.due_on
    is_refused = case.status == Status.INADMISSIBLE or is_refused_again(case)
    return is_refused and _inside_term(case, at)


def appeal_cause(case: CaseState) -> AppealCause:
    """Return why the review of a case is requested, where ``may_appeal`` allows it."""
    if Status(case.status) in OPEN:
        return AppealCause.OVERDUE
    return AppealCause.REFUSED_AGAIN if is_refused_again(case) else AppealCause.REFUSED


def is_refused_again(case: CaseState) -> bool:
    """Return whether a re-opened case was refused, or answered without upholding it fully."""
    is_short = case.status == Status.ANSWERED and case.outcome in NOT_FULLY_UPHELD
    return case.reopened > 0 and (is_short or case.status == Status.INADMISSIBLE)


def may_withdraw(case: CaseState) -> bool:
    """Return whether a request may be withdrawn: only while the agency owes a reply."""
    return can_move(Status(case.status), Status.WITHDRAWN)


def may_rate(case: CaseState, *, rated: bool) -> bool:
    """Return whether the citizen may rate the current reply: once."""
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
    """Return whether an interim reply may be sent: before the reply, at most twice a round."""
    return case.status in OPEN and case.interim_replies < MAX_INTERIM_REPLIES


def interim_needs_approval(case: InterimState) -> bool:
    """Return whether an interim reply needs approval: the second one of a round does."""
    return case.interim_replies > 0
