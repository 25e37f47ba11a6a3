"""Are the boxes of a quote right? An independent look at the page, by nothing but PDFium's character boxes.

Every character of the page whose middle lies in one of the boxes is read, box by box and from left to
right; together they must spell the quote's letters and digits: all of them, in order, and no other. The look
shares no code with what made the boxes: no places, no layout, only where PDFium says that a character is. For
pages that are not turned.

`python -m tests.rag.load.box_check FILE.pdf...` checks every sentence of these files.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from rag.answering.evidence import passage_sentences
from rag.load import Loaded, load
from rag.load.pdf.boxes import boxes
from rag.proof import printed, stretches
from rag.types import Span


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A quote whose boxes cover something else."""

    page: int
    quote: str
    covered: str


def letters(text: str) -> str:
    """The bare letters and digits of a text."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if char.isalnum())


def covered(page: pdfium.PdfPage, found: Iterable[Sequence[float]], chars: Sequence[Any]) -> str:
    """What stands in the boxes, box by box, from left to right."""
    left, bottom, right, top = page.get_bbox()
    wide, high = right - left, top - bottom
    words = []
    for x, y, width, height in found:
        x0, x1 = left + x * wide, left + (x + width) * wide
        y1, y0 = top - y * high, top - (y + height) * high
        inside = [char for char in chars if x0 <= char[1] <= x1 and y0 <= char[2] <= y1]
        words += [text for text, _, _ in sorted(inside, key=lambda char: char[1])]
    return letters("".join(words))


def middles(textpage: pdfium.PdfTextPage) -> list[tuple[str, float, float]]:
    """(character, x, y of its middle) of everything on the page."""
    out = []
    for index in range(textpage.count_chars()):
        char = textpage.get_text_range(index, 1)
        if letters(char):
            left, bottom, right, top = textpage.get_charbox(index)
            out.append((char, (left + right) / 2, (bottom + top) / 2))
    return out


def check(
    loaded: Loaded, pdf: pdfium.PdfDocument, spans: Sequence[tuple[int, int]]
) -> tuple[int, list[Wrong]]:
    """How many (quote, page) were looked at, and which were wrong."""
    document, looked, wrong = loaded.document, 0, []
    for number in range(1, loaded.page_count + 1):
        page = pdf[number - 1]
        textpage = page.get_textpage()
        chars = middles(textpage)
        for start, end in spans:
            parts = [(max(start, a), min(end, b)) for a, b in stretches(document, number)]
            quote = letters("".join(document.text[a:b] for a, b in parts if a < b))
            if not quote:
                continue
            span = Span(doc_id=document.doc_id, start=start, end=end)
            numbers = [index for index, _ in printed(document, loaded.places, number, span)]
            seen = covered(page, boxes(page, textpage, numbers), chars)
            looked += 1
            if seen != quote:
                wrong.append(Wrong(page=number, quote=quote, covered=seen))
        textpage.close()
        page.close()
    return looked, wrong


def main(paths: Sequence[str]) -> None:
    """Checks every sentence of every file, and says what is wrong."""
    pages = quotes = bad = 0
    for path in map(Path, paths):
        loaded = load(path, name=path.name)
        text = loaded.document.text
        looked, wrong = check(
            loaded, pdfium.PdfDocument(path), list(passage_sentences(loaded.document, 0, len(text)))
        )
        pages, quotes, bad = pages + loaded.page_count, quotes + looked, bad + len(wrong)
        sys.stdout.write(f"{path.name}: {loaded.page_count} pages, {looked} quotes, {len(wrong)} wrong\n")
        for one in wrong[:40]:
            sys.stdout.write(f"  page {one.page}\n    {one.quote[:220]}\n    {one.covered[:220]}\n")
    sys.stdout.write(f"{pages} pages, {quotes} quotes, {bad} wrong\n")


if __name__ == "__main__":
    main(sys.argv[1:])
