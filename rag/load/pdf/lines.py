"""Fragments to lines: what stands on one baseline, from left to right, with raised marks as such."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.load.normalise import superscript
from rag.load.pdf.glyphs import Fragment
from rag.load.printed import Printed, joined

_CELL_GAP = 2.0
"""A gap of so many font sizes parts the cells of a table row, not words."""


@dataclass(slots=True, kw_only=True)
class Line:
    """One printed line. `cells` has more than one entry where wide gaps part it like a table row; `printed`
    are the characters of all of them."""

    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    cells: list[str]
    starts: list[float]
    printed: Printed
    raised: bool

    @property
    def text(self) -> str:
        return " ".join(self.cells)

    @property
    def top(self) -> float:
        return self.y + 0.8 * self.size

    @property
    def bottom(self) -> float:
        return self.y - 0.25 * self.size


def to_lines(fragments: Iterable[Fragment]) -> list[Line]:
    """Lines from top to bottom. A smaller fragment beside a bigger one joins its line when raised or "
    "lowered."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda item: (-item.size, -item.y, item.x0)):
        row = next((row for row in rows if _same_line(row[0], fragment)), None)
        if row is None:
            rows.append([fragment])
        else:
            row.append(fragment)
    return sorted((_line(row) for row in rows), key=lambda line: (-line.y, line.x0))


def _same_line(base: Fragment, fragment: Fragment) -> bool:
    """`base` is the first, so the biggest, fragment of its line."""
    offset = fragment.y - base.y
    if fragment.size > 0.85 * base.size:
        return abs(offset) < 0.3 * base.size
    return -0.3 * base.size < offset < 0.6 * base.size


def _line(row: list[Fragment]) -> Line:
    weights: Counter[tuple[float, float]] = Counter()
    bold = 0
    for fragment in row:
        shown = len(fragment.text.strip())
        weights[(round(fragment.size, 1), round(fragment.y, 1))] += shown
        bold += shown * fragment.bold
    (size, y), _ = weights.most_common(1)[0]
    row = sorted(row, key=lambda item: (item.x0, item.order))
    marks = [_is_raised(fragment, size, y) for fragment in row]
    cells, starts = _cells(row, marks, size)
    return Line(
        x0=row[0].x0,
        x1=max(fragment.x1 for fragment in row),
        y=y,
        size=size,
        bold=bold > 0.8 * sum(weights.values()),
        cells=cells,
        starts=starts,
        printed=joined(fragment.printed for fragment in row),
        raised=marks[0] and len(row) > 1,
    )


def _is_raised(fragment: Fragment, size: float, y: float) -> bool:
    return fragment.size < 0.85 * size and fragment.y - y > 0.15 * size


def _cells(row: Sequence[Fragment], marks: Sequence[bool], size: float) -> tuple[list[str], list[float]]:
    cells: list[str] = []
    starts: list[float] = []
    end = 0.0
    for fragment, raised in zip(row, marks, strict=True):
        text = superscript(fragment.text.rstrip()) + _trailing(fragment.text) if raised else fragment.text
        gap = fragment.x0 - end
        if cells and gap < _CELL_GAP * size:
            loose = 0.09 if text[:1].isalnum() and not raised else 0.15
            spaced = gap > loose * min(size, fragment.size) and not cells[-1].endswith(" ")
            cells[-1] += (" " if spaced else "") + text
        else:
            cells.append(text)
            starts.append(fragment.x0)
        end = max(end, fragment.x1)
    return [cell.strip() for cell in cells], starts


def _trailing(text: str) -> str:
    return text[len(text.rstrip()) :]
