"""Writes a document as PDF: printed page labels, contents, outline, footnotes at the foot of the page.

Streams are not compressed and the dates come from the source, so the bytes are the same everywhere.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph as Flow

from eval.corpus.model import (
    Bars,
    Block,
    Heading,
    ListItem,
    Paragraph,
    ParagraphKind,
    Points,
    Run,
    Source,
    Switch,
    Table,
    imprint,
    plain,
)
from eval.corpus.pdf_charts import Chart, Scatter
from eval.corpus.pdf_layout import Layout, check_outline
from eval.corpus.pdf_pieces import ContentsLine, Head, Piece, Row, Text, markup, register_fonts, style

_BODY = style(10.5, 14.2)
_NARROW = style(9.8, 12.8)
_NOTE = style(8.3, 10.2, leftIndent=0)
_QUOTE = style(10.2, 13.6, leftIndent=22, rightIndent=22)
_CELL = style(8.8, 11)
_CELL_HEAD = style(8.8, 11, fontName="CaladeaBold")
_CAPTION = style(9.4, 12, fontName="CaladeaBold")
_TITLE = style(24, 29, fontName="CaladeaBold")
_SUBTITLE = style(13.5, 18, fontName="CaladeaItalic")
_IMPRINT = style(9.2, 12.5)
_HEADINGS = (
    style(16, 20, fontName="CaladeaBold"),
    style(12.6, 16, fontName="CaladeaBold"),
    style(10.8, 14, fontName="CaladeaBoldItalic"),
)
_HEADING_SPACE = (22.0, 15.0, 11.0)
_CONTENTS = {"en": "Contents", "de": "Inhalt", "fr": "Table des matières"}

Entries = Sequence[tuple[int, str, str]]


def to_pdf(source: Source) -> bytes:
    """The file's bytes. Lays out twice: the first run learns the page labels for the contents."""
    register_fonts()
    check_outline([block.level for block in source.blocks if isinstance(block, Heading)])
    _, entries = _laid_out(source, ())
    data, again = _laid_out(source, entries)
    while again != entries:
        entries = again
        data, again = _laid_out(source, entries)
    return data


def _laid_out(source: Source, entries: Entries) -> tuple[bytes, Entries]:
    stream = io.BytesIO()
    with _dated(source):
        canvas = Canvas(stream, pagesize=A4, pageCompression=0, invariant=1, lang=source.language)
    canvas.setTitle(source.title)
    canvas.setAuthor("Greenpaper")
    canvas.setSubject(source.subtitle)
    canvas.setCreator("Greenpaper")
    notes = {
        number: Flow(f'<super rise="2.6" size="6">{number}</super> {markup(runs)}', _NOTE)
        for number, runs in enumerate(source.notes, start=1)
    }
    layout = Layout(canvas=canvas, notes=notes, running_title=source.title)
    layout.start()
    layout.place(list(_title(source)))
    for part in _parts(source.blocks):
        if isinstance(part, Switch):
            _turn(layout, part, source, entries)
        else:
            layout.place(list(_pieces(part, narrow=layout.columns == 2)))
    layout.end()
    canvas.save()
    return stream.getvalue(), tuple(layout.headings)


@contextmanager
def _dated(source: Source) -> Iterator[None]:
    """reportlab takes a file's creation date from this variable, and only from there."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    noon = datetime.combine(source.day, time(12), tzinfo=UTC)
    os.environ["SOURCE_DATE_EPOCH"] = str(int(noon.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _title(source: Source) -> Iterator[Piece]:
    yield Text(Flow(markup((Run(text=source.title),)), _TITLE))
    if source.subtitle:
        yield Text(Flow(markup((Run(text=source.subtitle),)), _SUBTITLE), before=8)
    for index, line in enumerate(imprint(source)):
        yield Text(Flow(markup((Run(text=line),)), _IMPRINT), before=0 if index else 14)


def _parts(blocks: Sequence[Block]) -> Iterator[Switch | list[Block]]:
    """Stretches of blocks between the turns of the layout."""
    stretch: list[Block] = []
    for block in blocks:
        if isinstance(block, Switch):
            if stretch:
                yield stretch
            stretch = []
            yield block
        else:
            stretch.append(block)
    if stretch:
        yield stretch


def _turn(layout: Layout, switch: Switch, source: Source, entries: Entries) -> None:
    match switch:
        case Switch.BODY:
            layout.start_body()
        case Switch.COLUMNS_1 | Switch.COLUMNS_2:
            layout.set_columns(int(switch[-1]))
        case Switch.PAGE:
            layout.start_page()
        case Switch.CONTENTS:
            title = Text(Flow(_CONTENTS[source.language], _HEADINGS[0]), before=26, keep_next=True)
            lines = [ContentsLine(t, level, label) for level, t, label in entries if level < 3]
            layout.place([title, *lines])


def _pieces(blocks: Sequence[Block], *, narrow: bool) -> Iterator[Piece]:
    body = _NARROW if narrow else _BODY
    listed = False
    for block in blocks:
        match block:
            case Heading():
                at = block.level - 1
                flow = Flow(markup(block.runs), _HEADINGS[at])
                yield Head(flow, before=_HEADING_SPACE[at], title=plain(block.runs), level=block.level)
            case Paragraph(kind=ParagraphKind.CAPTION):
                yield Text(Flow(markup(block.runs), _CAPTION), before=14, keep_next=True)
            case Paragraph(kind=ParagraphKind.QUOTE):
                yield Text(Flow(markup(block.runs), _QUOTE), before=8)
            case Paragraph():
                yield Text(Flow(markup(block.runs), body), before=8)
            case ListItem():
                yield Text(_item(block, body), before=3 if listed else 7)
            case Table():
                yield from _rows(block)
            case Bars():
                yield Chart(block)
            case Points():
                yield Scatter(block)
        listed = isinstance(block, ListItem)


def _item(item: ListItem, body: Any) -> Any:
    indent = 18 * (item.depth + 1)
    indented = style(body.fontSize, body.leading, leftIndent=indent, bulletIndent=indent - 14)
    mark = "•" if item.number is None else f"{item.number}."
    return Flow(markup(item.runs), indented, bulletText=mark)


def _rows(table: Table) -> Iterator[Row]:
    def row(cells: tuple[tuple[Run, ...], ...], **more: Any) -> Row:
        look = _CELL_HEAD if more.get("shaded") else _CELL
        marked = tuple(run.note for cell in cells for run in cell if run.note is not None)
        flows = tuple(Flow(markup(cell), look) for cell in cells)
        return Row(flows, table.shares, marked=marked, **more)

    yield row(table.head, shaded=True, space_before=4.0, keep_next=True)
    for cells in table.rows:
        yield row(cells, again=row(table.head, shaded=True))
