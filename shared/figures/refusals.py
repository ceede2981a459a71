"""Comparison of shares of replies in time, with and without refusals."""

from dataclasses import dataclass
from typing import Self

from shared.figures.funnel import FunnelPoint
from shared.figures.intervals import MIN_TO_JUDGE, ComparisonResult, Rate, compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeliness:
    """Counts of cases: ``due``, first replies ``in_time``, and refusals as first replies in time.

    Whether a refusal was justified is not known. So the share of good replies in time is between
    two shares of ``due``: ``reasoned``, as if no refusal was justified, and ``replied``, as if all
    refusals were justified.
    """

    due: int
    in_time: int
    refused: int

    @property
    def replied(self) -> Rate:
        """Return the share of due cases with any first reply in time."""
        return Rate(successes=self.in_time, n=self.due)

    @property
    def reasoned(self) -> Rate:
        """Return the share of due cases whose first reply in time is a reasoned answer."""
        return Rate(successes=self.in_time - self.refused, n=self.due)

    @property
    def refusals(self) -> Rate:
        """Return the share of refusals among the first replies in time."""
        return Rate(successes=self.refused, n=self.in_time)

    def __add__(self, other: Self) -> "Timeliness":
        """Return the sum of two counts, in which every case has the same weight."""
        return Timeliness(
            due=self.due + other.due,
            in_time=self.in_time + other.in_time,
            refused=self.refused + other.refused,
        )


NOTHING_DUE = Timeliness(due=0, in_time=0, refused=0)


def is_mostly_refused(rate: Rate, *, min_n: int = MIN_TO_JUDGE) -> bool:
    """Return whether significantly more than half of the replies are refusals."""
    return rate.n >= min_n and rate.interval.low > 0.5


def compare_beside_refusals(
    of: Timeliness,
    *,
    average: Timeliness,
    refusals: Rate,
    point: FunnelPoint | None,
) -> ComparisonResult:
    """Compare replies in time with the average, whether or not refusals count as good replies.

    "Above" and "below" are returned only if the two comparisons agree: with all refusals as good
    replies, and without refusals. The result is never "above" if most replies are refusals or
    ``point``, from ``refusals``, is above its peers. Source of the two comparisons: C. F. Manski,
    Partial Identification of Probability Distributions (2003), chapter 1.
    """
    with_them = compare(of.replied, average=average.replied.share)
    without = compare(of.reasoned, average=average.reasoned.share)
    is_mostly = is_mostly_refused(refusals) or is_mostly_refused(of.refusals)
    stands_out = is_mostly or (point is not None and point.is_far_above)
    if with_them is without is ComparisonResult.BELOW:
        return ComparisonResult.BELOW
    if stands_out:
        return ComparisonResult.REFUSES
    if with_them is ComparisonResult.ABOVE:
        is_good = without is ComparisonResult.ABOVE and not (point is not None and point.is_high)
        return ComparisonResult.ABOVE if is_good else ComparisonResult.REFUSES
    if with_them is ComparisonResult.BELOW:
        return ComparisonResult.NOT_TOLD_APART
    return with_them
