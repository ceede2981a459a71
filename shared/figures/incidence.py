"""Cumulative incidence of replies: how long people wait, including people who still wait."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.figures.intervals import Z_95, Interval, wilson


class Ending(StrEnum):
    """The way in which the wait of a case ended; ``PENDING`` while the case waits."""

    ANSWERED = "answered"
    # A refusal counts as a reply, unless only reasoned answers are counted.
    REFUSED = "refused"
    COMPETING = "competing"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """``count`` cases whose wait ended, or was last observed, ``day`` whole days after filing."""

    day: int
    ending: Ending
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidencePoint:
    """A point of the curve: the cases at risk on ``day``, and the shares at the end of ``day``.

    ``answered`` and ``waiting`` are in [0, 1]; the other cases left without an answer.
    """

    day: int
    at_risk: int
    ended: int
    newly_answered: int
    answered: float
    waiting: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareByDay:
    """The share answered by the end of ``day``, its interval, and the number of cases at risk.

    ``at_risk`` cases waited at least ``day`` days. ``share`` is ``None`` without cases, or if cases
    still wait and none was observed for so many days.
    """

    day: int
    n: int
    at_risk: int
    share: float | None
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRange:
    """The interval of a number of days, both ends included; ``high`` is ``None`` if unknown."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidence:
    """The curve of answers; ``points`` are the days with an observation, in order."""

    n: int
    points: tuple[IncidencePoint, ...]

    def share_answered_by(self, day: int, z: float = Z_95) -> ShareByDay:
        """Return the share answered by the end of ``day``, in O(days).

        The interval is Wilson's for the effective size ``p(1-p)/variance``. If the variance is 0,
        the size is the count of cases with a known ending.
        """
        reached = self.points[: bisect_right(self.points, day, key=_day)]
        at_risk = self.at_risk(day)
        if self.n == 0 or self._is_beyond(day):
            nothing = Interval(low=0.0, high=1.0)
            return ShareByDay(day=day, n=self.n, at_risk=at_risk, share=None, interval=nothing)
        share = reached[-1].answered if reached else 0.0
        size = self._effective_size(day, share, _variance(reached))
        interval = wilson(share * size, size, z)
        return ShareByDay(day=day, n=self.n, at_risk=at_risk, share=share, interval=interval)

    def at_risk(self, day: int) -> int:
        """Return the number of cases that waited at least ``day`` days."""
        following = bisect_left(self.points, day, key=_day)
        return self.points[following].at_risk if following < len(self.points) else 0

    def median_or_none(self) -> int | None:
        """Return the day by which half of all cases were answered; ``None`` if fewer cases were
        answered.
        """
        # A sum of two halves in floating point may differ from 0.5 by one rounding.
        return next((p.day for p in self.points if p.answered >= 0.5 - 1e-12), None)

    def median_range_or_none(self, z: float = Z_95) -> DayRange | None:
        """Return the interval of the median; ``None`` where the median is not reached.

        A day is in the interval if the interval of the share answered by that day contains one
        half. Time: O(d^2) for a median at day d. Source: R. Brookmeyer & J. Crowley, Biometrics 38
        (1982) 29-41.
        """
        median = self.median_or_none()
        if median is None:
            return None
        low = median
        for point in self.points:
            interval = self.share_answered_by(point.day, z).interval
            if point.day < low and interval.high >= 0.5:
                low = point.day
            if point.day >= median and interval.low >= 0.5:
                return DayRange(low=low, high=point.day)
        return DayRange(low=low, high=None)

    def _is_beyond(self, day: int) -> bool:
        last = self.points[-1]
        return day > last.day and last.at_risk > last.ended

    def _effective_size(self, day: int, share: float, variance: float) -> float:
        ended_before = sum(point.ended for point in self.points if point.day < day)
        known = float(ended_before + self.at_risk(day))
        if variance <= 0:
            return known
        return min(float(self.n), max(known, share * (1 - share) / variance))


def cumulative_incidence(observed: Iterable[Observed], *, reasoned_only: bool = False) -> Incidence:
    """Return the share of all cases answered by each day, in O(n log n).

    Pending cases count as waiting until the day of their last observation (right censoring). Cases
    withdrawn or transferred leave without an answer (competing events) and stay in the denominator,
    or the shares would be too high. Refusals count as answers; with ``reasoned_only`` refusals are
    competing events. Raises ``ValueError`` for a negative day or count.

    Source: O. O. Aalen & S. Johansen, Scand. J. Statist. 5 (1978) 141-150.
    """
    by_day = _tally(observed)
    at_risk = n = sum(sum(counts.values()) for counts in by_day.values())
    answered, waiting, points = 0.0, 1.0, []
    for day in sorted(by_day):
        counts = by_day[day]
        refused = counts[Ending.REFUSED]
        newly = counts[Ending.ANSWERED] + (0 if reasoned_only else refused)
        ended = counts[Ending.ANSWERED] + refused + counts[Ending.COMPETING]
        answered += waiting * newly / at_risk
        waiting *= (at_risk - ended) / at_risk
        points.append(
            IncidencePoint(
                day=day,
                at_risk=at_risk,
                ended=ended,
                newly_answered=newly,
                answered=min(answered, 1.0),
                waiting=waiting,
            )
        )
        at_risk -= ended + counts[Ending.PENDING]
    return Incidence(n=n, points=tuple(points))


def _tally(observed: Iterable[Observed]) -> dict[int, dict[Ending, int]]:
    by_day: dict[int, dict[Ending, int]] = defaultdict(lambda: dict.fromkeys(Ending, 0))
    for one in observed:
        if one.day < 0 or one.count < 0:
            raise ValueError("a wait and a count cannot be negative")
        if one.count:
            by_day[one.day][one.ending] += one.count
    return by_day


def _day(point: IncidencePoint) -> int:
    return point.day


def _variance(points: tuple[IncidencePoint, ...]) -> float:
    """Return the Greenwood-type variance of the last point's share: p(1-p)/n without censoring.

    Source: E. Marubini & M. G. Valsecchi, Analysing Survival Data (1995), chapter 10; restated by
    V. Coviello & M. Boggess, Stata Journal 4 (2004) 103-112.
    """
    total, before = 0.0, 1.0
    final = points[-1].answered if points else 0.0
    for point in points:
        n, ended, newly = point.at_risk, point.ended, point.newly_answered
        to_come = final - point.answered
        if ended and n > ended:
            total += to_come * to_come * ended / (n * (n - ended))
        total += before * before * (n - newly) * newly / n**3
        total -= 2 * to_come * before * newly / (n * n)
        before = point.waiting
    return max(total, 0.0)
