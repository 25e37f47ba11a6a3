"""Plots as inline SVG, drawn by hand: no script, no style attribute, nothing fetched.

Colours come from classes (`s0`, `s1`, ... for models, `sb` for baselines), so that a plot follows the page
into the dark and onto paper; every series has a letter too. All text passes through ElementTree, which
escapes it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from eval.report.scales import Scale, place_letters
from eval.statistics import Interval

WIDTH, HEIGHT = 430, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 26, 12, 50
_WITHIN = (_LEFT, WIDTH - _RIGHT, _TOP, HEIGHT - _BOTTOM)
_RADIUS = 4.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A system in a scatter plot: its letter, its class, where it stands (x in the plot's unit)."""

    letter: str
    css: str
    x: float
    y: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A system's curve: points (x, y) in [0, 1], sorted by x."""

    letter: str
    css: str
    points: tuple[tuple[float, float], ...]


def scatter(points: Sequence[Point], scale: Scale, *, name: str, alt: str, x_label: str, y_label: str) -> str:
    """Shares (up, with their intervals) against a quantity (to the right)."""
    svg, across, up = _frame(scale, name=name, alt=alt, x_label=x_label, y_label=y_label)
    marks = [(across(point.x), up(point.y.mean)) for point in points]
    for point, (x, y) in zip(points, marks, strict=True):
        group = ET.SubElement(svg, "g", {"class": point.css})
        _line(group, x, up(point.y.low), x, up(point.y.high), "whisker")
        ET.SubElement(group, "circle", {"cx": _n(x), "cy": _n(y), "r": _n(_RADIUS), "class": "dot"})
    lines = [(x, up(point.y.high), up(point.y.low)) for point, (x, _) in zip(points, marks, strict=True)]
    spots = place_letters(marks, marks, lines, within=_WITHIN)
    for point, (x, y) in zip(points, spots, strict=True):
        _text(svg, x, y, point.letter, f"letter {point.css}", "middle")
    return _markup(svg)


def curves(lines: Sequence[Line], *, name: str, alt: str, x_label: str, y_label: str) -> str:
    """Shares against shares; the letter stands at the end of each line."""
    scale = Scale(
        low=0.0, high=1.0, log=False, ticks=tuple((step / 5, f"{step * 20} %") for step in range(6))
    )
    svg, across, up = _frame(scale, name=name, alt=alt, x_label=x_label, y_label=y_label)
    places: list[tuple[float, float]] = []
    ends = []
    for number, line in enumerate(lines):
        path = " ".join(f"{_n(across(x))},{_n(up(y))}" for x, y in line.points)
        ET.SubElement(svg, "polyline", {"points": path, "class": f"curve {line.css} dash{number % 4}"})
        places += [(across(x), up(y)) for x, y in line.points]
        ends.append(places[-1])
    spots = place_letters(ends, places, [], within=_WITHIN)
    for line, (x, y) in zip(lines, spots, strict=True):
        _text(svg, x, y, line.letter, f"letter {line.css}", "middle")
    return _markup(svg)


def bar(value: Interval, css: str) -> str:
    """One row of the leaderboard: the mean and its interval between 0 and 100 %. The row has the numbers."""
    svg = ET.Element("svg", {"viewBox": "0 0 150 14", "class": "bar", "aria-hidden": "true"})

    def across(share: float) -> float:
        return 5 + 140 * share

    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        _line(svg, across(share), 1, across(share), 13, "grid")
    group = ET.SubElement(svg, "g", {"class": css})
    _line(group, across(value.low), 7, across(value.high), 7, "whisker")
    ET.SubElement(group, "circle", {"cx": _n(across(value.mean)), "cy": "7", "r": "4", "class": "dot"})
    return _markup(svg)


def _frame(
    scale: Scale, *, name: str, alt: str, x_label: str, y_label: str
) -> tuple[ET.Element, Callable[[float], float], Callable[[float], float]]:
    """The axes, and what turns values into places on them."""
    svg = ET.Element(
        "svg",
        {
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "class": "plot",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-alt",
        },
    )
    ET.SubElement(svg, "title", {"id": f"{name}-title"}).text = f"{y_label} against {x_label}"
    ET.SubElement(svg, "desc", {"id": f"{name}-alt"}).text = alt

    def across(value: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * scale.share(value)

    def up(share: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * min(1.0, max(0.0, share))

    for step in range(6):
        y = up(step / 5)
        _line(svg, _LEFT, y, WIDTH - _RIGHT, y, "grid")
        _text(svg, _LEFT - 7, y + 4, f"{step * 20} %", "tick", "end")
    for value, text in scale.ticks:
        _line(svg, across(value), _TOP, across(value), HEIGHT - _BOTTOM, "grid")
        _text(svg, across(value), HEIGHT - _BOTTOM + 18, text, "tick", "middle")
    _text(svg, (_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 8, x_label, "axis", "middle")
    title = _text(svg, 0, 0, y_label, "axis", "middle")
    title.set("transform", f"translate(14 {_n((_TOP + HEIGHT - _BOTTOM) / 2)}) rotate(-90)")
    return svg, across, up


def _line(parent: ET.Element, x1: float, y1: float, x2: float, y2: float, css: str) -> None:
    places = {"x1": _n(x1), "y1": _n(y1), "x2": _n(x2), "y2": _n(y2)}
    ET.SubElement(parent, "line", places | {"class": css})


def _text(parent: ET.Element, x: float, y: float, text: str, css: str, anchor: str) -> ET.Element:
    element = ET.SubElement(parent, "text", {"x": _n(x), "y": _n(y), "class": css, "text-anchor": anchor})
    element.text = text
    return element


def _n(value: float) -> str:
    """A coordinate, to a tenth; one that is no number would blank the plot."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no place in a plot")
    return f"{value:.1f}".removesuffix(".0")


def _markup(svg: ET.Element) -> str:
    return ET.tostring(svg, encoding="unicode")
