"""A grid of texts: what a CSV file or a spreadsheet holds, before anybody knows what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """A row that is not empty; `number` is its 1-based line or row, as the user's own program shows it."""

    number: int
    cells: tuple[str, ...]

    def cell(self, column: int | None) -> str:
        """The text in a column, "" where the row has no such cell or there is no such column."""
        return self.cells[column] if column is not None and column < len(self.cells) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """All rows, the headers first, and what a reader should know about how they were read."""

    rows: tuple[GridRow, ...]
    notes: tuple[str, ...] = ()
