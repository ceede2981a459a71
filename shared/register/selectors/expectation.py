"""Usual days until a reply, for a citizen who is about to file a complaint."""

from collections.abc import Iterable
from datetime import datetime

from shared.figures.incidence import Ending, cumulative_incidence
from shared.figures.intervals import MIN_TO_JUDGE, Rate
from shared.kernel.clock import civil_day
from shared.kernel.legal_deadline import REPLY_DAYS
from shared.register.selectors.tallies import waits_observed
from shared.register.types import Expectation, FigureScope


def expectation_or_none(*, scopes: Iterable[FigureScope], as_of: datetime) -> Expectation | None:
    """Return the expectation of the first scope with enough data; one query per scope.

    The public figures compute their median from the same waits, so both medians are equal.
    """
    found = (_expectation_of(scope, as_of) for scope in scopes)
    return next((one for one in found if one is not None), None)


def _expectation_of(scope: FigureScope, as_of: datetime) -> Expectation | None:
    waits = waits_observed(scope, civil_day(as_of))
    curve = cumulative_incidence(waits)
    # Public pages judge no administration on fewer complaints.
    if curve.n < MIN_TO_JUDGE:
        return None
    median = curve.median_or_none()
    if median is None:
        # The page says "fewer than half" only if the whole confidence interval is below one half.
        by_term = curve.share_answered_by(REPLY_DAYS)
        if by_term.share is None or by_term.interval.high >= 0.5:
            return None
    refused = sum(one.count for one in waits if one.ending is Ending.REFUSED)
    answered = sum(one.count for one in waits if one.ending is Ending.ANSWERED)
    return Expectation(
        scope=scope,
        n=curve.n,
        median_days=median,
        median_range=curve.median_range_or_none(),
        refused=Rate(successes=refused, n=refused + answered),
    )
