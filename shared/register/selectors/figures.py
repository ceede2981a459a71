"""Queries of the figures, used by every page, file and API, so that all show equal figures."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from django.db.models import Aggregate, IntegerField, Value
from django.db.models.functions import Coalesce

from shared.figures.funnel import FunnelItem, FunnelPoint, funnel
from shared.figures.incidence import Observed, cumulative_incidence
from shared.figures.intervals import ComparisonResult, Rate, pooled
from shared.figures.refusals import NOTHING_DUE, Timeliness, compare_beside_refusals
from shared.figures.satisfaction import Satisfaction, satisfaction
from shared.kernel.clock import civil_day
from shared.kernel.legal_deadline import ORIENTATION_DAYS, REPLY_DAYS
from shared.register.enums import Measure, RequestKind
from shared.register.selectors.disclosure_control import EVERY, is_told_apart, withheld_in
from shared.register.selectors.tallies import (
    NOTHING,
    agency_tallies,
    month_after,
    month_tallies,
    scope_cases,
    term_is_over,
    waits_observed,
    whole_tally,
)
from shared.register.types import (
    AgencyFigures,
    ClockFigures,
    CohortFigures,
    Comparison,
    DelayFigures,
    FigureScope,
    MonthFigures,
    Tally,
)

SHOWN_DAYS = (ORIENTATION_DAYS, 30, REPLY_DAYS)
NO_KINDS: Mapping[str, str] = MappingProxyType({})
# The days of a wait that has not ended, to sort the wait after all ended waits.
ENDLESS = 10**6


class PercentileDisc(Aggregate):
    """PostgreSQL's ``percentile_disc``: the first value at which a share of the rows is reached."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()

    def __init__(self, expression: Coalesce, *, share: float) -> None:
        super().__init__(expression, share=float(share))


def cohort_figures(*, scope: FigureScope, as_of: datetime) -> CohortFigures:
    """Return every figure of the cases filed in the scope, as known at ``as_of`` (now).

    At most three queries are made. Pending cases count in all waiting times.
    """
    today = civil_day(as_of)
    return figures_of(
        whole_tally(scope, today), waits_observed(scope, today), scope=scope, as_of=as_of
    )


def figures_of(
    tally: Tally, waits: Iterable[Observed], *, scope: FigureScope, as_of: datetime
) -> CohortFigures:
    """Return the figures of a cohort, computed from its counts and its waits; no query."""
    known = tuple(waits)
    curve = cumulative_incidence(known)
    reasoned_curve = cumulative_incidence(known, reasoned_only=True)
    return CohortFigures(
        scope=scope,
        as_of=as_of,
        counts=tally,
        clock=ClockFigures(
            reasoned_by_60=reasoned_curve.share_answered_by(REPLY_DAYS),
            by_day=tuple(curve.share_answered_by(day) for day in SHOWN_DAYS),
            median_days=curve.median_or_none(),
            curve=curve,
        ),
        reopened=Rate(successes=tally.reopened, n=tally.replied),
        satisfaction=_satisfaction(tally),
        handling=tally.marks / tally.marked if tally.marked else None,
        handling_n=tally.marked,
        promises=_promises(tally),
    )


def comparison(
    *,
    scope: FigureScope,
    as_of: datetime,
    agency_codes: Collection[str] | None = None,
    kinds: Mapping[str, str] = NO_KINDS,
    exempt: Collection[str] = (),
) -> Comparison:
    """Return the figures of agencies with a case in the scope, sorted by code, and their average.

    With ``agency_codes``, exactly these agencies are returned, also without a case. The comparison
    uses the share of complaints answered in time among complaints whose sixty days have passed, so
    that unanswered complaints are late. An agency's refusals are compared with the refusals of all
    agencies of its kind (``kinds``); agencies in ``exempt`` are not compared. Two queries are made
    for any number of agencies.
    """
    tallies = agency_tallies(scope, civil_day(as_of))
    return comparison_of(
        tallies,
        agency_codes=tallies if agency_codes is None else agency_codes,
        as_of=as_of,
        kinds=kinds,
        exempt=exempt,
    )


def comparison_of(
    tallies: Mapping[str, Tally],
    *,
    agency_codes: Collection[str],
    as_of: datetime,
    kinds: Mapping[str, str] = NO_KINDS,
    exempt: Collection[str] = (),
) -> Comparison:
    """Return the comparison of agencies, computed from their counts; no query.

    Outliers in refusals are computed from all agencies of ``tallies`` that are not in ``exempt``,
    also from agencies that are not in ``agency_codes``.
    """
    shown = {code: tallies.get(code, NOTHING) for code in sorted(agency_codes)}
    average = sum((one.timeliness for one in shown.values()), NOTHING_DUE)
    points = funnel(
        FunnelItem(key=code, rate=tally.refusals.refused, kind=kinds.get(code, ""))
        for code, tally in tallies.items()
        if code not in exempt
    )
    return Comparison(
        as_of=as_of,
        average=average.replied,
        reasoned=average.reasoned,
        refused=pooled(one.refusals.refused for one in shown.values()),
        agencies=tuple(
            _agency_figures(code, tally, average, points.get(code), is_compared=code not in exempt)
            for code, tally in shown.items()
        ),
    )


def measures_withheld(*, scope: FigureScope, as_of: datetime) -> frozenset[Measure]:
    """Return the measures to hide, which a scope's page and other pages together would reveal.

    At most six queries are made. ``presenters.lines`` hides the scope's own small numbers.
    """
    today = civil_day(as_of)
    if not is_told_apart(scope, today=today) or (scope.agency_code and scope.kind):
        return EVERY
    if scope.kind:
        return withheld_in(
            {one: whole_tally(replace(scope, kind=one), today) for one in RequestKind.values}
        )[scope.kind]
    if scope.agency_code:
        return agencies_withheld(scope=scope, as_of=as_of).get(scope.agency_code, frozenset())
    return frozenset()


def agencies_withheld(*, scope: FigureScope, as_of: datetime) -> Mapping[str, frozenset[Measure]]:
    """Return the measures to withhold of each agency with a case in the period; two queries.

    The measures count all kinds together; ``is_told_apart`` must accept the period.
    """
    return withheld_in(agency_tallies(replace(scope, agency_code=None), civil_day(as_of)))


def delays(
    *, scope: FigureScope, as_of: datetime, agency_codes: Collection[str]
) -> dict[str, DelayFigures]:
    """Return the waiting times of complaints whose term is over, keyed by agency; one query."""
    waits = Coalesce("waited", Value(ENDLESS))
    rows = (
        scope_cases(scope)
        .filter(term_is_over(civil_day(as_of)), agency_code__in=agency_codes)
        .values("agency_code")
        .annotate(median=PercentileDisc(waits, share=0.5), p90=PercentileDisc(waits, share=0.9))
        .order_by("agency_code")
    )
    return {
        row["agency_code"]: DelayFigures(
            median_days=row["median"] if row["median"] <= REPLY_DAYS else None,
            p90_days=row["p90"] if row["p90"] <= REPLY_DAYS else None,
        )
        for row in rows
    }


def monthly_received_and_replied(*, scope: FigureScope) -> list[MonthFigures]:
    """Return the counts of received and replied requests of each month of filing; two queries.

    All replies until now count, so the sums over all months equal ``cohort_figures``.
    """
    return months_of(month_tallies(scope))


def months_of(found: Mapping[date, Tally]) -> list[MonthFigures]:
    """Return the figures of all months from the first to the last given month, without gaps."""
    return [
        MonthFigures(
            month=month,
            received=found.get(month, NOTHING).received,
            replied=found.get(month, NOTHING).replied,
        )
        for month in _months_between(min(found, default=None), max(found, default=None))
    ]


def _satisfaction(tally: Tally) -> Satisfaction:
    return satisfaction(asked=tally.replied, responses=tally.responses, satisfied=tally.resolved)


def _promises(tally: Tally) -> Satisfaction:
    return satisfaction(
        asked=tally.promises_due, responses=tally.promises_told, satisfied=tally.promises_kept
    )


def _agency_figures(
    agency_code: str,
    tally: Tally,
    average: Timeliness,
    point: FunnelPoint | None,
    *,
    is_compared: bool,
) -> AgencyFigures:
    said = compare_beside_refusals(
        tally.timeliness, average=average, refusals=tally.refusals.refused, point=point
    )
    return AgencyFigures(
        agency_code=agency_code,
        counts=tally,
        reopened=Rate(successes=tally.reopened, n=tally.replied),
        satisfaction=_satisfaction(tally),
        promises=_promises(tally),
        compared=said if is_compared else ComparisonResult.NOT_COMPARED,
        stands_out=point,
    )


def _months_between(first: date | None, last: date | None) -> Iterator[date]:
    while first is not None and last is not None and first <= last:
        yield first
        first = month_after(first)
