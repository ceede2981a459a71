"""Who may do what to a case now. Plain functions of a case and a moment; no queries here."""

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
    """Return the citizen may write and add files: while it is open, and while re-opening is
    possible.
    """
    if case.status in ANSWERS:
        return _inside_term(case, at)
    return case.status not in (Status.WITHDRAWN, Status.CLOSED, Status.TRANSFERRED)


def may_reopen(case: CaseState, *, at: datetime, appeal: Appeal) -> bool:
    """Re-opening is a right inside thirty days of the reply, until it was refused twice.

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
    """National oversight may be asked: after a refusal, or once the legal term has passed.

    A reply that does not uphold the request counts as a refusal the second time only: the first
    one was examined, and the way on is to re-open it. Of a request refused as inadmissible nothing
    was examined, so the first refusal can be reviewed too, one that names another body included.
    Once for each reply and each wait for one; never while a review waits.
    """
    if appeal.is_asked or appeal.is_waiting:
        return False
    if Status(case.status) in OPEN:
        return case.due_on is not None and clock.civil_day(at) > case.due_on
    is_refused = case.status == Status.INADMISSIBLE or is_refused_again(case)
    return is_refused and _inside_term(case, at)


def appeal_cause(case: CaseState) -> AppealCause:
    """Return why the review of a case is asked for, where ``may_appeal`` allows it."""
    if Status(case.status) in OPEN:
        return AppealCause.OVERDUE
    return AppealCause.REFUSED_AGAIN if is_refused_again(case) else AppealCause.REFUSED


def is_refused_again(case: CaseState) -> bool:
    """Re-opened at least once, and the current reply is a refusal or does not uphold it fully."""
    is_short = case.status == Status.ANSWERED and case.outcome in NOT_FULLY_UPHELD
    return case.reopened > 0 and (is_short or case.status == Status.INADMISSIBLE)


def may_withdraw(case: CaseState) -> bool:
    """Allow to withdraw only a request to which the agency still owes a reply."""
    return can_move(Status(case.status), Status.WITHDRAWN)


def may_rate(case: CaseState, *, rated: bool) -> bool:
    """Return a reply can be rated once."""
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
    """Allow an interim reply while the reply is owed, twice in a round at most."""
    return case.status in OPEN and case.interim_replies < MAX_INTERIM_REPLIES


def interim_needs_approval(case: InterimState) -> bool:
    """Return the second one of a round is sent only as the head of the agency agrees."""
    return case.interim_replies > 0
