"""Figures put into words, for every page, file and programme that shows them."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from shared.figures.incidence import ShareByDay
from shared.figures.intervals import ComparisonResult, Interval, Rate
from shared.figures.satisfaction import Satisfaction
from shared.figures.suppression import MIN_CELL, is_small, may_publish, suppress
from shared.register.enums import Measure, RequestKind, Unit
from shared.register.presenters.charts import (
    curve_chart,
    days_text,
    decimal_text,
    interval_text,
    month_text,
    months_chart,
    share_text,
)
from shared.register.types import (
    AgencyFigures,
    ClockFigures,
    CohortFigures,
    DelayFigures,
    FiguresDetail,
    Group,
    Line,
    MonthFigures,
    Section,
)
from shared.ui.charts import whisker
from shared.ui.spreadsheets import Cell

CSV_HEADINGS = (
    "group", "group_label", "measure", "label", "unit", "value", "n", "low", "high", "note",
)  # fmt: skip
# Of a share in files and in the REST interface: enough that a page can be made from them.
PLACES = 6
_TOO_FEW_TO_JUDGE = gettext_lazy("Too few to judge")
_STANDING_NATIONAL = {
    ComparisonResult.TOO_FEW: _TOO_FEW_TO_JUDGE,
    ComparisonResult.NOT_TOLD_APART: gettext_lazy("Cannot be told apart from the national average"),
    ComparisonResult.ABOVE: gettext_lazy("Above the national average"),
    ComparisonResult.BELOW: gettext_lazy("Below the national average"),
}
_STANDING_AMONG = {
    ComparisonResult.TOO_FEW: _TOO_FEW_TO_JUDGE,
    ComparisonResult.NOT_TOLD_APART: gettext_lazy(
        "Cannot be told apart from the average of these bodies"
    ),
    ComparisonResult.ABOVE: gettext_lazy("Above the average of these bodies"),
    ComparisonResult.BELOW: gettext_lazy("Below the average of these bodies"),
}
BY_DAY = {15: Measure.BY_15, 30: Measure.BY_30, 60: Measure.BY_60}


def figure_sections(
    figures: CohortFigures, *, published: bool, withheld: Collection[Measure] = ()
) -> tuple[Section, ...]:
    """All figures of a cohort in reading order; ``published`` hides what could point at a person.

    ``withheld`` are those that would give away a number of another cohort. The figures on time are
    left out where the scope holds no complaints by its kind.
    """
    counts = Section(
        key="counts",
        title=_("What became of the requests"),
        lines=_without(_count_lines(figures, published), withheld),
    )
    clock = Section(
        key="clock",
        title=_("How long people wait"),
        lines=_without(_clock_lines(figures.clock, published), withheld),
    )
    voice = Section(
        key="voice",
        title=_("What citizens say"),
        lines=_without(_voice_lines(figures, published), withheld),
    )
    has_clock = figures.scope.kind in (None, RequestKind.COMPLAINT)
    return (counts, clock, voice) if has_clock else (counts, voice)


def sheet(
    figures: CohortFigures,
    months: Sequence[MonthFigures],
    *,
    published: bool,
    months_csv: str,
    figures_csv: str = "",
    withheld: Collection[Measure] = (),
) -> FiguresDetail:
    """Everything that a page shows of a cohort, with its charts in the direction of the page."""
    return FiguresDetail(
        figures=figures,
        sections=figure_sections(figures, published=published, withheld=withheld),
        months=months_chart(months, months_csv) if months else None,
        curve=curve_chart(figures.clock, figures_csv)
        if figures.clock.complaints >= MIN_CELL
        else None,
    )


def whole_group(sections: Iterable[Section]) -> Group:
    """All lines of these sections as one group without a key."""
    return Group(key="", label="", lines=tuple(line for part in sections for line in part.lines))


def month_groups(months: Sequence[MonthFigures]) -> list[Group]:
    """Months as groups of lines."""
    return [
        Group(
            key=f"{one.month:%Y-%m}",
            label=month_text(one.month),
            lines=(
                _count_line(Measure.RECEIVED, one.received),
                _count_line(Measure.REPLIED, one.replied),
            ),
        )
        for one in months
    ]


def agency_lines(
    figures: AgencyFigures,
    *,
    average: float | None,
    published: bool,
    withheld: Collection[Measure] = (),
) -> tuple[Line, ...]:
    """What is said of an agency beside others; ``average`` is theirs, drawn where it is known."""
    return _without(_agency_lines(figures, average, published), withheld)


def _agency_lines(
    figures: AgencyFigures, average: float | None, published: bool
) -> tuple[Line, ...]:
    few = published and is_small(figures.in_time.n)
    said, reopened = figures.satisfaction, figures.reopened
    return (
        _count_line(Measure.RECEIVED, figures.counts.received),
        _count_line(Measure.REPLIED, figures.counts.replied),
        _count_line(Measure.OVERDUE, figures.overdue_open),
        rate_line(Measure.IN_TIME, figures.in_time, hidden=few, average=average),
        rate_line(Measure.REOPENED, reopened, hidden=_points(reopened, published)),
        rate_line(
            Measure.RESOLVED,
            said.satisfied,
            hidden=_points(said.response, published) or _points(said.satisfied, published),
        ),
    )


def standing_line(standing: ComparisonResult, *, national: bool) -> Line:
    """What may be said beside the average: of the whole country, or of the bodies chosen."""
    words = _STANDING_NATIONAL if national else _STANDING_AMONG
    text = str(words[standing])
    return Line(measure=Measure.STANDING, unit=Unit.WORDS, note=text)


def delay_lines(found: DelayFigures | None) -> tuple[Line, Line]:
    """Waiting times of an agency beside others; ``None`` where no complaint is due yet."""
    return (
        _delay_line(Measure.DUE_MEDIAN, found, found.median_days if found else None),
        _delay_line(Measure.DUE_P90, found, found.p90_days if found else None),
    )


def csv_rows(groups: Iterable[Group]) -> Iterator[list[Cell]]:
    """One row a figure under ``CSV_HEADINGS``: the same numbers as on the page."""
    for group in groups:
        for line in group.lines:
            yield [
                group.key,
                group.label,
                line.measure.value,
                str(line.measure.label),
                line.unit.value,
                line.value,
                line.n,
                line.low,
                line.high,
                line.note,
            ]


def rate_line(
    measure: Measure, rate: Rate, *, hidden: bool = False, average: float | None = None
) -> Line:
    """A share with its interval and what it rests on, drawn beside ``average`` if there is one."""
    if hidden:
        return Line(measure=measure, unit=Unit.SHARE, note=_too_few())
    if rate.share is None:
        return Line(measure=measure, unit=Unit.SHARE, n=0, note=_("Nothing to count yet"))
    return _share_line(measure, rate.share, rate.interval, rate.n, average)


def _without(lines: Iterable[Line], withheld: Collection[Measure]) -> tuple[Line, ...]:
    return tuple(
        Line(measure=line.measure, unit=line.unit, note=_too_few())
        if line.measure in withheld
        else line
        for line in lines
    )


def _count_lines(figures: CohortFigures, published: bool) -> Iterable[Line]:
    counts = figures.counts
    yield _count_line(Measure.RECEIVED, counts.received)
    # Two rows: how many had a reply stands beside other figures, so it is a total of its own.
    answered, inadmissible = _hidden([counts.answered, counts.inadmissible], published)
    yield _count_line(Measure.ANSWERED, answered)
    yield _count_line(Measure.INADMISSIBLE, inadmissible)
    # Three rows: how many left without a reply follows from what the share in time rests on.
    yield _count_line(Measure.OPEN, counts.open)
    withdrawn, transferred = _hidden([counts.withdrawn, counts.transferred], published)
    yield _count_line(Measure.WITHDRAWN, withdrawn)
    yield _count_line(Measure.TRANSFERRED, transferred)
    if figures.scope.kind is None:
        yield _count_line(Measure.COMPLAINTS, figures.clock.complaints)


def _clock_lines(clock: ClockFigures, published: bool) -> Iterable[Line]:
    # How an administration keeps its term says nothing of a person; the number must not be tiny.
    yield rate_line(Measure.IN_TIME, clock.in_time, hidden=published and is_small(clock.in_time.n))
    yield _count_line(Measure.OVERDUE, clock.overdue_open)
    hidden = published and is_small(clock.complaints)
    yield from (_by_day_line(share, hidden) for share in clock.by_day)
    yield _median_line(clock, hidden)


def _by_day_line(by_day: ShareByDay, hidden: bool) -> Line:
    measure = BY_DAY[by_day.day]
    if hidden:
        return Line(measure=measure, unit=Unit.SHARE, note=_too_few())
    if by_day.share is None:
        return Line(
            measure=measure,
            unit=Unit.SHARE,
            n=by_day.n,
            note=_("Too early to tell: no complaint has waited so long yet"),
        )
    return _share_line(measure, by_day.share, by_day.interval, by_day.n)


def _median_line(clock: ClockFigures, hidden: bool) -> Line:
    if hidden:
        return Line(measure=Measure.MEDIAN, unit=Unit.DAYS, note=_too_few())
    days, n = clock.median_days, clock.complaints
    if days is None:
        return Line(
            measure=Measure.MEDIAN,
            unit=Unit.DAYS,
            n=n,
            note=_("Not reached: fewer than half have been answered so far"),
        )
    return Line(measure=Measure.MEDIAN, unit=Unit.DAYS, value=days, n=n, text=days_text(days))


def _voice_lines(figures: CohortFigures, published: bool) -> Iterable[Line]:
    said = figures.satisfaction
    yield rate_line(Measure.REOPENED, figures.reopened, hidden=_points(figures.reopened, published))
    response_hidden = _points(said.response, published)
    resolved_hidden = response_hidden or _points(said.satisfied, published)
    yield rate_line(Measure.RESPONSE, said.response, hidden=response_hidden)
    yield rate_line(Measure.RESOLVED, said.satisfied, hidden=resolved_hidden)
    yield _bounds_line(said, resolved_hidden)
    yield _mark_line(figures, published and is_small(figures.handling_n))


def _points(rate: Rate, published: bool) -> bool:
    """Whether the share could point at somebody: what people themselves did, and only a few."""
    return published and rate.n > 0 and not may_publish(rate.successes, rate.n)


def _bounds_line(said: Satisfaction, hidden: bool) -> Line:
    measure = Measure.RESOLVED_BOUNDS
    if hidden:
        return Line(measure=measure, unit=Unit.SHARE, note=_too_few())
    if said.lowest is None or said.highest is None:
        return Line(measure=measure, unit=Unit.SHARE, n=0, note=_("Nothing to count yet"))
    text = _("between %(low)s and %(high)s") % {
        "low": share_text(said.lowest),
        "high": share_text(said.highest),
    }
    return Line(
        measure=measure,
        unit=Unit.SHARE,
        n=said.response.n,
        low=round(said.lowest, PLACES),
        high=round(said.highest, PLACES),
        text=text,
    )


def _mark_line(figures: CohortFigures, hidden: bool) -> Line:
    if hidden:
        return Line(measure=Measure.HANDLING, unit=Unit.MARK, note=_too_few())
    if figures.handling is None:
        return Line(measure=Measure.HANDLING, unit=Unit.MARK, n=0, note=_("Nothing to count yet"))
    return Line(
        measure=Measure.HANDLING,
        unit=Unit.MARK,
        value=round(figures.handling, 2),
        n=figures.handling_n,
        text=decimal_text(figures.handling),
    )


def _count_line(measure: Measure, count: int | None) -> Line:
    if count is None:
        return Line(measure=measure, unit=Unit.COUNT, note=_too_few())
    return Line(measure=measure, unit=Unit.COUNT, value=count, text=str(count))


def _delay_line(measure: Measure, found: DelayFigures | None, days: int | None) -> Line:
    if found is None:
        return Line(measure=measure, unit=Unit.DAYS, note=_("Nothing to count yet"))
    if days is None:
        return Line(measure=measure, unit=Unit.DAYS, note=_("Not within 60 days"))
    return Line(measure=measure, unit=Unit.DAYS, value=days, text=days_text(days))


def _share_line(
    measure: Measure, share: float, interval: Interval, n: int, average: float | None = None
) -> Line:
    share = round(share, PLACES)
    low, high = round(interval.low, PLACES), round(interval.high, PLACES)
    drawing = whisker(
        label=f"{share_text(share)} ({interval_text(low, high)})",
        share=share,
        low=low,
        high=high,
        average=average,
        rtl=get_language_bidi(),
    )
    return Line(
        measure=measure,
        unit=Unit.SHARE,
        value=share,
        n=n,
        low=low,
        high=high,
        text=share_text(share),
        interval_text=interval_text(low, high),
        whisker=drawing,
    )


def _hidden(cells: list[int], published: bool) -> tuple[int | None, ...]:
    return suppress(cells) if published else tuple(cells)


def _too_few() -> str:
    return _("Not published: fewer than %(least)d cases, or easy to work out") % {"least": MIN_CELL}
