"""A file of rows and columns, read: CSV in any encoding and with any usual separator, or XLSX."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from eval.authoring.grid import Grid, GridRow
from eval.authoring.office_zip import MAX_BYTES
from eval.authoring.xlsx import read_xlsx
from rag.errors import DocumentError
from rag.load.encoding import decode

_SEPARATORS = (",", ";", "\t", "|")
_ZIP = b"PK\x03\x04"


def read_grid(path: Path) -> Grid:
    """The rows that are not empty. DocumentError for a file that is missing, too large or not readable."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError(
                f"{path} has {size / 2**20:.0f} MiB; more than {MAX_BYTES // 2**20} MiB are not read. "
                "Copy the questions into a file of their own."
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{path} cannot be read: {error.strerror}. Check the path and its permissions."
        ) from None
    if path.suffix.lower() == ".xlsx":
        grid = read_xlsx(data, path.name)
    elif path.suffix.lower() in (".csv", ".tsv", ".txt"):
        grid = read_csv(data, path.name)
    else:
        raise DocumentError(
            f"{path.name} is neither .csv nor .xlsx. Save the table as one of these, and take that file."
        )
    if not grid.rows:
        raise DocumentError(
            f"{path.name} has no rows. It needs a row of headers, and a row for each question."
        )
    return grid


def read_csv(data: bytes, name: str) -> Grid:
    """The rows of a CSV file; `number` is the line on which a row begins. Raises DocumentError."""
    if data.startswith(_ZIP):
        raise DocumentError(f"{name} is a spreadsheet or another archive, not text. Rename it to .xlsx.")
    text, notes = decode(data)
    separator = None
    if text[:4].lower() == "sep=" and text[4:5] in _SEPARATORS and text[5:6] in ("\n", ""):
        separator, text = text[4], "\n" + text[6:]  # a line that Excel reads and does not show
    try:
        if separator is None:
            separator = max(_SEPARATORS, key=lambda one: max(1, _width(text, one)))
        return Grid(rows=tuple(_rows(text, separator)), notes=notes)
    except csv.Error as error:
        raise DocumentError(
            f"{name} cannot be read as CSV: {error}. Save it again in a spreadsheet program as .xlsx."
        ) from None


def _width(text: str, separator: str) -> int:
    """How many columns the first row that is not empty has."""
    return next((len(row) for row in _reader(text, separator) if any(map(str.strip, row))), 0)


def _rows(text: str, separator: str) -> list[GridRow]:
    rows, reader, begins = [], _reader(text, separator), 1
    for cells in reader:
        stripped = tuple(cell.strip() for cell in cells)
        if any(stripped):
            rows.append(GridRow(number=begins, cells=stripped))
        begins = reader.line_num + 1
    return rows


def _reader(text: str, separator: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
