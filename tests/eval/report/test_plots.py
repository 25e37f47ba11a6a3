"""Axes and letters of the plots, and SVG that is well-formed whatever stands in it."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pytest

from eval.report.plots import HEIGHT, WIDTH, Line, Point, bar, curves, scatter
from eval.report.scales import linear_scale, log_scale, place_letters
from eval.statistics import Interval

HOSTILE = '</svg><script>alert(1)</script>" onload="alert(2) & ]]> \u202e'


def between(mean: float, low: float, high: float) -> Interval:
    return Interval(mean=mean, low=low, high=high, n=10, clusters=5)


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([0.001, 4.0], (0.01, 10.0)),
        ([1.0], (1.0, 10.0)),
        ([0.5, 100.0], (0.1, 100.0)),
        ([1e9], (10_000.0, 100_000.0)),
        ([0.0], (0.01, 0.1)),
    ],
)
def test_log_scale(values: list[float], ends: tuple[float, float]) -> None:
    scale = log_scale(values, str)
    assert (scale.low, scale.high) == ends
    assert [scale.share(end) for end in ends] == [0, 1]
    assert all(0 <= scale.share(value) <= 1 for value in values)


@pytest.mark.parametrize(
    ("values", "last", "ticks"),
    [([0.4, 2.4], 2.5, 6), ([0.0], 0.5, 2), ([2.5], 3.0, 7), ([40.0], 50.0, 6), ([700.0], 750.0, 4)],
)
def test_linear_scale(values: list[float], last: float, ticks: int) -> None:
    scale = linear_scale(values, 0.5, str)
    assert (scale.low, scale.high, len(scale.ticks)) == (0.0, last, ticks)
    assert scale.share(max(values)) <= 1


def test_letters_of_a_crowd_do_not_cover_each_other() -> None:
    marks = [(100.0, 100.0), (101.0, 101.0), (100.0, 103.0), (99.0, 99.0)]
    spots = place_letters(marks, marks, [], within=(0, 400, 0, 300))
    for number, (x, y) in enumerate(spots):
        assert all(abs(x - a) >= 11 or abs(y - b) >= 13 for a, b in spots[:number])
        assert all(abs(x - a) >= 10 or abs(y - 4 - b) >= 11 for a, b in marks)


def test_letters_stay_in_the_plot() -> None:
    corners = [(0.0, 0.0), (400.0, 0.0), (0.0, 300.0), (400.0, 300.0)]
    for x, y in place_letters(corners, corners, [], within=(0, 400, 0, 300)):
        assert 0 < x < 400
        assert 0 < y <= 300


def test_a_scatter_plot_has_a_mark_and_a_letter_for_each_system() -> None:
    points = [
        Point(letter="A", css="s0", x=4.0, y=between(0.6, 0.5, 0.7)),
        Point(letter="B", css="sb", x=0.001, y=between(0.0, 0.0, 0.1)),
    ]
    scale = log_scale([point.x for point in points], str)
    svg = ET.fromstring(scatter(points, scale, name="p", alt=HOSTILE, x_label=HOSTILE, y_label="Resolved"))
    assert svg.get("role") == "img"
    assert svg.findtext("desc") == HOSTILE
    assert {svg.find("title").get("id"), svg.find("desc").get("id")} == set(
        svg.get("aria-labelledby").split()
    )  # type: ignore[union-attr]
    circles = svg.findall("g/circle")
    assert [group.get("class") for group in svg.findall("g")] == ["s0", "sb"]
    assert all(
        0 <= float(circle.get("cx", "")) <= WIDTH and 0 <= float(circle.get("cy", "")) <= HEIGHT
        for circle in circles
    )
    assert float(circles[0].get("cy", "")) < float(circles[1].get("cy", "")), "better is higher up"
    assert float(circles[0].get("cx", "")) > float(circles[1].get("cx", "")), "slower is further right"
    assert [text.text for text in svg.findall("text") if "letter" in text.get("class", "")] == ["A", "B"]


def test_curves_go_through_their_points() -> None:
    line = Line(letter="A", css="s0", points=((0.0, 0.0), (1.0, 1.0)))
    svg = ET.fromstring(curves([line], name="p", alt="a", x_label="x", y_label="y"))
    path = svg.find("polyline").get("points", "")  # type: ignore[union-attr]
    assert path == "66,280 404,12"


def test_a_bar_shows_its_interval() -> None:
    svg = ET.fromstring(bar(between(0.5, 0.25, 1.0), "s1"))
    whisker = svg.find("g/line")
    assert whisker is not None
    assert (whisker.get("x1"), whisker.get("x2")) == ("40", "145")
    assert svg.get("aria-hidden") == "true", "the row says the same in figures"


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        bar(between(math.nan, 0, 1), "s0")
