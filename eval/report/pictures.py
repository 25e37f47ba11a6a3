"""Which plots a report has, with what stands under them and what is said to those who do not see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.metrics.risk import RiskPoint
from eval.report import numbers
from eval.report.labels import label
from eval.report.plots import Line, Point, bar, curves, scatter
from eval.report.scales import Scale, linear_scale, log_scale
from eval.report.values import Report, SystemReport

COVERAGES = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Shares of the cases at which the risk is given as a number."""

_COLOURS = 6
_GIB = 2.0**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A plot as SVG markup of our own making, and its caption."""

    svg: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPicture:
    """Risk-coverage curves, and the risk of each system at `COVERAGES`; None where it does not reach."""

    picture: Picture
    rows: Mapping[str, tuple[float | None, ...]]


def css_classes(systems: Sequence[SystemReport]) -> tuple[str, ...]:
    """The class of each system: a colour for each model, one for all baselines."""
    models = [system.name for system in systems if not system.baseline]
    return tuple(
        "sb" if system.baseline else f"s{models.index(system.name) % _COLOURS}" for system in systems
    )


def bars(report: Report, css: Sequence[str]) -> tuple[str, ...]:
    """One bar for each row of the leaderboard; empty where nothing was scored."""
    return tuple(
        bar(system.score, name) if system.score else ""
        for system, name in zip(report.systems, css, strict=True)
    )


def cost_plots(report: Report, css: Sequence[str]) -> tuple[Picture, ...]:
    """Quality against seconds and against memory, each where at least one system was measured."""
    found = []
    seconds = _points(report, css, "seconds", 1.0)
    if seconds:
        scale = log_scale([point.x for point in seconds], lambda value: f"{value:,g} s")
        found.append(_cost(report, seconds, scale, "seconds", "seconds of a whole answer"))
    memory = _points(report, css, "peak_memory_bytes", _GIB)
    if memory:
        scale = linear_scale([point.x for point in memory], 0.5, lambda value: f"{value:g} GB")
        found.append(_cost(report, memory, scale, "memory", "most memory"))
    return tuple(found)


def _points(report: Report, css: Sequence[str], name: str, unit: float) -> list[Point]:
    points = []
    for system, class_ in zip(report.systems, css, strict=True):
        value = system.metric(name)
        figure = None if value is None else value.greatest if name == "peak_memory_bytes" else value.median
        if figure is not None and system.score is not None:
            points.append(Point(letter=system.letter, css=class_, x=figure / unit, y=system.score))
    return points


def _cost(report: Report, points: Sequence[Point], scale: Scale, name: str, x_label: str) -> Picture:
    measured = {point.letter: point for point in points}
    names = [system for system in report.systems if system.letter in measured]
    unmeasured = [system.letter for system in report.systems if system.letter not in measured]
    alt = "; ".join(
        f"{system.letter}, {system.name}: {numbers.percent(point.y.mean)} at {_figure(name, point.x)}"
        for system in names
        if (point := measured[system.letter])
    )
    caption = f"{label(report.primary)} against {x_label}."
    if unmeasured:
        caption += f" Not measured: {', '.join(unmeasured)}."
    svg = scatter(points, scale, name=f"plot-{name}", alt=alt, x_label=x_label, y_label=label(report.primary))
    return Picture(svg=svg, caption=caption)


def _figure(name: str, x: float) -> str:
    return numbers.memory(x * _GIB) if name == "memory" else numbers.seconds(x)


def risk_picture(report: Report, css: Sequence[str]) -> RiskPicture | None:
    """Risk-coverage curves of the systems whose confidence varies; None when that of none does."""
    with_curve = [
        (system, class_)
        for system, class_ in zip(report.systems, css, strict=True)
        if len(system.risk_coverage) > 1  # with one confidence for all there is no surest answer
    ]
    if not with_curve:
        return None
    lines = [
        Line(
            letter=system.letter,
            css=class_,
            points=tuple((point.coverage, point.risk) for point in system.risk_coverage),
        )
        for system, class_ in with_curve
    ]
    alt = "; ".join(
        f"{system.letter}, {system.name}: answers {numbers.percent(last.coverage)} of the cases, "
        f"{numbers.percent(last.risk)} of these answers wrong"
        for system, _ in with_curve
        if (last := system.risk_coverage[-1])
    )
    svg = curves(
        lines, name="plot-risk", alt=alt, x_label="cases answered, the surest first", y_label="wrong answers"
    )
    caption = (
        "Lower is better. A curve that rises to the right belongs to a system that knows when it is unsure; "
        "a flat one to a system whose confidence says nothing."
    )
    rows = {
        system.name: tuple(risk_at(system.risk_coverage, share) for share in COVERAGES)
        for system, _ in with_curve
    }
    return RiskPicture(picture=Picture(svg=svg, caption=caption), rows=rows)


def risk_at(curve: Sequence[RiskPoint], coverage: float) -> float | None:
    """The risk where the curve first covers `coverage`; None when it ends before."""
    return next((point.risk for point in curve if point.coverage >= coverage - 1e-9), None)
