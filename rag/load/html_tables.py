"""HTML tables as blocks: rows of data, list items laid out by a table, or plain content."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag.load.model import Piece, RawBlock, raw
from rag.types import BlockKind

_LIST_MARK = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)]|[—–•·▪◦*-]|\d{1,3}(?:\.\d{1,3})+\.?")
_NOT_IN_DATA = frozenset({BlockKind.HEADING, BlockKind.TABLE_ROW, BlockKind.FOOTNOTE})
_LONGEST_CELL = 2000


@dataclass(slots=True, kw_only=True)
class Table:
    """Rows of cells; each cell is the list of its blocks."""

    number: int
    rows: list[list[list[RawBlock]]] = field(default_factory=list)


def table_blocks(table: Table) -> list[RawBlock]:
    """The blocks of a finished table.

    A table of one column, with headings, tables or long prose in its cells, only lays out a page: its
    content is kept block by block. A row "(a) | text" of such a kind is a list item.
    """
    if _is_data(table):
        return [row for cells in table.rows if (row := _data_row(cells, table.number)) is not None]
    return [block for cells in table.rows for block in _layout_row(cells)]


def number_mark(number: int, style: str) -> str:
    """The mark of the ordered list's item `number` in the style of HTML's `type` (1, a, A, i, I)."""
    if style in ("a", "A") and 1 <= number <= 26:
        return chr(ord(style) + number - 1) + "."
    if style in ("i", "I") and 1 <= number < 4000:
        numeral = _roman(number)
        return (numeral if style == "i" else numeral.upper()) + "."
    return f"{number}."


def _roman(number: int) -> str:
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    names = ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i")
    numeral = ""
    for value, name in zip(values, names, strict=True):
        numeral += name * (number // value)
        number %= value
    return numeral


def _is_data(table: Table) -> bool:
    rows = [[cell for cell in cells if cell] for cells in table.rows]
    if all(len(cells) < 2 for cells in rows) or all(_is_item(cells) for cells in table.rows if any(cells)):
        return False
    blocks = [block for cells in rows for cell in cells for block in cell]
    if any(block.kind in _NOT_IN_DATA for block in blocks):
        return False
    return all(len(_cell_text(cell)) <= _LONGEST_CELL for cells in rows for cell in cells)


def _is_item(cells: list[list[RawBlock]]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) == 2 and _LIST_MARK.fullmatch(_cell_text(filled[0]).strip()) is not None


def _data_row(cells: list[list[RawBlock]], number: int) -> RawBlock | None:
    texts = [_cell_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    if not any(texts):
        return None
    piece = Piece(text=" | ".join(texts))
    return RawBlock(kind=BlockKind.TABLE_ROW, pieces=(piece,), table=number)


def _layout_row(cells: list[list[RawBlock]]) -> list[RawBlock]:
    if not _is_item(cells):
        return [block for cell in cells for block in cell]
    mark, content = (cell for cell in cells if cell)
    first = content[0]
    if first.kind is not BlockKind.PARAGRAPH:
        return [*mark, *content]
    return [raw(BlockKind.LIST_ITEM, f"{_cell_text(mark)} {first.text.strip()}"), *content[1:]]


def _cell_text(cell: list[RawBlock]) -> str:
    return " ".join(" ".join(block.text.split()) for block in cell)
