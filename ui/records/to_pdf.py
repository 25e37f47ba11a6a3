"""A record as a PDF for print: a short paper with the quotes under each answer, and the data attached."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

import pypdfium2 as pdfium
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus import Table as Grid

from eval.corpus.pdf_pieces import register_fonts, style
from ui.records import words
from ui.records.as_json import to_json
from ui.records.paper import paper
from ui.records.pieces import Kind, Piece, Quotes, Run, Table
from ui.records.printable import MISSING, drawn, printable
from ui.records.record import Note, Record

ATTACHMENT = "greenpaper-record.json"
LEFT, BOTTOM, RIGHT, TOP = 74.0, 76.0, A4[0] - 74.0, A4[1] - 70.0
"""The body of a page; header and footer stand outside."""
_GREEN, _GREY, _TINT = HexColor(0x1F5C42), HexColor(0x5C625F), HexColor(0xF1F5F2)
_STYLES = {
    Kind.TITLE: style(20, 25, fontName="CaladeaBold", spaceAfter=4),
    Kind.SUBTITLE: style(10, 14, textColor=_GREY, spaceAfter=7),
    Kind.QUESTION: style(14, 18, fontName="CaladeaBold", spaceBefore=16, spaceAfter=6, keepWithNext=1),
    Kind.HEADING: style(
        9.6, 13, fontName="CaladeaBold", textColor=_GREEN, spaceBefore=12, spaceAfter=4, keepWithNext=1
    ),
    Kind.BODY: style(11, 16, spaceAfter=7),
    Kind.REMARK: style(8.6, 11.8, textColor=_GREY, spaceBefore=5, spaceAfter=3),
}
_QUOTE = style(
    9.8, 13.6, leftIndent=30, rightIndent=8, bulletIndent=9, bulletFontName="CaladeaBold", bulletColor=_GREEN,
    backColor=_TINT, borderPadding=(5, 8, 3, 30), spaceBefore=10,
)  # fmt: skip
_SOURCE = style(
    8, 10.8, leftIndent=30, rightIndent=8, textColor=_GREY, backColor=_TINT, borderPadding=(2, 8, 6, 30)
)
_CELL, _CELL_HEAD = style(8.2, 10.6), style(8.2, 10.6, fontName="CaladeaBold", textColor=_GREEN)
_UNSHOWN = f"{MISSING} stands for a character that the font of this paper lacks; the attached data has it."


def to_pdf(record: Record) -> bytes:
    """The file's bytes, fonts embedded. What the font lacks is shown as `MISSING` and said so."""
    register_fonts()
    story = list(_story(record))
    stream = io.BytesIO()
    _Paper(stream, words.flat(record.title)).build(story)
    return _with_data(stream.getvalue(), record)


def note_text(note: Note) -> str:
    """A note as it is printed, from its number to its locator."""
    return f"{note.number}{printable(words.quoted(note))}{printable(words.sourced(note))}"


def _with_data(data: bytes, record: Record) -> bytes:
    document = pdfium.PdfDocument(data)
    try:
        document.new_attachment(ATTACHMENT).set_data(to_json(record).encode("ascii"))
        stream = io.BytesIO()
        document.save(stream)
    finally:
        document.close()
    return stream.getvalue()


class _Paper(BaseDocTemplate):  # type: ignore[misc]
    """A4 pages with the title above and the page number below, from the second page on."""

    def __init__(self, stream: io.BytesIO, title: str) -> None:
        super().__init__(
            stream,
            pagesize=A4,
            title=title,
            author="Greenpaper",
            creator="Greenpaper",
            subject=words.SUBJECT,
            lang="en",
        )
        self._running = "".join(drawn(letter)[1] for letter in printable(title))
        body = Frame(
            LEFT, BOTTOM, RIGHT - LEFT, TOP - BOTTOM, leftPadding=0, rightPadding=0, topPadding=0,
            bottomPadding=0,
        )  # fmt: skip
        self.addPageTemplates([PageTemplate(id="body", frames=[body], onPage=self._furnish)])

    def _furnish(self, canvas: Any, _document: Any) -> None:
        canvas.saveState()
        canvas.setFillColor(_GREY)
        canvas.setFont("Caladea", 8.4)
        canvas.drawString(LEFT, BOTTOM - 34, "Greenpaper")
        canvas.drawRightString(RIGHT, BOTTOM - 34, str(canvas.getPageNumber()))
        if canvas.getPageNumber() > 1:
            title = self._running if len(self._running) <= 90 else f"{self._running[:89]}…"
            canvas.drawString(LEFT, TOP + 24, title)
        canvas.restoreState()


def _story(record: Record) -> Iterator[Flowable]:
    unshown = False
    for piece in paper(record):
        unshown = unshown or MISSING in printable(_all_text(piece))
        match piece:
            case Piece():
                yield from _piece(piece)
            case Quotes():
                yield from _quotes(piece)
            case Table():
                yield _grid(piece)
    if unshown:
        yield Paragraph(_UNSHOWN, _STYLES[Kind.REMARK])


def _all_text(piece: Piece | Quotes | Table) -> str:
    match piece:
        case Piece():
            return "".join(run.text for run in piece.runs)
        case Quotes():
            return "".join(note.citation.quote + words.sourced(note) for note in piece.notes)
        case Table():
            return "".join(cell for row in piece.rows for cell in row)


def _piece(piece: Piece) -> Iterator[Flowable]:
    markup = "".join(map(_markup, piece.runs))
    if piece.kind is Kind.QUESTION:
        yield CondPageBreak(90)
    if piece.kind is Kind.ITEM:
        left = 16.0 * (piece.depth + 1)
        look = style(10.6, 15, leftIndent=left, bulletIndent=left - 13, bulletFontSize=10.6, spaceAfter=3)
        yield Paragraph(markup, look, bulletText=printable(piece.mark) or None)
    else:
        yield Paragraph(markup, _STYLES[piece.kind])
    if piece.kind is Kind.SUBTITLE:
        yield HRFlowable(width="100%", thickness=1.1, color=_GREEN, spaceBefore=0, spaceAfter=12)


def _markup(run: Run) -> str:
    if run.note is not None:
        return f'<super rise="4" size="7.4"><font color="#1f5c42"><b>{run.note}</b></font></super>'
    text = _lines(run.text)
    text = f"<i>{text}</i>" if run.italic else text
    return f"<b>{text}</b>" if run.bold else text


def _lines(text: str) -> str:
    return "".join(map(_letter, printable(text)))


def _letter(letter: str) -> str:
    kind, sign = drawn(letter)
    if kind:
        rise = 3.4 if kind == "super" else 1.3
        return f'<{kind} rise="{rise}" size="6.6">{escape(sign)}</{kind}>'
    return "<br/>" if letter == "\n" else escape(letter)


def _quotes(piece: Quotes) -> Iterator[Flowable]:
    yield Paragraph(words.SOURCES, _STYLES[Kind.HEADING])
    for note in piece.notes:
        yield Paragraph(_lines(words.quoted(note)), _QUOTE, bulletText=str(note.number))
        yield Paragraph(_lines(words.sourced(note)), _SOURCE)
    yield Spacer(0, 8)


def _grid(table: Table) -> Flowable:
    width = RIGHT - LEFT
    rows = [_cells(table.head, _CELL_HEAD), *(_cells(row, _CELL) for row in table.rows)]
    return Grid(
        rows,
        colWidths=[width * share / sum(table.shares) for share in table.shares],
        repeatRows=1,
        splitInRow=1,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(0xCDD5D0)),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 8),
        ],
    )


def _cells(cells: Sequence[str], look: Any) -> list[Flowable]:
    return [Paragraph(_lines(cell), look) for cell in cells]
