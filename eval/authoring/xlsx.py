"""XLSX: the rows of the first visible sheet, as the texts that a reader of the sheet sees (ECMA-376, part 1).

Numbers keep their digits; a date and a percentage are stored as bare numbers, so their cell's format decides
what is read: "2024-07-30", "7.5%". A note tells of each kind, since the document may write it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from eval.authoring.grid import Grid, GridRow
from eval.authoring.office_zip import Element, OfficeZip, damaged

_MAX_ROWS = 20_000
_MAX_COLUMNS = 200
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATES = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
"""Number formats that every program knows by their number alone (ECMA-376, 18.8.30)."""
_PERCENTAGES = frozenset((9, 10))
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def read_xlsx(data: bytes, name: str) -> Grid:
    """The first visible sheet. Raises DocumentError for what is no spreadsheet, too large, or an attack."""
    archive = OfficeZip(data, name)
    workbook = archive.xml("xl/workbook.xml")
    assert workbook is not None  # OfficeZip refuses an archive without one
    shown = [
        sheet for sheet in workbook.iterfind(".//{*}sheet") if sheet.get("state", "visible") == "visible"
    ]
    if not shown:
        raise damaged(name, "no sheet of it is visible")
    reader = _Reader(archive, name, workbook)
    root = archive.xml(_part_of(archive, shown[0], name))
    if root is None:
        raise damaged(name, "its first sheet is missing")
    rows = tuple(reader.rows(root))
    notes = list(reader.notes)
    if len(shown) > 1:
        others = ", ".join(sheet.get("name", "?")[:40] for sheet in shown[1:4])
        notes.append(f'only the first sheet, "{shown[0].get("name", "?")[:40]}", was read, not: {others}')
    return Grid(rows=rows, notes=tuple(notes))


def _part_of(archive: OfficeZip, sheet: Element, name: str) -> str:
    relations = archive.xml("xl/_rels/workbook.xml.rels")
    wanted = sheet.get(_RELATION) or sheet.get(_STRICT_RELATION)
    for relation in relations if relations is not None else ():
        if relation.get("Id") == wanted and relation.get("TargetMode") != "External":
            target = PurePosixPath(relation.get("Target", ""))
            return str(target) if target.is_absolute() else str("xl" / target)
    raise damaged(name, "its first sheet cannot be found")


class _Reader:
    """What cells refer to: shared strings, formats, and the day that dates are counted from."""

    def __init__(self, archive: OfficeZip, name: str, workbook: Element) -> None:
        self.notes: dict[str, None] = {}
        self._name = name
        strings = archive.xml("xl/sharedStrings.xml")
        items = strings.iterfind("{*}si") if strings is not None else ()
        self._strings = [_text_of(item) for item in items]
        self._formats = _formats(archive.xml("xl/styles.xml"))
        properties = workbook.find("{*}workbookPr")
        from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        # Day 0 of 1900 is a day early, since spreadsheets count a 29 February 1900 that never was.
        self._day_0 = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)

    def rows(self, root: Element) -> Iterator[GridRow]:
        number = 0
        for row in root.iterfind("{*}sheetData/{*}row"):
            stated = row.get("r", "")
            number = int(stated) if stated.isdecimal() and len(stated) < 9 else number + 1
            cells = self._cells(row, number)
            if any(cells):
                if number > _MAX_ROWS:
                    raise damaged(self._name, f"it has more than {_MAX_ROWS:,} rows")
                yield GridRow(number=number, cells=tuple(cells))

    def _cells(self, row: Element, number: int) -> list[str]:
        cells: list[str] = []
        for cell in row.iterfind("{*}c"):
            at = _column(cell.get("r", ""), len(cells))
            text = self._text(cell, number)
            if not text:
                continue
            if at >= _MAX_COLUMNS:
                raise damaged(self._name, f"row {number} has more than {_MAX_COLUMNS} columns")
            cells += [""] * (at + 1 - len(cells))
            cells[at] = text
        return cells

    def _text(self, cell: Element, number: int) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return "" if inline is None else _text_of(inline).strip()
        value = (cell.findtext("{*}v") or "").strip()
        if kind == "s" and value:
            if not value.isdecimal() or len(value) > 9 or int(value) >= len(self._strings):
                raise damaged(self._name, f"a cell of row {number} refers to a text that is not there")
            return self._strings[int(value)].strip()
        formula = cell.findtext("{*}f")
        if formula and not value:
            self.notes.setdefault(f"row {number} has a formula that was never computed: {formula[:40]}")
            return f"={formula}"
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        return self._number(value, cell.get("s", "0"), number) if kind == "n" and value else value

    def _number(self, value: str, style: str, row: int) -> str:
        try:
            number = float(value)
        except ValueError:
            return value  # some programs write dates as text into a numeric cell
        meaning = self._formats.get(int(style)) if style.isdecimal() and len(style) < 9 else None
        if meaning == "date" and 0 < number < 2_958_466:
            self.notes.setdefault(f"row {row} has a date cell, read as {self._date(number)}: {_AS_WRITTEN}")
            return self._date(number)
        if meaning == "percentage":
            text = f"{_plain(number * 100)}%"
            self.notes.setdefault(f"row {row} has a percentage cell, read as {text}: {_AS_WRITTEN}")
            return text
        return _plain(number)

    def _date(self, number: float) -> str:
        moment = self._day_0 + timedelta(seconds=round(number * 86_400))
        return moment.date().isoformat() if number == int(number) else moment.isoformat(" ", "minutes")


_AS_WRITTEN = "if the document writes it otherwise, make the cell a text and write it as the document does"


def _plain(number: float) -> str:
    """As a spreadsheet shows it: 15 digits, no exponent where it can be helped."""
    text = f"{number:.15g}"
    return text if "e" not in text or abs(number) >= 1e15 else f"{number:.15f}".rstrip("0").rstrip(".")


def _text_of(item: Element) -> str:
    """All runs of a text joined, without the pronunciation that Japanese sheets carry along."""
    pieces = [item.findtext("{*}t") or "", *((run.findtext("{*}t") or "") for run in item.iterfind("{*}r"))]
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), "".join(pieces)).replace("\r\n", "\n")
    return text.encode("utf-8", "replace").decode()  # an escape can stand for half a character


def _column(reference: str, following: int) -> int:
    match = _REFERENCE.fullmatch(reference)
    if not match:
        return following
    at = 0
    for letter in match[1]:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1


def _formats(styles: Element | None) -> dict[int, str]:
    """Which cell styles are a "date" or a "percentage", by the style's number."""
    if styles is None:
        return {}
    codes = {
        item.get("numFmtId", ""): _QUOTED.sub("", item.get("formatCode", "")).lower()
        for item in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    meanings = {}
    for at, style in enumerate(styles.iterfind("{*}cellXfs/{*}xf")):
        number = style.get("numFmtId", "0")
        code = codes.get(number, "")
        if number in map(str, _PERCENTAGES) or "%" in code:
            meanings[at] = "percentage"
        elif number in map(str, _DATES) or re.search(r"[dy]", code.replace("general", "")):
            meanings[at] = "date"
    return meanings
