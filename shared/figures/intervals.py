"""The score interval of a share, and the comparison of a share with an average."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

# 95 % of a normal distribution is within this many standard deviations.
Z_95 = 1.959963984540054
# Limits of a comparison in standard deviations; with 1.96, slightly more than 5 % of equal
# administrations would differ.
TWO_SIGMA = 2.0
# With fewer cases chance has too much effect on a share to judge an administration.
MIN_TO_JUDGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval of shares that fit the data; ``0 <= low <= high <= 1``."""

    low: float
    high: float

    def contains(self, share: float) -> bool:
        """Return whether ``share`` is in the interval, ends included."""
        return self.low <= share <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share: ``successes`` of ``n``, always shown with ``n`` and the interval."""

    successes: int
    n: int

    @property
    def share(self) -> float | None:
        """Return the share, between 0 and 1; ``None`` if ``n`` is 0."""
        return self.successes / self.n if self.n else None

    @property
    def interval(self) -> Interval:
        """Return Wilson's 95 % interval."""
        return wilson(self.successes, self.n)


class ComparisonResult(StrEnum):
    """The result of a comparison of a share with an average. The results have no order."""

    TOO_FEW = "too_few"
    NOT_TOLD_APART = "not_told_apart"
    ABOVE = "above"
    BELOW = "below"
    # Too many refusals, or a share above the average only because of refusals.
    REFUSES = "refuses"
    NOT_COMPARED = "not_compared"


def wilson(successes: float, n: float, z: float = Z_95) -> Interval:
    """Return the score interval of a share: in [0, 1], good for small ``n`` and at 0 and n.

    ``n`` may be an effective, fractional size. With ``n == 0`` the interval is [0, 1]. Raises
    ``ValueError`` unless ``0 <= successes <= n``.

    Source: E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927) 209-212; recommended for its coverage
    by R. G. Newcombe, Statist. Med. 17 (1998) 857-872 (his method 3).
    """
    if not 0 <= successes <= n:
        raise ValueError("successes must lie between 0 and n")
    if n == 0:
        return Interval(low=0.0, high=1.0)
    share = successes / n
    middle = share + z * z / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At 0 and n the formula is exact, but floating point may be off by one rounding.
    low = 0.0 if successes == 0 else max(0.0, min(share, (middle - half) / scale))
    high = 1.0 if successes == n else min(1.0, max(share, (middle + half) / scale))
    return Interval(low=low, high=high)


def pooled(rates: Iterable[Rate]) -> Rate:
    """Return the sum of ``rates`` as one rate, in which every case has the same weight."""
    counts = [(rate.successes, rate.n) for rate in rates]
    return Rate(successes=sum(ok for ok, _n in counts), n=sum(n for _ok, n in counts))


def compare(rate: Rate, *, average: float | None, min_n: int = MIN_TO_JUDGE) -> ComparisonResult:
    """Compare ``rate`` with ``average`` (0 to 1; ``None`` if no average exists).

    The results "above" and "below" need an average outside the two-sigma interval, as in a funnel
    plot (D. J. Spiegelhalter, Statist. Med. 24 (2005) 1185-1202).
    """
    if average is None or rate.share is None or rate.n < min_n:
        return ComparisonResult.TOO_FEW
    if wilson(rate.successes, rate.n, TWO_SIGMA).contains(average):
        return ComparisonResult.NOT_TOLD_APART
    return ComparisonResult.ABOVE if rate.share > average else ComparisonResult.BELOW
