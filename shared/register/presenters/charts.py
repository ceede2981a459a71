"""Texts and charts of figures, in the language and direction of the page."""

from collections.abc import Collection, Sequence
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi, gettext as _, ngettext

from shared.figures.refusals import is_mostly_refused
from shared.register.enums import Measure
from shared.register.types import AgencyFigures, ClockFigures, MonthFigures
from shared.ui.charts import (
    ChartTable,
    ChartWords,
    Column,
    ColumnsChart,
    StepsChart,
    columns_chart,
    steps_chart,
)
from shared.ui.dates import month_text

CURVE_DAYS = 90
MONTHS_IN_A_YEAR = 12


def decimal_text(value: float) -> str:
    """Return a number with one decimal and the decimal sign of the active language."""
    # Django's number_format truncates the digits instead of rounding.
    return number_format(round(value, 1), decimal_pos=1)


def share_text(share: float) -> str:
    """Return a share as ``71.2 %``, with the decimal sign of the active language."""
    return f"{decimal_text(share * 100)}\N{NO-BREAK SPACE}%"


def interval_text(low: float, high: float) -> str:
    """Return a confidence interval as ``65.0–77.4 %``."""
    return f"{decimal_text(low * 100)}–{share_text(high)}"


def days_text(days: int) -> str:
    """Return a count of days as ``12 days``."""
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def months_chart(months: Sequence[MonthFigures], csv_url: str) -> ColumnsChart:
    """Return the chart of requests filed each month, with and without a reply."""
    words = ChartWords(
        key="months",
        title=_("Requests filed each month, and how many of them have a reply by now"),
        description=_("The last months have fewer replies because many requests still wait."),
        twin=ChartTable(
            headings=[_("Month of filing"), _("Received"), _("With a reply"), _("Without")],
            rows=[
                [month_text(m.month), str(m.received), str(m.replied), str(m.received - m.replied)]
                for m in months
            ],
        ),
        csv_url=csv_url,
    )
    return columns_chart(
        words=words,
        columns=[
            Column(label=_axis_text(m.month, len(months)), whole=m.received, part=m.replied)
            for m in months
        ],
        whole_name=_("Without a reply"),
        part_name=_("With a reply"),
        rtl=get_language_bidi(),
    )


def _axis_text(month: date, months: int) -> str:
    # A chart of more than a year needs years, and names of months with the year are too long.
    return f"{month:%m/%Y}" if months > MONTHS_IN_A_YEAR else month_text(month).rsplit(" ", 1)[0]


def curve_chart(clock: ClockFigures, csv_url: str) -> StepsChart:
    """Return the chart of the share of complaints answered, by days since filing."""
    known = [(one, one.share) for one in clock.by_day if one.share is not None]
    words = ChartWords(
        key="waiting",
        title=_("Share of complaints answered, by days since filing"),
        description=_("The vertical lines at the marked days are intervals (95 %)."),
        twin=ChartTable(
            headings=[_("Day"), _("Share answered"), _("Interval"), _("Waited so long")],
            rows=[
                [
                    str(one.day),
                    share_text(share),
                    interval_text(one.interval.low, one.interval.high),
                    str(one.at_risk),
                ]
                for one, share in known
            ],
        ),
        csv_url=csv_url,
    )
    points = clock.curve.points
    last = min(CURVE_DAYS, points[-1].day) if points else CURVE_DAYS
    return steps_chart(
        words=words,
        steps=[(point.day, point.answered) for point in points if point.newly_answered],
        marks=[
            (one.day, share, one.interval.low, one.interval.high, share_text(share))
            for one, share in known
            if one.day <= last
        ],
        last=last,
        rtl=get_language_bidi(),
    )


def refusal_words(figures: AgencyFigures, *, hidden: Collection[Measure] = ()) -> str:
    """Return a text on an agency's share of refusals, shown in place of a comparison of its times.

    The text has no number if the number would reveal a measure in ``hidden``.
    """
    refused, timely = figures.counts.refusals.refused, figures.counts.timeliness.refusals
    if Measure.REFUSED in hidden:
        return _("Refuses many of its requests")
    # Refusals may be few among all requests, but more than half of the complaints answered in time.
    if is_mostly_refused(timely) and not is_mostly_refused(refused):
        if Measure.REASONED_IN_TIME in hidden:
            # With the share in time, this number would reveal how few people got an answer with
            # reasons.
            return _("Refuses most of the complaints that it answers in time")
        return _("Refuses %(share)s of the complaints that it answers in time") % {
            "share": share_text(timely.share or 0.0)
        }
    return _("Refuses %(share)s of its requests") % {"share": share_text(refused.share or 0.0)}
