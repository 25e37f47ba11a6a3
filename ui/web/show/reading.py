"""A document's text as it is read in the viewer: headings, paragraphs, lists and tables, the quote marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.types import Block, BlockKind, Document, Span
from ui.web.escape import plain

_CELLS = " | "
_TAGS = {
    BlockKind.PARAGRAPH: ("<p>", "</p>"),
    BlockKind.FOOTNOTE: ('<p class="gp-footnote">', "</p>"),
    BlockKind.CAPTION: ('<p class="gp-caption">', "</p>"),
    BlockKind.LIST_ITEM: ("<li>", "</li>"),
}
_AROUND = {
    BlockKind.LIST_ITEM: ('<ul class="gp-items">', "</ul>"),
    BlockKind.TABLE_ROW: ('<div class="gp-scroll"><table>', "</table></div>"),
}
_TOP = 3
"""The level of the highest heading: above it are the page's own and the document's title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A block, or what of it is shown."""

    block: Block
    start: int
    end: int


def reading(document: Document, stretches: Sequence[tuple[int, int]], span: Span | None) -> str:
    """These stretches of the document's text as HTML, with what of `span` stands in them marked."""
    parts = [part for start, end in stretches for part in _parts(document, start, end)]
    out = []
    for (kind, _), group in groupby(enumerate(parts), key=lambda item: _run(document, parts, *item)):
        before, after = _AROUND.get(kind, ("", ""))
        out.append(before + "".join(_block(document, part, span) for _, part in group) + after)
    return "".join(out)


def _parts(document: Document, start: int, end: int) -> Iterator[_Part]:
    for block in document.blocks:
        if block.start < end and start < block.end:
            yield _Part(block=block, start=max(start, block.start), end=min(end, block.end))


def _run(document: Document, parts: Sequence[_Part], index: int, part: _Part) -> tuple[BlockKind, int]:
    """What puts blocks together: list items that follow each other, the rows of one table; else nothing."""
    kind = part.block.kind
    if kind not in _AROUND:
        return kind, index
    while index and parts[index - 1].block.kind is kind:
        between = document.text[parts[index - 1].block.end : parts[index].block.start]
        if kind is BlockKind.TABLE_ROW and between != "\n":
            break
        index -= 1
    return kind, index


def _block(document: Document, part: _Part, span: Span | None) -> str:
    kind = part.block.kind
    if kind is BlockKind.TABLE_ROW:
        return f"<tr>{''.join(_cells(document, part, span))}</tr>"
    if kind is BlockKind.HEADING:
        level = min(6, _TOP + part.block.level - 1)
        before, after = f"<h{level}>", f"</h{level}>"
    else:
        before, after = _TAGS[kind]
    return before + marked(document.text, part.start, part.end, span) + after


def _cells(document: Document, part: _Part, span: Span | None) -> Iterator[str]:
    start = part.start
    for cell in document.text[part.start : part.end].split(_CELLS):
        yield f"<td>{marked(document.text, start, start + len(cell), span)}</td>"
        start += len(cell) + len(_CELLS)


def marked(text: str, start: int, end: int, span: Span | None) -> str:
    """`text[start:end]` as HTML, with what of `span` stands in it marked."""
    if span is None or span.end <= start or end <= span.start:
        return plain(text[start:end])
    first, last = max(start, span.start), min(end, span.end)
    return f"{plain(text[start:first])}<mark>{plain(text[first:last])}</mark>{plain(text[last:end])}"
