"""Drawings made by the server."""

import re

import pytest
from django.template.loader import render_to_string

from shared.ui.charts import (
    ChartTable,
    ChartWords,
    Column,
    columns_chart,
    steps_chart,
    whisker,
)

WORDS = ChartWords(
    key="months",
    title="Requests <filed>",
    description="By month.",
    twin=ChartTable(headings=["Month", "Received"], rows=[["January", "8"], ["February", "4"]]),
    csv_url="/figures.csv",
)


def columns(*, rtl):
    return columns_chart(
        words=WORDS,
        columns=[
            Column(label="January", whole=8, part=2),
            Column(label="February", whole=4, part=None),
        ],
        whole_name="Without",
        part_name="With",
        rtl=rtl,
    )


def steps(*, rtl):
    return steps_chart(
        words=WORDS,
        steps=[(0, 0.1), (10, 0.5), (70, 0.9)],
        marks=[(15, 0.5, 0.4, 0.6, "50 %")],
        last=60,
        rtl=rtl,
    )


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


def test_a_column_is_as_high_as_its_share_of_the_highest_line():
    chart = columns(rtl=False)

    heights = [float(box.height) for box in chart.wholes]

    assert heights[0] == pytest.approx(2 * heights[1], abs=0.2)
    assert float(chart.parts[0].height) == pytest.approx(heights[0] / 4, abs=0.2)


def test_a_part_that_is_not_published_is_not_drawn():
    assert len(columns(rtl=False).parts) == 1


def test_right_to_left_mirrors_the_columns():
    left, right = columns(rtl=False), columns(rtl=True)

    mirrored = [720 - float(box.x) - float(box.width) for box in right.wholes]

    assert mirrored == pytest.approx([float(box.x) for box in left.wholes], abs=0.2)


def test_right_to_left_mirrors_a_whisker():
    left = whisker(label="", share=0.7, low=0.6, high=0.8, average=0.5, rtl=False)
    right = whisker(label="", share=0.7, low=0.6, high=0.8, average=0.5, rtl=True)

    there = [left.dot, left.x1, left.x2, left.average]
    here = [right.dot, right.x1, right.x2, right.average]

    assert [200 - float(x) for x in here] == pytest.approx([float(x) for x in there], abs=0.2)


def test_a_curve_never_goes_back_nor_beyond_its_last_day():
    xs = [float(x) for x in re.findall(r"[MH](-?[\d.]+)", steps(rtl=False).path)]

    assert (xs, xs[-1]) == (sorted(xs), 708.0)


def test_no_number_on_the_axis_repeats():
    chart = columns_chart(
        words=WORDS, columns=[Column(label="x", whole=1, part=0)], whole_name="", part_name="",
        rtl=False,
    )  # fmt: skip

    assert [rule.label.text for rule in chart.rules] == ["0", "1", "2"]


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize(
    ("template", "make"),
    [("components/chart_columns.html", columns), ("components/chart_steps.html", steps)],
)
def test_a_drawing_has_a_name_a_twin_and_a_file_and_no_style_of_its_own(template, make, rtl):
    page = render_to_string(template, {"chart": make(rtl=rtl)})

    assert '<title id="months-title">Requests &lt;filed&gt;</title>' in page
    assert '<desc id="months-desc">By month.</desc>' in page
    assert '<th scope="row">January</th>' in page
    assert 'href="/figures.csv"' in page
    assert re.findall(r"\sstyle=|<script|\son\w+=", page) == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_coordinates_keep_their_point_in_every_language(language, settings):
    settings.LANGUAGE_CODE = language

    page = render_to_string("components/chart_columns.html", {"chart": columns(rtl=False)})

    assert re.findall(r'(?:x|y|width|height|x1|x2|y1|y2)="[^"]*,', page) == []
