"""Tables as people send them: spreadsheets and CSV of every kind, and files made to attack their reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.authoring.office_zip import MAX_BYTES
from eval.authoring.read_grid import read_csv, read_grid
from eval.authoring.xlsx import read_xlsx
from rag.errors import DocumentError
from tests.eval.authoring.xlsx_files import (
    HEAD,
    MAIN,
    RELATIONS,
    WORKBOOK,
    inline,
    sheet,
    strings,
    styles,
    xlsx,
    zipped,
)

_ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


def cells(data: bytes) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.number, row.cells) for row in read_xlsx(data, "t.xlsx").rows]


HOSTILE = {
    "entities": (xlsx("", workbook=WORKBOOK.replace("?>", f"?>{_ENTITY}", 1)), "its own XML entities"),
    "no sheet at all": (zipped({"xl/workbook.xml": WORKBOOK}), "first sheet cannot be found"),
    "a bomb": (xlsx("", comments="<a>" + " " * 40_000_000 + "</a>"), "times larger than packed"),
    "deep": (xlsx("<c>" * 70 + "</c>" * 70), "nested too deeply"),
    "no zip": (b"PK\x03\x04 and so on", "no sound zip archive"),
    "nothing": (b"", "no sound zip archive"),
    "a Word file": (zipped({"word/document.xml": "<w/>"}), "no workbook"),
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage", "password"),
    "broken XML": (xlsx("<row><c></row>"), "is no XML"),
    "no such text": (xlsx('<row><c t="s"><v>7</v></c></row>'), "a text that is not there"),
    "a negative text": (
        xlsx('<row><c t="s"><v>-1</v></c></row>', sharedStrings=strings("<t>x</t>")),
        "not there",
    ),
    "too wide": (xlsx(f'<row r="1">{inline("XFD1", "x")}</row>'), "more than 200 columns"),
    "too long": (xlsx(f'<row r="1048576">{inline("A1048576", "x")}</row>'), "more than 20,000 rows"),
    "no sheet": (xlsx("", worksheets__sheet1=None), "its first sheet is missing"),
    "all hidden": (xlsx("", workbook=WORKBOOK.replace("sheetId", 'state="hidden" sheetId')), "is visible"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_spreadsheet_is_refused_and_says_why(name: str):
    data, why = HOSTILE[name]
    with pytest.raises(DocumentError, match=why) as caught:
        read_xlsx(data, "t.xlsx")
    assert str(caught.value).startswith("t.xlsx")
    assert str(caught.value).endswith((".", "opened."))


def test_entities_do_not_hide_in_another_encoding():
    sneaky = f"<?xml version='1.0' encoding='UTF-16'?>{_ENTITY}<sst/>".encode("utf-16")
    data = zipped({"xl/workbook.xml": WORKBOOK, "xl/sharedStrings.xml": sneaky})
    with pytest.raises(DocumentError, match="its own XML entities"):
        read_xlsx(data, "t.xlsx")


def test_texts_of_every_kind():
    shared = strings(
        "<t>plain</t>",
        "<r><t>two </t></r><r><t>runs</t></r><rPh><t>read aloud</t></rPh>",
        "<t>line_x000D_\nbreak &amp; &lt;sign&gt;</t>",
        "<t>half _xD83D_</t>",
    )
    row = "".join(f'<c t="s"><v>{at}</v></c>' for at in range(4))
    third = f'{inline("B3", " inside ")}<c r="D3" t="str"><v>worked out</v></c>'
    rows = f'<row r="1">{row}</row><row r="3">{third}</row>'
    assert cells(xlsx(rows, sharedStrings=shared)) == [
        (1, ("plain", "two runs", "line\nbreak & <sign>", "half ?")),
        (3, ("", "inside", "", "worked out")),
    ]


NUMBERS = [
    ("270", "0", "270"),
    ("270.0", "0", "270"),
    ("0.30000000000000004", "0", "0.3"),
    ("1E-7", "0", "0.0000001"),
    ("1234567.891", "4", "1234567.891"),
    ("1e300", "0", "1e+300"),
    ("nonsense", "0", "nonsense"),
    ("7.4999999999999997E-2", "10", "7.5%"),
    ("1", "9", "100%"),
    ("45503", "14", "2024-07-30"),
    ("45503.604166666664", "22", "2024-07-30 14:30"),
    ("1", "14", "1899-12-31"),
    ("-5", "14", "-5"),
    ("99999999", "14", "99999999"),
    ("45503", "200", "2024-07-30"),
    ("0.5", "201", "50%"),
    ("5", "202", "5"),
    ("5", "203", "5"),
]
_OWN = {200: "dd\\.mm\\.yyyy", 201: "0.0%;[Red]-0.0%", 202: "#,##0 &quot;days&quot;", 203: "[Red]General;0"}


@pytest.mark.parametrize(("value", "style", "text"), NUMBERS, ids=[f"{a} as {b}" for a, b, _ in NUMBERS])
def test_numbers_are_read_as_they_are_shown(value: str, style: str, text: str):
    data = xlsx(f'<row><c s="0"><v>{value}</v></c></row>', styles=styles(style, custom=_OWN))
    grid = read_xlsx(data, "t.xlsx")
    assert grid.rows[0].cells == (text,)
    assert bool(grid.notes) == (text != value and ("%" in text or "-0" in text or "-3" in text))


def test_dates_may_be_counted_from_1904_and_strict_files_are_read_too():
    workbook = WORKBOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    workbook = workbook.replace(
        RELATIONS, 'xmlns:r="http://purl.oclc.org/ooxml/officeDocument/relationships"'
    )
    workbook = workbook.replace(MAIN, 'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"')
    data = xlsx('<row><c s="0"><v>44041</v></c></row>', workbook=workbook, styles=styles("14"))
    assert cells(data) == [(1, ("2024-07-30",))]


def test_what_cannot_be_known_is_shown_and_told():
    rows = '<row r="4"><c t="e"><v>#N/A</v></c><c><f>A1+1</f></c><c t="b"><v>1</v></c></row>'
    grid = read_xlsx(xlsx(rows), "t.xlsx")
    assert grid.rows[0].cells == ("#N/A", "=A1+1", "TRUE")
    assert grid.notes == ("row 4 has a formula that was never computed: A1+1",)


def test_the_first_visible_sheet_is_read_and_the_others_are_named():
    sheets = '<sheet name="Old" state="hidden" r:id="rId1"/><sheet name="Q" r:id="rId2"/>'
    sheets += '<sheet name="R" r:id="rId9"/>'
    workbook = f"{HEAD}<workbook {MAIN} {RELATIONS}><sheets>{sheets}</sheets></workbook>"
    data = xlsx("", workbook=workbook, worksheets__sheet2=sheet(f"<row>{inline('A1', 'here')}</row>"))
    grid = read_xlsx(data, "t.xlsx")
    assert [row.cells for row in grid.rows] == [("here",)]
    assert grid.notes == ('only the first sheet, "Q", was read, not: R',)


CSV = {
    "comma": b'Question,Answer\nWho?,"Jane, of Hull"\n',
    "semicolon": b"Question;Answer\nWho?;Jane, of Hull\n",
    "tab": b"Question\tAnswer\nWho?\tJane, of Hull\n",
    "mark": b"\xef\xbb\xbfQuestion;Answer\r\nWho?;Jane, of Hull\r\n",
    "excel's line": b"sep=;\r\nQuestion;Answer\r\nWho?;Jane, of Hull",
    "utf-16": "Question\tAnswer\nWho?\tJane, of Hull\n".encode("utf-16"),
    "empty rows": b',,\n\nQuestion,Answer,\n , \nWho?,"Jane, of Hull",\n',
}


@pytest.mark.parametrize("name", CSV)
def test_csv_in_every_usual_dress(name: str):
    rows = read_csv(CSV[name], "t.csv").rows
    assert [tuple(filter(None, row.cells)) for row in rows] == [
        ("Question", "Answer"),
        ("Who?", "Jane, of Hull"),
    ]


def test_csv_numbers_its_rows_as_an_editor_does():
    data = b'Question;Answer\n"one\ntwo";x\n\nlast;y\n'
    assert [row.number for row in read_csv(data, "t.csv").rows] == [1, 2, 5]


def test_csv_in_windows_1252_is_read():
    rows = read_csv("Frage;Antwort\nWas kostet es?;5 € für Große\n".encode("cp1252"), "t.csv").rows
    assert rows[1].cells == ("Was kostet es?", "5 € für Große")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("t.csv", b'Question,Answer\n"open', "cannot be read as CSV"),
        ("t.csv", b"Question,Answer\n" + b"x" * 200_000, "cannot be read as CSV"),
        ("t.csv", b"PK\x03\x04", "Rename it to .xlsx"),
        ("t.csv", b"\n,,\n", "has no rows"),
        ("t.csv", b"", "has no rows"),
        ("t.pdf", b"%PDF-", "neither .csv nor .xlsx"),
        ("t.xlsx", xlsx(""), "has no rows"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, data: bytes, why: str):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DocumentError, match=why):
        read_grid(tmp_path / name)


def test_a_file_that_is_missing_or_huge_is_refused_unread(tmp_path: Path):
    with pytest.raises(DocumentError, match="cannot be read"):
        read_grid(tmp_path / "gone.csv")
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(DocumentError, match="more than 32 MiB"):
        read_grid(tmp_path / "huge.csv")
