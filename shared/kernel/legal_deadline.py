"""Legal deadlines of a complaint: the last day for the reply and for a re-opening.

Source: decree 2.17.265 of 23 June 2017. ``shared.kernel.clock_ledger`` counts the working days of
the working term.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.kernel.clock import civil_day

ORIENTATION_DAYS = 15
REPLY_DAYS = 60
REOPEN_DAYS = 30
ANSWER_DAYS = 15
# The most days between an interim reply and the day that this interim reply may announce.
MAX_INTERIM_DAYS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalClock:
    """The days of a complaint's legal term, passed and left, in whole days.

    ``elapsed`` counts from the day after filing; ``left`` is negative after the term.
    """

    filed_on: date
    due_on: date
    elapsed: int
    left: int

    @property
    def is_overdue(self) -> bool:
        """Return whether the term has passed; a reply on the last day is in time."""
        return self.left < 0


def reply_due_on(filed_on: date) -> date:
    """Return the last day for the reasoned reply: 60 days, the day of filing not counted.

    Source: decree 2.17.265 of 23 June 2017.
    """
    return filed_on + timedelta(days=REPLY_DAYS)


def orientation_due_on(filed_on: date) -> date:
    """Return the last day to name the competent body: 15 days (decree 2.17.265)."""
    return filed_on + timedelta(days=ORIENTATION_DAYS)


def legal_clock(*, filed_on: date, on: date) -> LegalClock:
    """Return the legal clock on the day ``on``; it never pauses, and its due date never changes."""
    due_on = reply_due_on(filed_on)
    return LegalClock(
        filed_on=filed_on,
        due_on=due_on,
        elapsed=max((on - filed_on).days, 0),
        left=(due_on - on).days,
    )


def is_reopening_in_time(*, answered_at: datetime, at: datetime) -> bool:
    """Return whether a re-opening is allowed: up to thirty days after the day of the reply."""
    return (civil_day(at) - civil_day(answered_at)).days <= REOPEN_DAYS


def may_announce(day: date, *, on: date) -> bool:
    """Return whether an interim reply on the day ``on`` may announce a reply by ``day``."""
    return on < day <= on + timedelta(days=MAX_INTERIM_DAYS)
