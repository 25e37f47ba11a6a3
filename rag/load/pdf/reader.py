"""A PDF file to blocks in reading order, with pages and their labels."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.errors import DocumentError
from rag.load.model import Parsed, Piece, RawBlock
from rag.load.notes import mark_captions
from rag.load.ocr import Tesseract, Told, unheard
from rag.load.pdf.furniture import printed_labels, remove_furniture
from rag.load.pdf.glyphs import Fragment, PageGlyphs, read_page
from rag.load.pdf.page import page_blocks
from rag.load.pdf.scans import Scans
from rag.load.pdf.spacing import restore_spaces
from rag.load.pdf.styles import Styles, document_styles, letters, outline_levels
from rag.load.printed import joined
from rag.load.reflow import reflow
from rag.types import BlockKind, joined_pages

_MAX_PAGES = 10_000
_MAX_OUTLINE = 5_000
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_MIN_WHITE = 20
_STREAM_ORDER_FROM = 0.9
"""A layout that keeps less than this share of a page's letters is dropped for the stream's order."""


def load_pdf(
    data: bytes,
    name: str,
    engine: Tesseract | None = None,
    told: Told = unheard,
) -> Parsed:
    """All text of a PDF, with an engine that of pages that are pictures too.

    Raises DocumentError where it is encrypted, damaged or without pages.
    """
    document = _open(data, name)
    try:
        return _parse(document, name, Scans(engine, told))
    finally:
        document.close()


def _open(data: bytes, name: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise DocumentError(
                f"{name} is protected by a password. Open it in a PDF viewer, save it without the "
                "password, and ingest that copy."
            ) from None
        raise DocumentError(
            f"{name} cannot be read as a PDF ({error}). It is probably damaged or cut short: get it again."
        ) from None


def _parse(document: pdfium.PdfDocument, name: str, scans: Scans) -> Parsed:
    count = len(document)
    if not 0 < count <= _MAX_PAGES:
        raise DocumentError(
            f"{name} says that it has {count:,} pages. It is probably damaged, or made to exhaust its reader."
        )
    pages, unread = _read_pages(document, count, scans)
    restore_spaces(pages)
    stream = {page.number: _flat(page) for page in pages}
    removed = remove_furniture(pages)
    styles = document_styles(pages, _outline(document))
    blocks = reflow(_all_blocks(pages, styles, stream))
    tree = _label_tree(document, count)
    printed: list[str | None] = [None] * count
    for page, label in zip(pages, printed_labels(removed), strict=True):
        printed[page.number - 1] = label
    info = document.get_metadata_dict(skip_empty=True)
    return Parsed(
        media_type="application/pdf",
        blocks=blocks,
        title=_title(info.get("Title", "")),
        date=_date(info.get("CreationDate", "") or info.get("ModDate", "")),
        page_count=count,
        labels=_labels(tree, printed),
        ocr=tuple(scans.sure.get(number) for number in range(1, count + 1)),
        pictures=tuple(scans.unread),
        findings=_findings(pages, unread) + scans.findings(),
    )


def _read_pages(document: pdfium.PdfDocument, count: int, scans: Scans) -> tuple[list[PageGlyphs], list[int]]:
    """The pages that could be read, and the numbers of those that could not."""
    pages: list[PageGlyphs] = []
    unread: list[int] = []
    for index in range(count):
        try:
            page = document[index]
        except pdfium.PdfiumError:
            unread.append(index + 1)
            continue
        try:
            pages.append(scans.read(page, read_page(page, index + 1), count))
        except pdfium.PdfiumError:
            unread.append(index + 1)
        finally:
            page.close()
    return pages, unread


def _all_blocks(
    pages: Sequence[PageGlyphs], styles: Styles, stream: dict[int, Piece]
) -> list[RawBlock | None]:
    """The blocks of all pages, None at the end of each column and page."""
    out: list[RawBlock | None] = []
    tables = 0
    for page in pages:
        parts: list[Fragment | Piece] = [*page.fragments, *page.stray]
        left = sum(len(letters(part.text)) for part in parts)
        blocks = page_blocks(page, styles, tables + 1)
        kept = sum(len(letters(block.text)) for block in blocks if block is not None)
        if kept < _STREAM_ORDER_FROM * left:
            blocks = [None, RawBlock(kind=BlockKind.PARAGRAPH, pieces=(stream[page.number],))]
        tables = max([tables, *(block.table for block in blocks if block is not None and block.table)])
        out.append(None)
        out += [block and mark_captions((block,))[0] for block in blocks]
    return out


def _flat(page: PageGlyphs) -> Piece:
    parts: list[Fragment | Piece] = [*sorted(page.fragments, key=lambda item: item.order), *page.stray]
    return Piece(
        text="\n".join(part.text for part in parts),
        page=page.number,
        printed=joined(part.printed for part in parts),
    )


def _outline(document: pdfium.PdfDocument) -> dict[int, dict[str, int]]:
    entries: list[tuple[int, int, str]] = []
    try:
        for mark in document.get_toc(max_depth=6):
            target = mark.get_dest()
            index = target.get_index() if target is not None else None
            if index is not None:
                entries.append((mark.level, index + 1, mark.get_title()))
            if len(entries) >= _MAX_OUTLINE:
                break
    except (pdfium.PdfiumError, RecursionError):
        return {}
    return outline_levels(entries)


def _label_tree(document: pdfium.PdfDocument, count: int) -> list[str | None]:
    """The file's page labels; all None where it has none."""
    return [document.get_page_label(index) or None for index in range(count)]


def _labels(tree: Sequence[str | None], printed: Sequence[str | None]) -> tuple[str | None, ...]:
    """The file's labels, unless the printed numbers contradict most of them (a tree left at its default)."""
    if not any(tree):
        return tuple(printed)
    both = [(stated, seen) for stated, seen in zip(tree, printed, strict=True) if seen is not None]
    agree = sum(stated == seen for stated, seen in both)
    if len(both) >= 3 and agree < 0.5 * len(both):
        return tuple(printed)
    return tuple(tree)


def _title(stated: str) -> str | None:
    """The metadata's title, unless it is a file name or a placeholder."""
    bare = re.sub(r"^microsoft word - ", "", stated.strip(), flags=re.IGNORECASE)
    if len(bare) < 4 or re.search(r"\.(?:docx?|pdf|indd|pptx?|xlsx?|tex|dvi)$", bare, re.IGNORECASE):
        return None
    return None if bare.lower() in ("untitled", "title", "document", "powerpoint presentation") else bare


def _date(stated: str) -> str | None:
    match = _DATE.match(stated)
    if not match:
        return None
    year, month, day = match.groups()
    valid = "1980" <= year <= "2200" and "01" <= month <= "12" and "01" <= day <= "31"
    return f"{year}-{month}-{day}" if valid else None


def _findings(pages: Sequence[PageGlyphs], unread: Sequence[int]) -> tuple[str, ...]:
    found = []
    if unread:
        found.append(f"page(s) {joined_pages(unread)} are damaged and could not be read")
    white = [page.number for page in pages if len(page.white.strip()) >= _MIN_WHITE]
    if white:
        found.append(
            f"page(s) {joined_pages(white)} have text that may not be visible (white, transparent or "
            "tiny); it was read like the rest"
        )
    ocr = [page.number for page in pages if page.invisible]
    if ocr:
        found.append(
            f"page(s) {joined_pages(ocr)} carry an invisible text layer, as text recognition writes it"
        )
    return tuple(found)
