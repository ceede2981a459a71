"""The figures. Every page, file and interface asks here, so that all show the same."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import (
    Aggregate,
    Case,
    Count,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncMonth

from shared.figures.incidence import Ending, Incidence, Observed, cumulative_incidence
from shared.figures.intervals import Rate, pooled, standing
from shared.figures.satisfaction import Satisfaction, satisfaction
from shared.kernel.clock import ORIENTATION_DAYS, REPLY_DAYS, civil_day
from shared.register.enums import DEPARTURES, REPLIES, FirstEnding, RequestKind
from shared.register.models import RegisterCase, RegisterMonth
from shared.register.types import (
    AgencyFigures,
    ClockFigures,
    CohortFigures,
    Comparison,
    Counts,
    DelayFigures,
    FigureScope,
    MonthFigures,
)

SHOWN_DAYS = (ORIENTATION_DAYS, 30, REPLY_DAYS)
# A wait that goes on sorts behind every wait that has ended.
ENDLESS = 10**6
ONE_DAY = timedelta(days=1)
TERM = timedelta(days=REPLY_DAYS)
MONTH_OF_FILING = TruncMonth("filed_on")
ENDINGS = {
    FirstEnding.OPEN: Ending.PENDING,
    FirstEnding.ANSWERED: Ending.ANSWERED,
    FirstEnding.INADMISSIBLE: Ending.ANSWERED,
    FirstEnding.WITHDRAWN: Ending.COMPETING,
    FirstEnding.TRANSFERRED: Ending.COMPETING,
}
IS_COMPLAINT = Q(kind=RequestKind.COMPLAINT)
IS_REPLIED = Q(ending__in=REPLIES)


class PercentileDisc(Aggregate):
    """PostgreSQL's ``percentile_disc``: the smallest value that this share does not exceed."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()

    def __init__(self, expression: Coalesce, *, share: float) -> None:
        super().__init__(expression, share=float(share))


class Tally(NamedTuple):
    """Counts of cases, to be added up: counted months and single cases come from two tables."""

    open: int = 0
    answered: int = 0
    inadmissible: int = 0
    withdrawn: int = 0
    transferred: int = 0
    complaints: int = 0
    overdue: int = 0
    due: int = 0
    in_time: int = 0
    reopened: int = 0
    responses: int = 0
    resolved: int = 0
    marks: int = 0
    marked: int = 0


NOTHING = Tally()
TALLIED = Tally._fields
# RegisterMonth keeps these under the same names; the other two follow from its kind and ``open``.
KEPT = tuple(name for name in TALLIED if name not in ("complaints", "overdue"))
# These depend on the day on which one asks.
CLOCKED = ("due", "in_time", "overdue")
# A column that no case lacks and every index has: what counts it need not read the table.
EVERY = "agency_code"
# Django refuses a sum under the name of a column.
SUM = "sum_"
PLACES = {SUM + name: place for place, name in enumerate(TALLIED)}
# Rows of one of the two tables, and the sums that make a Tally of them.
Source = tuple[QuerySet[RegisterCase] | QuerySet[RegisterMonth], dict[str, Aggregate]]


def cohort_figures(*, scope: FigureScope, as_of: datetime) -> CohortFigures:
    """Every figure of the cases filed in the scope, as the register knows them at ``as_of`` (now).

    Three queries. Parts add up by construction; the pending count in every waiting time.
    """
    today = civil_day(as_of)
    tally = _whole(scope, today)
    curve, counts = _curve(scope, today), _counts(tally)
    return CohortFigures(
        scope=scope,
        as_of=as_of,
        counts=counts,
        clock=ClockFigures(
            complaints=tally.complaints,
            in_time=_in_time(tally),
            overdue_open=tally.overdue,
            by_day=tuple(curve.share_answered_by(day) for day in SHOWN_DAYS),
            median_days=curve.median_or_none(),
            curve=curve,
        ),
        reopened=Rate(successes=tally.reopened, n=counts.replied),
        satisfaction=_satisfaction(tally, counts),
        handling=tally.marks / tally.marked if tally.marked else None,
        handling_n=tally.marked,
    )


def comparison(
    *, scope: FigureScope, as_of: datetime, agency_codes: Collection[str] | None = None
) -> Comparison:
    """Every agency with a case in the scope side by side, by code, and their average.

    With ``agency_codes`` those agencies and no other, the ones without a case included. What is
    compared is the share answered in time of complaints whose sixty days have passed: no estimate
    is needed, and the unanswered are late. Two queries, whatever the number of agencies.
    """
    tallies = _by_agency(scope, civil_day(as_of), agency_codes)
    codes = sorted(tallies if agency_codes is None else agency_codes)
    average = pooled([_in_time(tallies.get(code, NOTHING)) for code in codes])
    rows = (_agency_figures(code, tallies.get(code, NOTHING), average.share) for code in codes)
    return Comparison(as_of=as_of, average=average, agencies=tuple(rows))


def delays(
    *, scope: FigureScope, as_of: datetime, agency_codes: Collection[str]
) -> dict[str, DelayFigures]:
    """Waiting times of some agencies, over the complaints that ``in_time`` counts; one query."""
    waits = Coalesce("waited", Value(ENDLESS))
    rows = (
        _cases(scope)
        .filter(_due(civil_day(as_of)), agency_code__in=agency_codes)
        .values("agency_code")
        .annotate(median=PercentileDisc(waits, share=0.5), p90=PercentileDisc(waits, share=0.9))
        .order_by("agency_code")
    )
    return {
        row["agency_code"]: DelayFigures(
            median_days=_within_term(row["median"]), p90_days=_within_term(row["p90"])
        )
        for row in rows
    }


def monthly_received_and_replied(*, scope: FigureScope) -> list[MonthFigures]:
    """Month by month of filing, from the first with a case to the last; two queries.

    Replied means until now: the sums over all months are those of ``cohort_figures``.
    """
    found: dict[date, Tally] = {}
    for rows, sums in _sources(scope, None):
        of = F("month") if rows.model is RegisterMonth else MONTH_OF_FILING
        grouped = rows.annotate(of=of).values("of").annotate(**sums).order_by("of")
        for row in grouped.values_list("of", *sums):
            found[row[0]] = _plus(found.get(row[0], NOTHING), sums, row[1:])
    counted = {month: _counts(tally) for month, tally in found.items()}
    return [
        MonthFigures(
            month=month,
            received=counted[month].received if month in counted else 0,
            replied=counted[month].replied if month in counted else 0,
        )
        for month in _months_between(min(counted, default=None), max(counted, default=None))
    ]


def month_rows(
    *, agency_codes: Collection[str], months: Collection[date] | None = None
) -> Iterator[RegisterMonth]:
    """What RegisterMonth should hold of these agencies (and months, if given), by one query."""
    rows = RegisterCase.objects.filter(agency_code__in=agency_codes)
    if months is not None:
        spans = [Q(filed_on__gte=month, filed_on__lt=_month_after(month)) for month in months]
        rows = rows.filter(reduce(or_, spans, Q(pk__in=[])))
    grouped = rows.annotate(of=MONTH_OF_FILING).values("agency_code", "kind", "of")
    sums = _case_sums(None)
    summed = grouped.annotate(**sums).order_by("agency_code", "kind", "of")
    for agency_code, kind, month, *counts in summed.values_list("agency_code", "kind", "of", *sums):
        tally = _plus(NOTHING, sums, counts)._asdict()
        kept = {name: tally[name] for name in KEPT}
        yield RegisterMonth(agency_code=agency_code, kind=kind, month=month, **kept)


def _whole(scope: FigureScope, today: date) -> Tally:
    whole = NOTHING
    for rows, sums in _sources(scope, today):
        found = rows.aggregate(**sums)
        whole = _plus(whole, found.keys(), found.values())
    return whole


def _by_agency(
    scope: FigureScope, today: date, agency_codes: Collection[str] | None
) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    for rows, sums in _sources(scope, today):
        if agency_codes is not None:
            rows = rows.filter(agency_code__in=agency_codes)
        grouped = rows.values("agency_code").annotate(**sums).order_by("agency_code")
        for row in grouped.values_list("agency_code", *sums):
            found[row[0]] = _plus(found.get(row[0], NOTHING), sums, row[1:])
    return found


def _sources(scope: FigureScope, today: date | None) -> Iterator[Source]:
    """The two tables that make up the scope: months that are counted already, and single cases.

    What is late changes daily in one month alone, that in which the term of sixty days ends: of
    its complaints the clock's sums are counted case by case, and all sums of the days outside of
    whole months. Without ``today`` nothing is asked about lateness.
    """
    cases, (start, end) = _cases(scope), _whole_months(scope, today)
    if start >= end or scope.organisation_code is not None:
        yield cases, _case_sums(today)
        return
    settled = end if today is None else min(end, max(start, _first_of_month(today - TERM)))
    months = RegisterMonth.objects.filter(_common(scope), month__gte=start, month__lt=end)
    yield months, _month_sums(settled)
    edges = [Q(filed_on__lt=start)] if scope.date_from < start else []
    edges += [Q(filed_on__gte=end)] if scope.date_to >= end else []
    running = IS_COMPLAINT & Q(filed_on__gte=settled, filed_on__lt=end) & _had_its_term(today)
    if edges:
        outside = reduce(or_, edges)
        yield cases.filter(outside | running), _case_sums(today, outside)
    elif settled < end:
        yield cases.filter(running), _clock_sums(today)


def _whole_months(scope: FigureScope, today: date | None) -> tuple[date, date]:
    """From the first day of the first month that lies in the scope to the day after the last."""
    start = _first_of_month(scope.date_from)
    if start < scope.date_from:
        start = _month_after(start)
    if scope.date_to == today:
        # Nothing is filed after today: the month that runs is whole as far as there are cases.
        return start, _month_after(scope.date_to)
    return start, _first_of_month(scope.date_to + ONE_DAY)


def _cases(scope: FigureScope) -> QuerySet[RegisterCase]:
    rows = RegisterCase.objects.filter(
        _common(scope), filed_on__gte=scope.date_from, filed_on__lte=scope.date_to
    )
    if scope.organisation_code is not None:
        rows = rows.filter(organisation_code=scope.organisation_code)
    return rows


def _common(scope: FigureScope) -> Q:
    chosen = Q()
    if scope.agency_code is not None:
        chosen &= Q(agency_code=scope.agency_code)
    if scope.kind is not None:
        chosen &= Q(kind=scope.kind)
    return chosen


def _due(today: date | None) -> Q:
    """Complaints that had their sixty days at one place; without ``today``, whatever their age."""
    stayed = ~Q(ending__in=DEPARTURES) | Q(waited__gt=REPLY_DAYS)
    return IS_COMPLAINT & stayed & _had_its_term(today)


def _had_its_term(today: date | None) -> Q:
    return Q() if today is None else Q(filed_on__lt=today - TERM)


def _case_sums(today: date | None, within: Q | None = None) -> dict[str, Aggregate]:
    """Sums over single cases; all but the clock's over those ``within`` alone."""
    chosen = Q() if within is None else within
    filters = {
        **{ending.value: Q(ending=ending) for ending in FirstEnding},
        "complaints": IS_COMPLAINT,
        "reopened": IS_REPLIED & Q(reopened_count__gt=0),
        "responses": IS_REPLIED & Q(resolved__isnull=False),
        "resolved": IS_REPLIED & Q(resolved=True),
        "marked": Q(handling__isnull=False),
    }
    counts: dict[str, Aggregate] = {
        SUM + name: Count(EVERY, filter=filter_ & chosen) for name, filter_ in filters.items()
    }
    return {**counts, SUM + "marks": Sum("handling", filter=chosen), **_clock_sums(today)}


def _clock_sums(today: date | None) -> dict[str, Aggregate]:
    filters = {
        "overdue": IS_COMPLAINT & Q(ending=FirstEnding.OPEN) & _had_its_term(today),
        "due": _due(today),
        "in_time": _due(today) & IS_REPLIED & Q(waited__lte=REPLY_DAYS),
    }
    return {SUM + name: Count(EVERY, filter=filter_) for name, filter_ in filters.items()}


def _month_sums(settled: date) -> dict[str, Aggregate]:
    """Sums over counted months; the clock's over those before ``settled``, whose term has ended."""
    received = F("open") + F("answered") + F("inadmissible") + F("withdrawn") + F("transferred")
    before = Q(month__lt=settled)
    sums: dict[str, Aggregate] = {
        SUM + name: Sum(name, filter=before if name in CLOCKED else Q()) for name in KEPT
    }
    return {
        **sums,
        SUM + "complaints": Sum(received, filter=IS_COMPLAINT),
        SUM + "overdue": Sum("open", filter=IS_COMPLAINT & before),
    }


def _curve(scope: FigureScope, today: date) -> Incidence:
    rows = (
        _cases(scope)
        .filter(IS_COMPLAINT)
        .annotate(pending_since=Case(When(ending=FirstEnding.OPEN, then="filed_on")))
        .values_list("ending", "waited", "pending_since")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return cumulative_incidence(
        Observed(
            day=max((today - since).days, 0) if since else waited,
            ending=ENDINGS[FirstEnding(ending)],
            count=n,
        )
        for ending, waited, since, n in rows
    )


def _plus(tally: Tally, names: Iterable[str], sums: Iterable[int | None]) -> Tally:
    """``tally`` and sums under these names; the sum of no rows is ``None`` in SQL."""
    numbers = list(tally)
    for name, more in zip(names, sums, strict=True):
        numbers[PLACES[name]] += more or 0
    return Tally(*numbers)


def _counts(tally: Tally) -> Counts:
    return Counts(
        open=tally.open, answered=tally.answered, inadmissible=tally.inadmissible,
        withdrawn=tally.withdrawn, transferred=tally.transferred,
    )  # fmt: skip


def _in_time(tally: Tally) -> Rate:
    return Rate(successes=tally.in_time, n=tally.due)


def _satisfaction(tally: Tally, counts: Counts) -> Satisfaction:
    return satisfaction(asked=counts.replied, responses=tally.responses, satisfied=tally.resolved)


def _agency_figures(agency_code: str, tally: Tally, average: float | None) -> AgencyFigures:
    counts, in_time = _counts(tally), _in_time(tally)
    return AgencyFigures(
        agency_code=agency_code,
        counts=counts,
        complaints=tally.complaints,
        overdue_open=tally.overdue,
        in_time=in_time,
        reopened=Rate(successes=tally.reopened, n=counts.replied),
        satisfaction=_satisfaction(tally, counts),
        standing=standing(in_time, average=average),
    )


def _within_term(days: int) -> int | None:
    return days if days <= REPLY_DAYS else None


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _month_after(month: date) -> date:
    return _first_of_month(month + timedelta(days=31))


def _months_between(first: date | None, last: date | None) -> Iterator[date]:
    while first is not None and last is not None and first <= last:
        yield first
        first = _month_after(first)
