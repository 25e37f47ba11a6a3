"""Writes a document as WordprocessingML by hand: real styles, real footnotes, a table with a header row."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from eval.corpus import docx_parts as parts
from eval.corpus.model import Heading, ListItem, Paragraph, ParagraphKind, Run, Runs, Source, Table, imprint

_TEXT_WIDTH = 9026
"""Twentieths of a point between the margins of an A4 page."""
_STYLES = {ParagraphKind.BODY: "BodyText", ParagraphKind.QUOTE: "Quote", ParagraphKind.CAPTION: "Caption"}


def to_docx(source: Source) -> bytes:
    """The file's bytes, a link's address in its text. Figures and columns are not supported."""
    ordered = sum(isinstance(b, ListItem) and b.number == 1 for b in source.blocks)
    files = {
        "[Content_Types].xml": parts.content_types(),
        "_rels/.rels": parts.PACKAGE_RELATIONS,
        "docProps/core.xml": parts.core(source.title, source.day.isoformat(), source.language),
        "word/_rels/document.xml.rels": parts.document_relations(),
        "word/document.xml": parts.document("".join(_blocks(source))),
        "word/footnotes.xml": parts.footnotes("".join(_notes(source))),
        "word/styles.xml": parts.styles(source.language),
        "word/numbering.xml": parts.numbering(ordered),
        "word/settings.xml": parts.SETTINGS,
        "word/header1.xml": parts.header(escape(source.title)),
        "word/footer1.xml": parts.FOOTER,
    }
    return parts.package(files)


def _blocks(source: Source) -> Iterator[str]:
    yield _paragraph("Title", (Run(text=source.title),))
    if source.subtitle:
        yield _paragraph("Subtitle", (Run(text=source.subtitle),))
    for line in imprint(source):
        yield _paragraph("Imprint", (Run(text=line),))
    lists = 0
    for block in source.blocks:
        match block:
            case Heading():
                yield _paragraph(f"Heading{block.level}", block.runs)
            case Paragraph():
                yield _paragraph(_STYLES[block.kind], block.runs)
            case ListItem():
                lists += block.number == 1
                yield _item(block, lists)
            case Table():
                yield _table(block)
            case _:
                raise ValueError(f"{source.file}: DOCX has no {block!r}")


def _item(item: ListItem, lists: int) -> str:
    """A bulleted item uses list 1; each numbered list has its own, so that it starts at 1."""
    number = 1 if item.number is None else lists + 1
    numbering = f'<w:numPr><w:ilvl w:val="{item.depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return _paragraph("ListParagraph", item.runs, numbering)


def _paragraph(style: str, runs: Runs, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{"".join(map(_run, runs))}</w:p>'


def _run(run: Run) -> str:
    if run.note is not None:
        style = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
        return f'<w:r>{style}<w:footnoteReference w:id="{run.note}"/></w:r>'
    style = "<w:b/>" * run.bold + "<w:i/>" * run.italic
    style = f"<w:rPr>{style}</w:rPr>" if style else ""
    shown = run.text if run.href in (None, run.text) else f"{run.text} ({run.href})"
    return f'<w:r>{style}<w:t xml:space="preserve">{escape(shown)}</w:t></w:r>'


def _table(table: Table) -> str:
    total = sum(table.shares)
    widths = [_TEXT_WIDTH * share // total for share in table.shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = _row(table.head, widths, header=True)
    rows += "".join(_row(row, widths, header=False) for row in table.rows)
    return f"{parts.TABLE_START}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{_paragraph('BodyText', ())}"


def _row(cells: tuple[Runs, ...], widths: list[int], *, header: bool) -> str:
    style = "TableHead" if header else "TableText"
    mark = "<w:tblHeader/>" if header else ""
    body = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(style, runs)}</w:tc>'
        for width, runs in zip(widths, cells, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{mark}</w:trPr>{body}</w:tr>"


def _notes(source: Source) -> Iterator[str]:
    mark = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    for number, runs in enumerate(source.notes, start=1):
        text = "".join(map(_run, (Run(text=" "), *runs)))
        style = '<w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
        yield f'<w:footnote w:id="{number}"><w:p>{style}{mark}{text}</w:p></w:footnote>'
