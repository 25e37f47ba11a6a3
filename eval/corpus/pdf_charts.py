"""Charts for a PDF page, drawn as lines and shapes: bars, and points over time on a logarithmic axis.

Lengths are points. What a chart shows is also in the text or in a table, for readers without eyes for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from typing import Any

from reportlab.pdfbase import pdfmetrics

from eval.corpus.model import Bars, Points
from eval.corpus.pdf_pieces import GREY, Piece

_BAR = 13.0
_PLOT = 210.0
_LABEL = 7.4
_AXIS = 7.0


@dataclass
class Chart(Piece):
    """A bar chart, never split."""

    bars: Bars
    space_before: float = 6.0
    keep_next: bool = False

    def height(self, _width: float) -> float:
        return (_BAR + 5) * len(self.bars.values) + 14

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        label_width = max(pdfmetrics.stringWidth(label, "Caladea", 8.5) for label in self.bars.labels) + 8
        scale = (width - label_width - 60) / max(self.bars.values)
        for label, value in zip(self.bars.labels, self.bars.values, strict=True):
            top -= _BAR + 5
            canvas.setFillGray(0.35)
            canvas.rect(x + label_width, top, value * scale, _BAR, stroke=0, fill=1)
            canvas.setFillGray(0)
            canvas.setFont("Caladea", 8.5)
            canvas.drawRightString(x + label_width - 6, top + 3.5, label)
            canvas.drawString(
                x + label_width + value * scale + 4, top + 3.5, f"{value:g} {self.bars.unit}".strip()
            )


@dataclass
class Scatter(Piece):
    """Points over time, never split: a year for each tick below, a power of ten for each line."""

    chart: Points
    space_before: float = 6.0
    keep_next: bool = False

    def height(self, _width: float) -> float:
        return _PLOT + 40

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        left, bottom = x + 26, top - _PLOT - 10
        plot = _Plot(chart=self.chart, left=left, bottom=bottom, width=width - 30)
        canvas.setFont("CaladeaItalic", _AXIS + 0.6)
        canvas.drawString(left, bottom - 24, self.chart.unit)
        canvas.setFont("Caladea", _AXIS)
        canvas.setStrokeColorRGB(*GREY)
        canvas.setLineWidth(0.3)
        for power in plot.powers:
            y = plot.y(10.0**power)
            canvas.line(left, y, left + plot.width, y)
            canvas.drawRightString(left - 4, y - 2.4, f"{10.0**power:,g}")
        for year in plot.years:
            at = plot.x(date(year, 1, 1))
            canvas.line(at, bottom, at, bottom - 3)
            canvas.drawString(at + 1.5, bottom - 10, str(year))
        canvas.setFont("Caladea", _LABEL)
        for point in self.chart.points:
            at, y = plot.x(point.day), plot.y(point.value)
            wide = pdfmetrics.stringWidth(point.label, "Caladea", _LABEL)
            start = at - 4 - wide if point.left else at + 4
            canvas.setFillGray(1)
            canvas.rect(start - 1, y - 3.4, wide + 2, _LABEL, stroke=0, fill=1)
            canvas.setFillGray(0.25)
            canvas.circle(at, y, 2.1, stroke=0, fill=1)
            canvas.setFillGray(0)
            canvas.drawString(start, y - 2.4, point.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """Where a day and a value stand on the page."""

    chart: Points
    left: float
    bottom: float
    width: float

    @property
    def years(self) -> range:
        years = [point.day.year for point in self.chart.points]
        return range(min(years), max(years) + 1)

    @property
    def powers(self) -> range:
        values = [point.value for point in self.chart.points]
        return range(floor(log10(min(values))), ceil(log10(max(values))) + 1)

    def x(self, day: date) -> float:
        start, end = date(self.years[0], 1, 1), date(self.years[-1] + 1, 1, 1)
        return self.left + self.width * ((day - start).days / (end - start).days)

    def y(self, value: float) -> float:
        low, high = self.powers[0], self.powers[-1]
        return self.bottom + _PLOT * (log10(value) - low) / (high - low)
