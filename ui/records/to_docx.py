"""A record as a Word file: real styles, real footnotes, and the record's data in a part of its own.

Word keeps a custom XML part and the footnotes' text through editing; what a footnote says is read anew by
`greenpaper verify`, so an edited quote is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from eval.corpus import docx_parts as parts
from ui.records import words
from ui.records.as_json import to_json
from ui.records.paper import paper
from ui.records.pieces import Kind, Piece, Run, Table
from ui.records.record import Note, Record, notes

DATA_PART = "customXml/item1.xml"
NAMESPACE = "urn:greenpaper:record"
_STYLES = {
    Kind.TITLE: "Title",
    Kind.SUBTITLE: "Subtitle",
    Kind.QUESTION: "Heading1",
    Kind.HEADING: "Heading2",
    Kind.BODY: "BodyText",
    Kind.ITEM: "ListParagraph",
    Kind.REMARK: "Imprint",
}
_TEXT_WIDTH = 9026
"""Twentieths of a point between the margins of an A4 page."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\r\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile(r"([\n\t])")
_STORE = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_STORE_ID = "{6B1F6C2E-6A0C-4B52-9C2B-7A1D35C0A9E4}"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def to_docx(record: Record) -> bytes:
    """The file's bytes. Characters that XML cannot hold are shown as U+FFFD; the data keeps them."""
    title = _xml(words.flat(record.title))
    day = record.entries[-1].asked.date().isoformat()
    return parts.package(
        {
            "[Content_Types].xml": parts.content_types(
                '<Override PartName="/customXml/itemProps1.xml" ContentType='
                '"application/vnd.openxmlformats-officedocument.customXmlProperties+xml"/>'
            ),
            "_rels/.rels": parts.PACKAGE_RELATIONS,
            "docProps/core.xml": parts.core(_NOT_XML.sub("\ufffd", words.flat(record.title)), day, "en"),
            "word/_rels/document.xml.rels": parts.document_relations(
                parts.relation("record", "customXml", f"../{DATA_PART}")
            ),
            "word/document.xml": parts.document("".join(_body(record))),
            "word/footnotes.xml": parts.footnotes("".join(map(_footnote, notes(record)))),
            "word/styles.xml": parts.styles("en"),
            "word/numbering.xml": parts.numbering(0),
            "word/settings.xml": parts.SETTINGS,
            "word/header1.xml": parts.header(title),
            "word/footer1.xml": parts.FOOTER,
            **_data(record),
        }
    )


def _data(record: Record) -> dict[str, str]:
    """The record as JSON inside an element, and what Word wants to know about such a part."""
    return {
        DATA_PART: f'{_HEAD}<record xmlns="{NAMESPACE}">{escape(to_json(record))}</record>',
        "customXml/itemProps1.xml": (
            f'{_HEAD}<ds:datastoreItem ds:itemID="{_STORE_ID}" xmlns:ds="{_STORE}"><ds:schemaRefs>'
            f'<ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
        ),
        "customXml/_rels/item1.xml.rels": parts.relations(
            parts.relation("rId1", "customXmlProps", "itemProps1.xml")
        ),
    }


def _body(record: Record) -> Iterator[str]:
    for piece in paper(record):
        if isinstance(piece, Table):
            yield _table(piece)
        elif isinstance(piece, Piece):
            yield _piece(piece)


def _piece(piece: Piece) -> str:
    runs = "".join(map(_run, piece.runs))
    if piece.mark == "•":
        listed = f'<w:numPr><w:ilvl w:val="{min(piece.depth, 2)}"/><w:numId w:val="1"/></w:numPr>'
        return _paragraph(_STYLES[piece.kind], runs, listed)
    if piece.kind is Kind.ITEM:
        left = 360 * (piece.depth + 1)
        mark = _text(f"{piece.mark}\t") if piece.mark else ""
        return _paragraph(
            _STYLES[piece.kind], mark + runs, f'<w:ind w:left="{left}" w:hanging="{360 if mark else 0}"/>'
        )
    return _paragraph(_STYLES[piece.kind], runs)


def _paragraph(style: str, runs: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def _run(run: Run) -> str:
    if run.note is not None:
        mark = f'<w:footnoteReference w:id="{run.note}"/>'
        return f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>{mark}</w:r>'
    return _text(run.text, "<w:b/>" * run.bold + "<w:i/>" * run.italic)


def _text(text: str, style: str = "") -> str:
    """A run; newlines and tabs are elements of their own in WordprocessingML."""
    signs = {"\n": "<w:br/>", "\t": "<w:tab/>", "": ""}
    inside = "".join(
        signs[part] if part in signs else f'<w:t xml:space="preserve">{_xml(part)}</w:t>'
        for part in _BREAK.split(text)
    )
    return f"<w:r>{f'<w:rPr>{style}</w:rPr>' if style else ''}{inside}</w:r>"


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))


def _footnote(note: Note) -> str:
    mark = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    quote = _paragraph("FootnoteText", f"{mark}{_text(' ')}{_text(words.quoted(note))}")
    source = _paragraph("FootnoteText", _text(words.sourced(note)))
    return f'<w:footnote w:id="{note.number}">{quote}{source}</w:footnote>'


def _table(table: Table) -> str:
    widths = [_TEXT_WIDTH * share // sum(table.shares) for share in table.shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = _row("TableHead", table.head, widths, "<w:tblHeader/>")
    rows += "".join(_row("TableText", row, widths) for row in table.rows)
    return f"{parts.TABLE_START}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{_paragraph('BodyText', '')}"


def _row(style: str, cells: Sequence[str], widths: Sequence[int], properties: str = "") -> str:
    body = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(style, _text(cell))}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{body}</w:tr>"
