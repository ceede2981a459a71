"""Geometry of charts drawn by the server; templates/components/chart_*.html have the SVG.

Lengths are in units of the SVG view box. Lengths are texts, because a French template would write
12.5 as ``12,5``, which breaks the SVG. Charts are mirrored on right-to-left pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH = 720.0
HEIGHT = 260.0
MARGIN_START = 52.0
MARGIN_END = 12.0
MARGIN_TOP = 14.0
MARGIN_BOTTOM = 30.0
FLOOR = HEIGHT - MARGIN_BOTTOM
WIDEST_COLUMN = 44.0
MAX_LABELS = 4
ROW_WIDTH = 200.0
ROW_HEIGHT = 24.0
ROW_MARGIN = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartTable:
    """The numbers of a chart as a table of texts, with "–" for a missing number."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartWords:
    """The texts of a chart; no other chart of the page has the same ``key``."""

    key: str
    title: str
    description: str
    twin: ChartTable
    csv_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: ``part`` of ``whole``; ``part`` is ``None`` if its count is not published."""

    label: str
    whole: int
    part: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    x: str
    y: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box(_Point):
    """A rectangle."""

    width: str
    height: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(_Point):
    """A text at a point."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A thin line across the drawing at a value, with the value as a label."""

    y: str
    x1: str
    x2: str
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    words: ChartWords
    rules: Sequence[Rule]
    labels: Sequence[Label]
    view_box: str = f"0 0 {WIDTH:.0f} {HEIGHT:.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsChart(_Chart):
    """A chart of columns over time; the part of each column has a stronger colour."""

    whole_name: str
    part_name: str
    wholes: Sequence[Box]
    parts: Sequence[Box]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(_Point):
    """One marked day of a curve: a dot with its interval."""

    low: str
    high: str
    text: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsChart(_Chart):
    """A step curve from 0 to 100 %, with marked days."""

    path: str
    marks: Sequence[Mark]
    floor: str = f"{FLOOR:.1f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisker:
    """A dot with its interval on a line from 0 to 100 %, and a mark at ``average`` if given."""

    label: str
    dot: str
    x1: str
    x2: str
    average: str
    start: str
    end: str
    middle: str = f"{ROW_HEIGHT / 2:.1f}"
    view_box: str = f"0 0 {ROW_WIDTH:.0f} {ROW_HEIGHT:.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plane:
    """Conversion of positions in reading direction into x, which is mirrored on RTL pages."""

    rtl: bool
    width: float = WIDTH

    def x(self, along: float) -> float:
        return self.width - along if self.rtl else along

    def box(self, along: float, top: float, length: float, height: float) -> Box:
        left = self.x(along + length if self.rtl else along)
        return Box(x=_n(left), y=_n(top), width=_n(length), height=_n(height))


def columns_chart(
    *, words: ChartWords, columns: Sequence[Column], whole_name: str, part_name: str, rtl: bool
) -> ColumnsChart:
    """Return a chart of columns in reading direction; each column shows its part at the bottom."""
    plane = _Plane(rtl=rtl)
    top = _round_up(max((column.whole for column in columns), default=1))
    slot = (WIDTH - MARGIN_START - MARGIN_END) / max(len(columns), 1)
    width = min(slot * 0.72, WIDEST_COLUMN)
    starts = [MARGIN_START + slot * place + (slot - width) / 2 for place in range(len(columns))]
    every = ceil(len(columns) / MAX_LABELS) if columns else 1
    return ColumnsChart(
        words=words,
        whole_name=whole_name,
        part_name=part_name,
        rules=_rules(plane, [0, top // 2, top], top),
        wholes=[
            _column(plane, start, width, column.whole / top)
            for start, column in zip(starts, columns, strict=True)
        ],
        parts=[
            _column(plane, start, width, column.part / top)
            for start, column in zip(starts, columns, strict=True)
            if column.part is not None
        ],
        labels=[
            Label(x=_n(plane.x(start + width / 2)), y=_n(HEIGHT - 8), text=column.label)
            for start, column in list(zip(starts, columns, strict=True))[::every]
        ],
    )


def steps_chart(
    *,
    words: ChartWords,
    steps: Sequence[tuple[int, float]],
    marks: Sequence[tuple[int, float, float, float, str]],
    last: int,
    rtl: bool,
) -> StepsChart:
    """Return a curve from day 0 to ``last`` that rises to the share of each step (day, share).

    ``marks`` are (day, share, low, high, text); shares, lows and highs are between 0 and 1.
    """
    plane = _Plane(rtl=rtl)
    unit = (WIDTH - MARGIN_START - MARGIN_END) / max(last, 1)

    def at(day: int) -> float:
        return plane.x(MARGIN_START + unit * day)

    climbs = [f"H{_n(at(day))}V{_n(_height(share))}" for day, share in steps if day <= last]
    return StepsChart(
        words=words,
        rules=_rules(plane, [0, 50, 100], 100, suffix=" %"),
        path=f"M{_n(at(0))} {_n(FLOOR)}{''.join(climbs)}H{_n(at(last))}",
        marks=[
            Mark(
                x=_n(at(day)),
                y=_n(_height(share)),
                low=_n(_height(low)),
                high=_n(_height(high)),
                text=Label(x=_n(at(day)), y=_n(max(_height(high) - 8, 10)), text=text),
            )
            for day, share, low, high, text in marks
        ],
        labels=[
            Label(x=_n(at(day)), y=_n(HEIGHT - 8), text=str(day))
            for day in sorted({0, last, *(mark[0] for mark in marks)})
        ],
    )


def whisker(
    *, label: str, share: float, low: float, high: float, rtl: bool, average: float | None = None
) -> Whisker:
    """Return a dot with its interval, of shares from 0 to 1; ``label`` is its text."""
    plane = _Plane(rtl=rtl, width=ROW_WIDTH)

    def at(value: float) -> str:
        return _n(plane.x(ROW_MARGIN + (ROW_WIDTH - 2 * ROW_MARGIN) * value))

    return Whisker(
        label=label,
        dot=at(share),
        x1=at(low),
        x2=at(high),
        average="" if average is None else at(average),
        start=at(0),
        end=at(1),
    )


def _column(plane: _Plane, start: float, width: float, share: float) -> Box:
    top = _height(share)
    return plane.box(start, top, width, FLOOR - top)


def _height(share: float) -> float:
    return FLOOR - (FLOOR - MARGIN_TOP) * share


def _rules(plane: _Plane, values: Sequence[int], top: int, *, suffix: str = "") -> list[Rule]:
    return [
        Rule(
            y=_n(_height(value / top)),
            x1=_n(plane.x(MARGIN_START)),
            x2=_n(plane.x(WIDTH - MARGIN_END)),
            label=Label(
                x=_n(plane.x(MARGIN_START - 8)),
                y=_n(_height(value / top) + 4),
                text=f"{value}{suffix}",
            ),
        )
        for value in values
    ]


def _round_up(largest: int) -> int:
    """Round up to an even number of one digit and zeros: 8 for 7, 20 for 13, 600 for 412."""
    if largest < 10:
        return max(2, largest + largest % 2)
    unit = 10 ** floor(log10(largest))
    return int(2 * unit * ceil(largest / (2 * unit)))


def _n(value: float) -> str:
    return f"{value:.1f}"
