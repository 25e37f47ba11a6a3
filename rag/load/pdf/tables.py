"""Ruled tables: rows between horizontal lines, cells between gaps or vertical lines."""

from __future__ import annotations

from dataclasses import dataclass

from rag.load.model import Piece, RawBlock
from rag.load.pdf.glyphs import Fragment, PageGlyphs, Rule
from rag.load.pdf.lines import to_lines
from rag.types import BlockKind

_SAME = 6.0
_CELL_GAP = 4.0
_MIN_RULES = 3


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
    for x0, x1, edges in _areas(page.rules):
        inside = [
            item
            for item in page.fragments
            if x0 - 2 <= (item.x0 + item.x1) / 2 <= x1 + 2 and edges[-1] - 1 <= item.y + 0.3 * item.size <= edges[0] + 1
        ]
        columns = _columns(inside, page, x0, x1, edges)
        rows = [_row(inside, columns, top, low, page.number) for top, low in zip(edges, edges[1:], strict=False)]
        numbered = [
            RawBlock(kind=BlockKind.TABLE_ROW, pieces=(piece,), table=first_number + len(found))
            for piece in rows
            if piece is not None
        ]
        if len(columns) >= 2 and len(numbered) >= 2:
            found.append(TableArea(x0=x0, x1=x1, edges=edges, rows=numbered, fragments=inside))
    return found


def _areas(rules: list[Rule]) -> list[tuple[float, float, list[float]]]:
    """(left, right, heights) of each stack of at least 3 rules of the same extent."""
    levels: list[tuple[float, float, float]] = []
    for rule in sorted(rules, key=lambda item: -item.y):
        if levels and levels[-1][2] - rule.y < 2.5:
            x0, x1, y = levels[-1]
            levels[-1] = (min(x0, rule.x0), max(x1, rule.x1), y)
        else:
            levels.append((rule.x0, rule.x1, rule.y))
    areas: list[tuple[float, float, list[float]]] = []
    for x0, x1, y in levels:
        if areas and abs(areas[-1][0] - x0) < _SAME and abs(areas[-1][1] - x1) < _SAME:
            areas[-1][2].append(y)
        else:
            areas.append((x0, x1, [y]))
    return [area for area in areas if len(area[2]) >= _MIN_RULES]


def _columns(
    inside: list[Fragment], page: PageGlyphs, x0: float, x1: float, edges: list[float]
) -> list[tuple[float, float]]:
    """(left, right) of each column, from vertical lines where drawn, else from the gaps in the text."""
    height = edges[0] - edges[-1]
    drawn = sorted(
        {
            round(line.x)
            for line in page.verticals
            if x0 + 3 < line.x < x1 - 3
            and sum(
                max(0.0, min(other.y1, edges[0]) - max(other.y0, edges[-1]))
                for other in page.verticals
                if abs(other.x - line.x) < 2
            )
            > 0.5 * height
        }
    )
    if drawn:
        bounds = [x0, *(float(x) for x in drawn if x), x1]
        return [(a, b) for a, b in zip(bounds, bounds[1:], strict=False) if b - a > 3]
    columns: list[tuple[float, float]] = []
    for item in sorted((item for item in inside if item.x1 - item.x0 < 0.6 * (x1 - x0)), key=lambda item: item.x0):
        if columns and item.x0 - columns[-1][1] < _CELL_GAP:
            columns[-1] = (columns[-1][0], max(columns[-1][1], item.x1))
        else:
            columns.append((item.x0, item.x1))
    return columns


def _row(
    inside: list[Fragment], columns: list[tuple[float, float]], top: float, low: float, number: int
) -> Piece | None:
    row = [item for item in inside if low < item.y + 0.3 * item.size <= top]
    if not row:
        return None
    cells: list[list[Fragment]] = [[] for _ in columns] or [[]]
    for item in row:
        middle = min(item.x0 + 2, item.x1)
        index = next((i for i, (_, right) in enumerate(columns) if middle <= right), len(cells) - 1)
        cells[index].append(item)
    texts = ["\n".join(line.text for line in to_lines(cell)) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return Piece(text=" | ".join(texts), page=number)
