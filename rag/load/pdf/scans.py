"""Pages that are pictures: found, read by text recognition, and put where the page's characters would be.

What is recognised goes through the same layout pass as any page, so columns, headings and lists are found
there too. Which pages are read is decided page by page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median
from time import perf_counter

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL.Image import Resampling

from rag.errors import DocumentError
from rag.load.findings import MIN_PAGE_CHARACTERS
from rag.load.ocr import Picture, Tesseract, Told, Word
from rag.load.pdf.glyphs import Fragment, PageGlyphs
from rag.types import OCR_VERBATIM, joined_pages

MOST_SECONDS = 3_600.0
"""So long text recognition may take for one file; the pages after that are not read."""
_COVERED = 0.5
"""Pictures cover at least so much of a scanned page."""
_DPI, _LEAST_DPI = 300, 72
_MOST_PIXELS = 25_000_000
_GAP = 0.8
"""A gap of so many font sizes parts fragments, as in text that is no picture."""
_LARGER = 1.2
_TALL = frozenset("bdfhklt!?/()[]{}|&%$§“”\"'‘’")
_LOW = frozenset("gjpqy,;()[]{}|§")


class Scans:
    """The pages of one file that are pictures, and what became of each. Without an engine none is read."""

    def __init__(self, engine: Tesseract | None, told: Told, seconds: float = MOST_SECONDS) -> None:
        self.sure: dict[int, float] = {}
        """How sure recognition was of each page on which it found words."""
        self.unread: list[int] = []
        self._engine, self._told = engine, told
        self._left = seconds
        self._late: list[int] = []
        self._problems: list[str] = []

    def read(self, page: pdfium.PdfPage, glyphs: PageGlyphs, count: int) -> PageGlyphs:
        """The page as it is, or with what was recognised on it."""
        if not is_picture(page, glyphs):
            return glyphs
        if self._engine is None or self._left <= 0:
            self.unread.append(glyphs.number)
            if self._engine is not None:
                self._late.append(glyphs.number)
            return glyphs
        self._told(glyphs.number, count)
        began = perf_counter()
        try:
            return self._recognised(self._engine, drawn(page), glyphs)
        except DocumentError as error:
            self.unread.append(glyphs.number)
            self._problems.append(f"page {glyphs.number} {error}")
            return glyphs
        finally:
            self._left -= perf_counter() - began

    def _recognised(self, engine: Tesseract, picture: Picture, glyphs: PageGlyphs) -> PageGlyphs:
        lines = engine.lines(picture)
        if not lines:
            return glyphs
        self.sure[glyphs.number] = confidence(lines)
        return as_glyphs(glyphs, lines, picture.dpi)

    def findings(self) -> tuple[str, ...]:
        """Sentences on what was read, and how surely, and on what could not be."""
        found = list(self._problems)
        if self._late:
            found.append(
                f"page(s) {joined_pages(self._late)} were not read: text recognition took too long for one "
                "file, so split it"
            )
        if self.sure:
            mean = sum(self.sure.values()) / len(self.sure)
            found.append(
                f"page(s) {joined_pages([*self.sure])} were read by text recognition ({mean:.0%} sure)"
            )
        if poor := [number for number, sure in self.sure.items() if sure < OCR_VERBATIM]:
            found.append(f"page(s) {joined_pages(poor)} are hard to recognise: compare quotes with the page")
        return tuple(found)


def is_picture(page: pdfium.PdfPage, glyphs: PageGlyphs) -> bool:
    """Whether the page has hardly a character, and pictures cover most of it."""
    texts = [item.text for item in glyphs.fragments] + [piece.text for piece in glyphs.stray]
    if sum(len("".join(text.split())) for text in texts) >= MIN_PAGE_CHARACTERS:
        return False
    left, bottom, right, top = page.get_bbox()
    covered = sum(shown.area for shown in _images(page))
    return bool(covered >= _COVERED * (right - left) * (top - bottom))


def drawn(page: pdfium.PdfPage) -> Picture:
    """The page as grey pixels at 300 dpi, or at fewer where it is very large.

    A coarser scan is drawn at its own resolution and made larger smoothly: PDFium's own enlarging leaves
    stairs, in which an o is read as an a (docs/log.md).
    """
    width, height = page.get_size()
    wanted = min(float(_DPI), 72 * sqrt(_MOST_PIXELS / max(1.0, width * height)))
    finest = max((shown.dpi for shown in _images(page)), default=wanted)
    own = min(wanted, max(finest, _LEAST_DPI))
    bitmap = page.render(scale=own / 72, grayscale=True)
    try:
        grey = bitmap.to_pil().convert("L")
    finally:
        bitmap.close()
    if own < wanted:
        size = (max(1, round(grey.width * wanted / own)), max(1, round(grey.height * wanted / own)))
        grey = grey.resize(size, Resampling.BILINEAR)
    return Picture(width=grey.width, height=grey.height, grey=grey.tobytes(), dpi=max(1, round(wanted)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Image:
    """An image on a page: the square points that it covers, and its pixels to an inch."""

    area: float
    dpi: float


def _images(page: pdfium.PdfPage) -> Iterator[_Image]:
    left, bottom, right, top = page.get_bbox()
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        try:
            x0, y0, x1, y1 = item.get_bounds()
            columns, rows = item.get_px_size()
        except pdfium.PdfiumError:
            continue
        wide, high = min(x1, right) - max(x0, left), min(y1, top) - max(y0, bottom)
        if wide > 0 and high > 0:
            yield _Image(area=wide * high, dpi=72 * sqrt(columns * rows / ((x1 - x0) * (y1 - y0))))


def confidence(lines: Sequence[Sequence[Word]]) -> float:
    """How sure recognition was of a page with words: the mean over its characters, 0 to 1."""
    words = [word for line in lines for word in line]
    characters = sum(len(word.text) for word in words)
    return round(sum(word.confidence * len(word.text) for word in words) / characters, 3)


def as_glyphs(page: PageGlyphs, lines: Sequence[Sequence[Word]], dpi: int) -> PageGlyphs:
    """The page with the recognised lines as its text, in points."""
    point = 72 / dpi
    sizes = _sizes(lines)
    fragments: list[Fragment] = []
    for line, size in zip(lines, sizes, strict=True):
        base = median(word.bottom - (0.2 * size if _LOW & set(word.text) else 0) for word in line)
        for run in _runs(line, size):
            fragments.append(
                Fragment(
                    x0=run[0].left * point,
                    x1=max(word.right for word in run) * point,
                    y=page.height - base * point,
                    size=size * point,
                    bold=False,
                    order=len(fragments),
                    text=" ".join(word.text for word in run),
                )
            )
    return PageGlyphs(
        number=page.number,
        width=page.width,
        height=page.height,
        fragments=fragments,
        stray=[],
        rules=page.rules,
        verticals=page.verticals,
        white="",
        invisible=False,
    )


def _sizes(lines: Sequence[Sequence[Word]]) -> list[float]:
    """Each line's font size in pixels. Boxes are not exact: only what is clearly larger is no body text."""
    sizes = [median(_size(word) for word in line) for line in lines]
    body = median(size for line, size in zip(lines, sizes, strict=True) for word in line) if lines else 0.0
    return [size if size > _LARGER * body else body for size in sizes]


def _size(word: Word) -> float:
    """The font size that a word's box stands for: boxes reach from its lowest to its highest letter."""
    tall = any(letter.isupper() or letter.isdigit() or letter in _TALL for letter in word.text)
    share = (0.72 if tall else 0.5) + (0.2 if _LOW & set(word.text) else 0)
    return (word.bottom - word.top) / share


def _runs(line: Sequence[Word], size: float) -> list[list[Word]]:
    runs: list[list[Word]] = []
    for word in line:
        if runs and word.left - runs[-1][-1].right < _GAP * size:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs
