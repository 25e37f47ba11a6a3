"""Reading order: regions of a page by recursive XY cut on text fragments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.load.pdf.glyphs import Fragment

_GUTTER = 7.0
"""Points without text between two columns."""
_MIN_LINES = 3
_MAX_DEPTH = 8
_Row = tuple[float, float, float]
"""Baseline, left edge and right edge of one line."""


@dataclass(slots=True, kw_only=True)
class Region:
    """A column, or a band across columns, in reading order."""

    fragments: list[Fragment]
    x0: float
    x1: float


@dataclass(slots=True, kw_only=True)
class _Band:
    fragments: list[Fragment]
    split: bool


def regions(fragments: Sequence[Fragment]) -> list[Region]:
    """The regions of a page in reading order; every fragment is in exactly one."""
    return _cut(list(fragments), 0)


def _cut(fragments: list[Fragment], depth: int) -> list[Region]:
    if not fragments:
        return []
    gutter = _best_gutter(fragments) if depth < _MAX_DEPTH else None
    if gutter is None:
        left, right = min(item.x0 for item in fragments), max(item.x1 for item in fragments)
        return [Region(fragments=fragments, x0=left, x1=right)]
    out: list[Region] = []
    for band in _bands(fragments, gutter):
        if not band.split:
            out += _cut(band.fragments, depth + 1)
            continue
        out += _cut([item for item in band.fragments if item.x1 <= gutter + 1], depth + 1)
        out += _cut([item for item in band.fragments if item.x1 > gutter + 1], depth + 1)
    return out


def _best_gutter(fragments: list[Fragment]) -> float | None:
    """The left edge of the strip of `_GUTTER` points that parts the most lines into columns."""
    best, best_score = None, 0.0
    for x in _candidates(fragments):
        bands = _bands(fragments, x)
        score = sum(_parted(band.fragments, x) for band in bands if band.split)
        if score > best_score:
            best, best_score = x, score
    return best


def _candidates(fragments: list[Fragment]) -> list[float]:
    """Left edges of strips that few fragments cross: the local minima of the coverage, leftmost of each."""
    left, right = min(item.x0 for item in fragments), max(item.x1 for item in fragments)
    width = int(right - left) + 2
    if width < 60 or width > 20_000:
        return []
    change = [0] * (width + 2)
    for item in fragments:
        begin = max(0, int(item.x0 - left - _GUTTER) + 1)
        end = min(width, int(item.x1 - left) + 1)
        if begin < end:
            change[begin] += 1
            change[end] -= 1
    coverage, crossing = [], 0
    for step in change[:width]:
        crossing += step
        coverage.append(crossing)
    limit = 0.35 * len(fragments)
    out = []
    for x in range(int(0.1 * width), int(0.9 * width)):
        if coverage[x] <= limit and coverage[x] < coverage[x - 1] and coverage[x] <= min(coverage[x : x + 3]):
            out.append(left + x)
    return sorted(out, key=lambda at: coverage[int(at - left)])[:24]


def _bands(fragments: list[Fragment], gutter: float) -> list[_Band]:
    """Horizontal bands from top to bottom, parted where a fragment crosses the gutter."""
    crossing = [item for item in fragments if item.x0 < gutter + _GUTTER and item.x1 > gutter + 1]
    ids = {id(item) for item in crossing}
    rest = [item for item in fragments if id(item) not in ids]
    spans = sorted(((item.top, item.bottom, item) for item in crossing), key=lambda span: -span[0])
    bands: list[_Band] = []
    events = sorted(
        [(item.y, False, item) for item in rest] + [(item.y, True, item) for _, _, item in spans],
        key=lambda event: -event[0],
    )
    run: list[Fragment] = []
    whole: list[Fragment] = []
    for y, crosses, item in events:
        if crosses:
            on_line = [other for other in run if abs(other.y - y) < 0.5 * item.size]
            run = [other for other in run if abs(other.y - y) >= 0.5 * item.size]
            _close(bands, run, gutter, whole)
            run = []
            whole += [*on_line, item]
        elif whole and abs(whole[-1].y - y) < 0.5 * whole[-1].size:
            whole.append(item)
        else:
            run.append(item)
    _close(bands, run, gutter, whole)
    if whole:
        bands.append(_Band(fragments=list(whole), split=False))
    return bands


def _close(bands: list[_Band], run: list[Fragment], gutter: float, whole: list[Fragment]) -> None:
    """Ends a run of fragments that do not cross: a band of its own when it is two columns."""
    if not run:
        return
    if _parted(run, gutter) > 0:
        if whole:
            bands.append(_Band(fragments=list(whole), split=False))
            whole.clear()
        bands.append(_Band(fragments=list(run), split=True))
    else:
        whole += run


def _parted(fragments: list[Fragment], gutter: float) -> float:
    """How many lines the gutter parts; 0 where fewer than 3 stand on a side, or where they are table rows."""
    left = [item for item in fragments if item.x1 <= gutter + 1]
    right = [item for item in fragments if item.x1 > gutter + 1]
    rows_left, rows_right = _rows(left), _rows(right)
    if min(len(rows_left), len(rows_right)) < _MIN_LINES:
        return 0.0
    if not _overlap(rows_left, rows_right) or _is_table(left, right, rows_left, rows_right):
        return 0.0
    return float(min(len(rows_left), len(rows_right)))


def _rows(fragments: list[Fragment]) -> list[_Row]:
    """The lines of one side, from top to bottom."""
    rows: list[_Row] = []
    for item in sorted(fragments, key=lambda item: -item.y):
        if rows and rows[-1][0] - item.y < 0.5 * item.size:
            y, x0, x1 = rows[-1]
            rows[-1] = (y, min(x0, item.x0), max(x1, item.x1))
        else:
            rows.append((item.y, item.x0, item.x1))
    return rows


def _overlap(left: list[_Row], right: list[_Row]) -> bool:
    return min(left[0][0], right[0][0]) > max(left[-1][0], right[-1][0])


def _is_table(
    left: list[Fragment], right: list[Fragment], rows_left: list[_Row], rows_right: list[_Row]
) -> bool:
    """Columns of text fill their width line after line; cells of a table leave most of it empty."""
    return any(_is_sparse(side, rows) for side, rows in ((left, rows_left), (right, rows_right)))


def _is_sparse(side: list[Fragment], rows: list[_Row]) -> bool:
    width = max(x1 for _, _, x1 in rows) - min(x0 for _, x0, _ in rows)
    filled = sum((x1 - x0) > 0.7 * width for _, x0, x1 in rows) / len(rows)
    characters = sum(len(item.text) for item in side) / len(rows)
    return filled < 0.4 or characters < 12
