"""Counts from which figures are computed, read from ``RegisterMonth`` and from single cases."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Aggregate, Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import TruncMonth

from shared.figures.incidence import Ending, Observed
from shared.kernel.clock_ledger import ONE_DAY
from shared.kernel.legal_deadline import REPLY_DAYS
from shared.register.enums import DEPARTURES, REPLIES, FirstEnding, RequestKind
from shared.register.models import RegisterCase, RegisterMonth
from shared.register.types import FigureScope, Tally

TERM = timedelta(days=REPLY_DAYS)
MONTH_OF_FILING = TruncMonth("filed_on")
ENDINGS = {
    FirstEnding.OPEN: Ending.PENDING,
    FirstEnding.ANSWERED: Ending.ANSWERED,
    FirstEnding.INADMISSIBLE: Ending.REFUSED,
    FirstEnding.WITHDRAWN: Ending.COMPETING,
    FirstEnding.TRANSFERRED: Ending.COMPETING,
}
ANY = Q()
IS_COMPLAINT = Q(kind=RequestKind.COMPLAINT)
IS_REPLIED = Q(ending__in=REPLIES)
IS_REFUSED = Q(ending=FirstEnding.INADMISSIBLE)
NOTHING = Tally()
TALLIED = Tally._fields
# The columns of RegisterMonth. Its columns ``kind`` and ``open`` give the other two counts.
KEPT = tuple(name for name in TALLIED if name not in ("complaints", "overdue"))
# The counts that depend on the day of the query.
CLOCKED = ("due", "in_time", "overdue", "refused_in_time")
# Every index has this column, so counting the column need not read the table.
EVERY = "agency_code"
# Django refuses an annotation with the name of a column, so this prefix is added.
SUM = "sum_"
PLACES = {SUM + name: place for place, name in enumerate(TALLIED)}
# A queryset of cases or months, and the aggregates that sum its rows into a Tally.
Source = tuple[QuerySet[RegisterCase] | QuerySet[RegisterMonth], dict[str, Aggregate]]


def whole_tally(scope: FigureScope, today: date) -> Tally:
    """Return the counts of all cases of the scope; at most two queries."""
    whole = NOTHING
    for rows, sums in _sources(scope, today):
        found = rows.aggregate(**sums)
        whole = _plus(whole, found.keys(), found.values())
    return whole


def agency_tallies(scope: FigureScope, today: date) -> dict[str, Tally]:
    """Return the counts of each agency with a case in the scope; at most two queries."""
    found: dict[str, Tally] = {}
    for rows, sums in _sources(scope, today):
        for row in (
            rows.values("agency_code")
            .annotate(**sums)
            .order_by("agency_code")
            .values_list("agency_code", *sums)
        ):
            found[row[0]] = _plus(found.get(row[0], NOTHING), sums, row[1:])
    return found


def month_tallies(scope: FigureScope) -> dict[date, Tally]:
    """Return the counts of each month of filing, as known now; at most two queries.

    Complaints of any age count as due.
    """
    found: dict[date, Tally] = {}
    for rows, sums in _sources(scope, None):
        of = F("month") if rows.model is RegisterMonth else MONTH_OF_FILING
        for row in (
            rows.annotate(of=of)
            .values("of")
            .annotate(**sums)
            .order_by("of")
            .values_list("of", *sums)
        ):
            found[row[0]] = _plus(found.get(row[0], NOTHING), sums, row[1:])
    return found


def waits_observed(scope: FigureScope, today: date) -> tuple[Observed, ...]:
    """Return the ended and pending waits of the scope's complaints, with counts; one query."""
    rows = (
        scope_cases(scope)
        .filter(IS_COMPLAINT)
        .annotate(pending_since=Case(When(ending=FirstEnding.OPEN, then="filed_on")))
        .values_list("ending", "waited", "pending_since")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return tuple(
        Observed(
            day=max((today - since).days, 0) if since else waited,
            ending=ENDINGS[FirstEnding(ending)],
            count=n,
        )
        for ending, waited, since, n in rows
    )


def month_rows(
    *, agency_codes: Collection[str], months: Collection[date] | None = None
) -> Iterator[RegisterMonth]:
    """Yield unsaved ``RegisterMonth`` rows of agencies, for all months or ``months``; one query."""
    rows = RegisterCase.objects.filter(agency_code__in=agency_codes)
    if months is not None:
        spans = [Q(filed_on__gte=month, filed_on__lt=month_after(month)) for month in months]
        rows = rows.filter(reduce(or_, spans, Q(pk__in=[])))
    grouped = rows.annotate(of=MONTH_OF_FILING).values("agency_code", "kind", "of")
    sums = _case_sums(None)
    for agency_code, kind, month, *counts in (
        grouped.annotate(**sums)
        .order_by("agency_code", "kind", "of")
        .values_list("agency_code", "kind", "of", *sums)
    ):
        tally = _plus(NOTHING, sums, counts)._asdict()
        kept = {name: tally[name] for name in KEPT}
        yield RegisterMonth(agency_code=agency_code, kind=kind, month=month, **kept)


def _sources(scope: FigureScope, today: date | None) -> Iterator[Source]:
    """Yield querysets and sums that together cover the scope: counted months, then single cases.

    The lateness of a complaint changes daily only in the month of filing whose sixty days end now:
    for that month, sums of lateness are counted from single cases. For days outside of whole
    months, all sums are counted from single cases. Without ``today``, complaints of any age count
    as due.
    """
    cases, (start, end) = scope_cases(scope), _whole_months(scope, today)
    if start >= end or scope.organisation_code is not None:
        yield cases, _case_sums(today)
        return
    settled = end if today is None else min(end, max(start, (today - TERM).replace(day=1)))
    yield (
        RegisterMonth.objects.filter(
            _chosen(scope, "agency_code", "kind"), month__gte=start, month__lt=end
        ),
        _month_sums(settled),
    )
    edges = [Q(filed_on__lt=start)] if scope.date_from < start else []
    edges += [Q(filed_on__gte=end)] if scope.date_to >= end else []
    running = IS_COMPLAINT & Q(filed_on__gte=settled, filed_on__lt=end) & _had_its_term(today)
    if edges:
        outside = reduce(or_, edges)
        yield cases.filter(outside | running), _case_sums(today, outside)
    elif settled < end:
        yield cases.filter(running), _clock_sums(today)


def _whole_months(scope: FigureScope, today: date | None) -> tuple[date, date]:
    """Return the first day of the scope's whole months, and the day after their last day."""
    first = scope.date_from.replace(day=1)
    start = first if first == scope.date_from else month_after(first)
    if scope.date_to == today:
        # The current month counts as a whole month, because no case is filed after today.
        return start, month_after(scope.date_to)
    return start, (scope.date_to + ONE_DAY).replace(day=1)


def scope_cases(scope: FigureScope) -> QuerySet[RegisterCase]:
    """Return the queryset of the scope's single cases."""
    return RegisterCase.objects.filter(
        _chosen(scope, "agency_code", "kind", "organisation_code"),
        filed_on__gte=scope.date_from,
        filed_on__lte=scope.date_to,
    )


def _chosen(scope: FigureScope, *columns: str) -> Q:
    values = {name: getattr(scope, name) for name in columns}
    return Q(**{name: value for name, value in values.items() if value is not None})


def term_is_over(today: date | None) -> Q:
    """Return the filter of complaints whose term is over, not withdrawn or transferred before.

    Without ``today``, the term of every complaint counts as over.
    """
    stayed = ~Q(ending__in=DEPARTURES) | Q(waited__gt=REPLY_DAYS)
    return IS_COMPLAINT & stayed & _had_its_term(today)


def _had_its_term(today: date | None) -> Q:
    return Q() if today is None else Q(filed_on__lt=today - TERM)


def _case_sums(today: date | None, within: Q = ANY) -> dict[str, Aggregate]:
    """Return the aggregates over cases; ``within`` limits sums that do not depend on the day."""
    filters = {
        **{ending.value: Q(ending=ending) for ending in FirstEnding},
        "complaints": IS_COMPLAINT,
        "reopened": IS_REPLIED & Q(reopened_count__gt=0),
        "responses": IS_REPLIED & Q(resolved__isnull=False),
        "resolved": IS_REPLIED & Q(resolved=True),
        "marked": Q(handling__isnull=False),
        "refused_reopened": IS_REFUSED & Q(reopened_count__gt=0),
        "refused_reversed": IS_REFUSED & Q(refusal_reversed=True),
        "promises_due": IS_REPLIED & Q(promise_asked=True),
        "promises_told": IS_REPLIED & Q(promise_kept__isnull=False),
        "promises_kept": IS_REPLIED & Q(promise_kept=True),
    }
    return {
        **_counts(filters, within),
        SUM + "marks": Sum("handling", filter=within),
        **_clock_sums(today),
    }


def _counts(filters: Mapping[str, Q], within: Q) -> dict[str, Aggregate]:
    return {SUM + name: Count(EVERY, filter=one & within) for name, one in filters.items()}


def _clock_sums(today: date | None) -> dict[str, Aggregate]:
    filters = {
        "overdue": IS_COMPLAINT & Q(ending=FirstEnding.OPEN) & _had_its_term(today),
        "due": term_is_over(today),
        "in_time": term_is_over(today) & IS_REPLIED & Q(waited__lte=REPLY_DAYS),
        "refused_in_time": term_is_over(today) & IS_REFUSED & Q(waited__lte=REPLY_DAYS),
    }
    return _counts(filters, ANY)


def _month_sums(settled: date) -> dict[str, Aggregate]:
    """Return the aggregates over rows of months; ``CLOCKED`` counts only before ``settled``."""
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


def _plus(tally: Tally, names: Iterable[str], sums: Iterable[int | None]) -> Tally:
    """Return a tally plus sums, one for each of ``names``; SQL's ``None`` (no rows) adds 0."""
    numbers = list(tally)
    for name, more in zip(names, sums, strict=True):
        numbers[PLACES[name]] += more or 0
    return Tally(*numbers)


def month_after(month: date) -> date:
    """Return the first day of the month after ``month``, which must be the first day of a month."""
    return (month + timedelta(days=31)).replace(day=1)
