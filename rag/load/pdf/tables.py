"""Ruled tables: rows between horizontal lines, cells between gaps or vertical lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from rag.load.model import Piece, RawBlock
from rag.load.pdf.drawing import Rule, Vertical
from rag.load.pdf.glyphs import Fragment, PageGlyphs
from rag.load.pdf.lines import Line, to_lines
from rag.load.printed import joined
from rag.types import BlockKind

_SAME = 6.0
_CELL_GAP = 4.0
_MIN_RULES = 3
_LONGEST_ROW = 4000


@dataclass(slots=True, kw_only=True)
class TableArea:
    """A ruled table on one page: `edges` are the heights of its rules from top to bottom."""

    x0: float
    x1: float
    edges: list[float]
    rows: list[RawBlock]
    fragments: list[Fragment]


def ruled_tables(page: PageGlyphs, first_number: int) -> list[TableArea]:
    """The ruled tables of a page that have at least two rows and two columns."""
    found: list[TableArea] = []
    for area in (part for stack in _areas(page.rules) for part in _apart(stack, page.verticals)):
        # The rule under a running header is often as wide as the table: try without the topmost, too.
        for edges in (area.edges, area.edges[1:]):
            table = _table(page, area, edges, first_number + len(found))
            if table is not None:
                found.append(table)
                break
    return found


@dataclass(slots=True, kw_only=True)
class _Area:
    """A stack of horizontal rules of one extent; `joints` are the places where their segments meet."""

    x0: float
    x1: float
    edges: list[float]
    joints: list[float]


def _table(page: PageGlyphs, area: _Area, edges: list[float], number: int) -> TableArea | None:
    if len(edges) < _MIN_RULES:
        return None
    inside = [
        item
        for item in page.fragments
        if area.x0 - 2 <= (item.x0 + item.x1) / 2 <= area.x1 + 2 and edges[-1] <= _middle(item) <= edges[0]
    ]
    columns = _columns(inside, page, area, edges)
    if len(columns) < 2 or any(_straddles(item, columns) for item in inside):
        return None
    rows = [
        RawBlock(kind=BlockKind.TABLE_ROW, pieces=(_row(cells, page.number),), table=number)
        for top, low in pairwise(edges)
        for cells in _rows(inside, columns, top, low)
    ]
    if len(rows) < 2 or any(len(row.text) > _LONGEST_ROW for row in rows):
        return None
    return TableArea(x0=area.x0, x1=area.x1, edges=edges, rows=rows, fragments=inside)


def _middle(item: Fragment) -> float:
    return item.y + 0.3 * item.size


def _straddles(item: Fragment, columns: list[tuple[float, float]]) -> bool:
    """Whether text runs on across a column's edge in mid-word, so that the lines are no table's."""
    if item.x1 - item.x0 > 0.6 * (columns[-1][1] - columns[0][0]):
        return False  # a heading across the table
    return any(item.x0 < left - 4 and item.x1 > left + 6 for left, _ in columns[1:])


def _areas(rules: list[Rule]) -> list[_Area]:
    """The stacks of at least 3 rules of the same extent; shorter rules between them do not count."""
    levels: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda item: -item.y):
        if levels and levels[-1][0].y - rule.y < 2.5:
            levels[-1].append(rule)
        else:
            levels.append([rule])
    areas: list[_Area] = []
    for level in levels:
        x0, x1 = min(rule.x0 for rule in level), max(rule.x1 for rule in level)
        joints = sorted(rule.x0 for rule in level if rule.x0 > x0 + 8)
        last = areas[-1] if areas else None
        if last and abs(last.x0 - x0) < _SAME and abs(last.x1 - x1) < _SAME:
            last.edges.append(level[0].y)
            last.joints += joints
        elif last is None or x0 < last.x0 - _SAME or x1 > last.x1 + _SAME or len(last.edges) < 2:
            areas.append(_Area(x0=x0, x1=x1, edges=[level[0].y], joints=joints))
    return [area for area in areas if len(area.edges) >= _MIN_RULES]


def _apart(area: _Area, verticals: list[Vertical]) -> list[_Area]:
    """The tables of one extent that stand one above the other: no vertical line runs between them.

    Where no vertical line is drawn at all, nothing tells two tables from one, and the stack stays whole.
    """
    beside = [line for line in verticals if area.x0 - 3 < line.x < area.x1 + 3]
    parts = [[area.edges[0]]]
    for top, low in pairwise(area.edges):
        joined = any(min(top, line.y1) - max(low, line.y0) > 0.5 * (top - low) for line in beside)
        if joined or not beside:
            parts[-1].append(low)
        else:
            parts.append([low])
    tables = [edges for edges in parts if len(edges) >= _MIN_RULES]
    return [_Area(x0=area.x0, x1=area.x1, edges=edges, joints=area.joints) for edges in tables] or [area]


def _columns(
    inside: list[Fragment], page: PageGlyphs, area: _Area, edges: list[float]
) -> list[tuple[float, float]]:
    """(left, right) of each column: from vertical lines, else where rules meet, else from gaps in the "
    "text."""
    bounds = _merged([line.x for line in page.verticals if _stands_in(line, page, area, edges)])
    if not bounds:
        often = 0.5 * len(edges)
        bounds = _merged(
            [x for x in area.joints if sum(abs(x - other) < 4 for other in area.joints) >= often]
        )
    if bounds:
        whole = [area.x0, *bounds, area.x1]
        return [(left, right) for left, right in pairwise(whole) if right - left > 3]
    columns: list[tuple[float, float]] = []
    narrow = [item for item in inside if item.x1 - item.x0 < 0.6 * (area.x1 - area.x0)]
    for item in sorted(narrow, key=lambda item: item.x0):
        if columns and item.x0 - columns[-1][1] < _CELL_GAP:
            columns[-1] = (columns[-1][0], max(columns[-1][1], item.x1))
        else:
            columns.append((item.x0, item.x1))
    return columns


def _stands_in(line: Vertical, page: PageGlyphs, area: _Area, edges: list[float]) -> bool:
    """Whether a vertical line, with those above and below it, runs along half of the table's height."""
    if not area.x0 + 3 < line.x < area.x1 - 3:
        return False
    drawn = sum(
        max(0.0, min(other.y1, edges[0]) - max(other.y0, edges[-1]))
        for other in page.verticals
        if abs(other.x - line.x) < 2
    )
    return drawn > 0.5 * (edges[0] - edges[-1])


def _merged(places: list[float]) -> list[float]:
    out: list[float] = []
    for x in sorted(places):
        if not out or x - out[-1] > 4:
            out.append(x)
    return out


def _rows(
    inside: list[Fragment], columns: list[tuple[float, float]], top: float, low: float
) -> list[list[list[Line]]]:
    """The rows between two rules: one, or one a line where every column has the same lines.

    A row is the lines of each of its cells.
    """
    cells: list[list[Fragment]] = [[] for _ in columns]
    for item in inside:
        if low < _middle(item) <= top:
            place = min(item.x0 + 2, item.x1)
            column = next((i for i, (_, right) in enumerate(columns) if place <= right), len(cells) - 1)
            cells[column].append(item)
    lines = [to_lines(cell) for cell in cells]
    if len(lines[0]) > 1 and all(_level(lines[0], other) for other in lines[1:]):
        return [[[line] for line in row] for row in zip(*lines, strict=True)]
    return [lines] if any(lines) else []


def _level(one: list[Line], other: list[Line]) -> bool:
    return len(one) == len(other) and all(abs(a.y - b.y) < 2 for a, b in zip(one, other, strict=True))


def _row(cells: list[list[Line]], number: int) -> Piece:
    texts = ["\n".join(line.text for line in cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return Piece(
        text=" | ".join(texts),
        page=number,
        printed=joined(line.printed for cell in cells for line in cell),
    )
