"""Texts of the figures, for every page, file and API response with figures."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.utils.translation import get_language_bidi, gettext as _, gettext_lazy

from shared.figures.incidence import ShareByDay
from shared.figures.intervals import ComparisonResult, Interval, Rate
from shared.figures.satisfaction import Satisfaction
from shared.figures.small_cell_suppression import MIN_CELL, is_small, may_publish, suppress
from shared.register.enums import Measure, RequestKind, Unit
from shared.register.presenters.charts import (
    curve_chart,
    days_text,
    decimal_text,
    interval_text,
    months_chart,
    refusal_words,
    share_text,
)
from shared.register.selectors.disclosure_control import refusals_withheld
from shared.register.types import (
    AgencyFigures,
    CohortFigures,
    DelayFigures,
    FiguresDetail,
    Group,
    Line,
    MonthFigures,
    RefusalFigures,
    Section,
)
from shared.ui.charts import whisker
from shared.ui.dates import month_text
from shared.ui.spreadsheets import Cell

CSV_HEADINGS = (
    "group", "group_label", "measure", "label", "unit", "value", "n", "low", "high", "note",
)  # fmt: skip
# Decimals of a share in files and in the REST API.
PLACES = 6
_TOO_FEW_TO_JUDGE = gettext_lazy("Too few to judge")
_NOT_COMPARED = gettext_lazy("Not compared: it directs people to the competent body")
_COMPARED_NATIONAL = {
    ComparisonResult.TOO_FEW: _TOO_FEW_TO_JUDGE,
    ComparisonResult.NOT_TOLD_APART: gettext_lazy("Cannot be told apart from the national average"),
    ComparisonResult.ABOVE: gettext_lazy("Above the national average"),
    ComparisonResult.BELOW: gettext_lazy("Below the national average"),
    ComparisonResult.NOT_COMPARED: _NOT_COMPARED,
}
_COMPARED_AMONG = {
    ComparisonResult.TOO_FEW: _TOO_FEW_TO_JUDGE,
    ComparisonResult.NOT_TOLD_APART: gettext_lazy(
        "Cannot be told apart from the average of these bodies"
    ),
    ComparisonResult.ABOVE: gettext_lazy("Above the average of these bodies"),
    ComparisonResult.BELOW: gettext_lazy("Below the average of these bodies"),
    ComparisonResult.NOT_COMPARED: _NOT_COMPARED,
}
BY_DAY = {15: Measure.BY_15, 30: Measure.BY_30, 60: Measure.BY_60}


def figure_sections(
    figures: CohortFigures, *, published: bool, withheld: Collection[Measure] = ()
) -> tuple[Section, ...]:
    """Return all figures of a cohort in the page's order; ``published`` hides identifying figures.

    ``withheld`` are measures that would reveal a number of another cohort. The figures on time are
    left out if the scope has only observations or only proposals.
    """
    hidden = set(withheld)
    if published:
        hidden |= {*_identifying(figures), *refusals_withheld(figures.counts)}
    sections = (
        ("counts", _("What became of the requests"), _count_lines(figures)),
        ("clock", _("How long people wait"), _clock_lines(figures)),
        ("voice", _("What citizens say"), _voice_lines(figures)),
        (
            "promises",
            _("What was announced for a day"),
            [
                rate_line(Measure.PROMISE_RESPONSE, figures.promises.response),
                rate_line(Measure.PROMISES_KEPT, figures.promises.satisfied),
                _bounds_line(Measure.PROMISES_BOUNDS, figures.promises),
            ],
        ),
    )
    return tuple(
        Section(key=key, title=title, lines=_without(lines, hidden))
        for key, title, lines in sections
        if key != "clock" or figures.scope.kind in (None, RequestKind.COMPLAINT)
    )


def figure_groups(
    figures: CohortFigures,
    months: Sequence[MonthFigures],
    *,
    published: bool,
    months_csv: str,
    figures_csv: str = "",
    withheld: Collection[Measure] = (),
) -> FiguresDetail:
    """Return the sections and the charts of a page about a cohort."""
    return FiguresDetail(
        figures=figures,
        sections=figure_sections(figures, published=published, withheld=withheld),
        months=months_chart(months, months_csv) if months else None,
        curve=curve_chart(figures.clock, figures_csv)
        if figures.counts.complaints >= MIN_CELL
        else None,
    )


def whole_group(sections: Iterable[Section]) -> Group:
    """Return all lines of the sections as one group without a key."""
    return Group(key="", label="", lines=tuple(line for part in sections for line in part.lines))


def month_groups(months: Sequence[MonthFigures]) -> list[Group]:
    """Return one group of lines for each month."""
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
    """Return an agency's lines in a comparison; ``average`` is for the charts."""
    said, reopened = figures.satisfaction, figures.reopened
    few = {
        Measure.IN_TIME: is_small(figures.counts.timeliness.replied.n),
        Measure.REASONED_IN_TIME: is_small(figures.counts.timeliness.replied.n),
        Measure.REOPENED: _is_identifying(reopened),
        Measure.RESOLVED: _is_identifying(said.response) or _is_identifying(said.satisfied),
        Measure.PROMISES_KEPT: _is_identifying(figures.promises.response)
        or _is_identifying(figures.promises.satisfied),
    }
    lines = (
        _count_line(Measure.RECEIVED, figures.counts.received),
        _count_line(Measure.REPLIED, figures.counts.replied),
        _count_line(Measure.OVERDUE, figures.counts.overdue),
        rate_line(Measure.IN_TIME, figures.counts.timeliness.replied, average=average),
        rate_line(Measure.REASONED_IN_TIME, figures.counts.timeliness.reasoned),
        *_refusal_lines(figures.counts.refusals),
        rate_line(Measure.REOPENED, reopened),
        rate_line(Measure.RESOLVED, said.satisfied),
        rate_line(Measure.PROMISES_KEPT, figures.promises.satisfied),
    )
    hidden = set(withheld)
    if published:
        hidden |= {*(one for one in few if few[one]), *refusals_withheld(figures.counts)}
    shown = _without(lines, hidden)
    if published and figures.compared is ComparisonResult.REFUSES:
        words = refusal_words(figures, hidden=hidden)
        return (*shown, Line(measure=Measure.COMPARISON, unit=Unit.WORDS, note=words))
    return shown


def comparison_line(figures: AgencyFigures, *, national: bool) -> Line:
    """Return the comparison with the average of the country (``national``) or of chosen bodies."""
    texts = _COMPARED_NATIONAL if national else _COMPARED_AMONG
    note = (
        refusal_words(figures)
        if figures.compared is ComparisonResult.REFUSES
        else str(texts[figures.compared])
    )
    return Line(measure=Measure.COMPARISON, unit=Unit.WORDS, note=note)


def delay_lines(found: DelayFigures | None) -> tuple[Line, ...]:
    """Return the lines of an agency's waiting times; ``None`` says that no complaint is due yet."""
    days = {
        Measure.DUE_MEDIAN: found.median_days if found else None,
        Measure.DUE_P90: found.p90_days if found else None,
    }
    note = _("Not within 60 days") if found else _("Nothing to count yet")
    return tuple(_days_line(measure, count, note=note) for measure, count in days.items())


def csv_rows(groups: Iterable[Group]) -> Iterator[list[Cell]]:
    """Yield a CSV row for each figure, with the columns ``CSV_HEADINGS``."""
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


def rate_line(measure: Measure, rate: Rate, *, average: float | None = None) -> Line:
    """Return the line of a share, with interval and case count; ``average`` is for the chart."""
    if rate.share is None:
        return Line(measure=measure, unit=Unit.SHARE, n=0, note=_("Nothing to count yet"))
    return _share_line(measure, rate.share, rate.interval, rate.n, average)


def _without(lines: Iterable[Line], hidden: Collection[Measure]) -> tuple[Line, ...]:
    note = _("Not published: fewer than %(least)d cases, or easy to work out") % {"least": MIN_CELL}
    return tuple(
        Line(measure=line.measure, unit=line.unit, note=note) if line.measure in hidden else line
        for line in lines
    )


def _identifying(figures: CohortFigures) -> Iterator[Measure]:
    """Yield the measures that could identify a person, because too few people are counted."""
    counts, said = figures.counts, figures.satisfaction
    # Replies and departures are suppressed separately, because other figures reveal both totals.
    yield from _suppressed(
        {Measure.ANSWERED: counts.answered, Measure.INADMISSIBLE: counts.inadmissible}
    )
    # The denominator of the share in time reveals the total of departures.
    yield from _suppressed(
        {Measure.WITHDRAWN: counts.withdrawn, Measure.TRANSFERRED: counts.transferred}
    )
    by_days = (*BY_DAY.values(), Measure.REASONED_BY_60, Measure.MEDIAN)
    resolved = (Measure.RESOLVED, Measure.RESOLVED_BOUNDS)
    kept, promises = (Measure.PROMISES_KEPT, Measure.PROMISES_BOUNDS), figures.promises
    few = (
        # The share in time identifies no person, so the share is hidden only for tiny counts.
        ((Measure.IN_TIME, Measure.REASONED_IN_TIME), is_small(counts.timeliness.replied.n)),
        (by_days, is_small(counts.complaints)),
        ((Measure.REOPENED,), _is_identifying(figures.reopened)),
        ((Measure.RESPONSE, *resolved), _is_identifying(said.response)),
        (resolved, _is_identifying(said.satisfied)),
        ((Measure.HANDLING,), is_small(figures.handling_n)),
        ((Measure.PROMISE_RESPONSE, *kept), _is_identifying(promises.response)),
        (kept, _is_identifying(promises.satisfied)),
    )
    yield from (measure for measures, is_few in few if is_few for measure in measures)


def _suppressed(cells: Mapping[Measure, int]) -> Iterator[Measure]:
    return (
        measure
        for measure, count in zip(cells, suppress(list(cells.values())), strict=True)
        if count is None
    )


def _is_identifying(rate: Rate) -> bool:
    """Return whether a share could identify a person, because too few people are counted."""
    return rate.n > 0 and not may_publish(rate.successes, rate.n)


def _count_lines(figures: CohortFigures) -> list[Line]:
    counts = {
        Measure.RECEIVED: figures.counts.received,
        Measure.ANSWERED: figures.counts.answered,
        Measure.INADMISSIBLE: figures.counts.inadmissible,
        Measure.OPEN: figures.counts.open,
        Measure.WITHDRAWN: figures.counts.withdrawn,
        Measure.TRANSFERRED: figures.counts.transferred,
    }
    if figures.scope.kind is None:
        counts[Measure.COMPLAINTS] = figures.counts.complaints
    return [_count_line(measure, count) for measure, count in counts.items()]


def _clock_lines(figures: CohortFigures) -> list[Line]:
    counts, clock = figures.counts, figures.clock
    not_reached = _("Not reached: fewer than half have been answered so far")
    return [
        rate_line(Measure.IN_TIME, counts.timeliness.replied),
        rate_line(Measure.REASONED_IN_TIME, counts.timeliness.reasoned),
        *_refusal_lines(counts.refusals),
        _count_line(Measure.OVERDUE, counts.overdue),
        *(_by_day_line(BY_DAY[one.day], one) for one in clock.by_day),
        _by_day_line(Measure.REASONED_BY_60, clock.reasoned_by_60),
        _days_line(Measure.MEDIAN, clock.median_days, note=not_reached, n=counts.complaints),
    ]


def _refusal_lines(refusals: RefusalFigures) -> list[Line]:
    return [
        rate_line(Measure.REFUSED, refusals.refused),
        rate_line(Measure.REFUSED_REOPENED, refusals.reopened),
        rate_line(Measure.REFUSED_REVERSED, refusals.reversed),
    ]


def _by_day_line(measure: Measure, by_day: ShareByDay) -> Line:
    if by_day.share is None:
        return Line(
            measure=measure,
            unit=Unit.SHARE,
            n=by_day.n,
            note=_("Too early to tell: no complaint has waited so long yet"),
        )
    return _share_line(measure, by_day.share, by_day.interval, by_day.n)


def _voice_lines(figures: CohortFigures) -> list[Line]:
    said = figures.satisfaction
    return [
        rate_line(Measure.REOPENED, figures.reopened),
        rate_line(Measure.RESPONSE, said.response),
        rate_line(Measure.RESOLVED, said.satisfied),
        _bounds_line(Measure.RESOLVED_BOUNDS, said),
        _mark_line(figures),
    ]


def _bounds_line(measure: Measure, said: Satisfaction) -> Line:
    if said.lowest is None or said.highest is None:
        return Line(measure=measure, unit=Unit.SHARE, n=0, note=_("Nothing to count yet"))
    low, high = share_text(said.lowest), share_text(said.highest)
    return Line(
        measure=measure,
        unit=Unit.SHARE,
        n=said.response.n,
        low=round(said.lowest, PLACES),
        high=round(said.highest, PLACES),
        text=_("between %(low)s and %(high)s") % {"low": low, "high": high},
    )


def _mark_line(figures: CohortFigures) -> Line:
    if figures.handling is None:
        return Line(measure=Measure.HANDLING, unit=Unit.MARK, n=0, note=_("Nothing to count yet"))
    return Line(
        measure=Measure.HANDLING,
        unit=Unit.MARK,
        value=round(figures.handling, 2),
        n=figures.handling_n,
        text=decimal_text(figures.handling),
    )


def _count_line(measure: Measure, count: int) -> Line:
    return Line(measure=measure, unit=Unit.COUNT, value=count, text=str(count))


def _days_line(measure: Measure, days: int | None, *, note: str, n: int | None = None) -> Line:
    if days is None:
        return Line(measure=measure, unit=Unit.DAYS, n=n, note=note)
    return Line(measure=measure, unit=Unit.DAYS, value=days, n=n, text=days_text(days))


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
