"""Spreadsheets made by hand, part by part, so that a test can put into them what no program writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

WORKBOOK = (
    f'{HEAD}<workbook {MAIN} {RELATIONS}><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets>'
    "</workbook>"
)
TARGETS = (
    f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>'
)


def sheet(rows: str) -> str:
    """A sheet with these rows."""
    return f"{HEAD}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def strings(*items: str) -> str:
    """The shared strings, each the inside of an `si` element."""
    return f"{HEAD}<sst {MAIN}>{''.join(f'<si>{item}</si>' for item in items)}</sst>"


def styles(*formats: str, custom: Mapping[int, str] | None = None) -> str:
    """Cell styles by the numbers of their formats; `custom` are formats of the file's own."""
    own = "".join(f'<numFmt numFmtId="{at}" formatCode="{code}"/>' for at, code in (custom or {}).items())
    cells = "".join(f'<xf numFmtId="{number}"/>' for number in formats)
    return f"{HEAD}<styleSheet {MAIN}><numFmts>{own}</numFmts><cellXfs>{cells}</cellXfs></styleSheet>"


def xlsx(rows: str, **parts: str | None) -> bytes:
    """An archive; a keyword `a__b` is the part `xl/a/b.xml`, None takes a part out."""
    named = {f"xl/{name.replace('__', '/')}.xml": content for name, content in parts.items()}
    everything = {
        "[Content_Types].xml": f"{HEAD}<Types/>",
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": TARGETS,
        "xl/worksheets/sheet1.xml": sheet(rows),
        **named,
    }
    return zipped({name: content for name, content in everything.items() if content is not None})


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """The parts as a compressed archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def inline(reference: str, text: str) -> str:
    """A cell that holds its text itself."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
