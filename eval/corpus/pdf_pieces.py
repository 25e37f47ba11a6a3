"""What a PDF page is made of: pieces with a height, the footnotes they mark, and a way to split.

Lengths are points. A piece is drawn from its top left corner downwards.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import font_caladea
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from eval.corpus.model import Run, Runs

FACES = ("Caladea", "CaladeaBold", "CaladeaItalic", "CaladeaBoldItalic")
_CELL_PAD = 4.0
GREY = (0.45, 0.45, 0.45)


def register_fonts() -> None:
    """Makes Caladea (Apache-2.0) known to reportlab; may be called twice."""
    if FACES[0] in pdfmetrics.getRegisteredFontNames():
        return
    for face in FACES:
        pdfmetrics.registerFont(TTFont(face, font_caladea.font_files[face]))
    regular, bold, italic, both = FACES
    pdfmetrics.registerFontFamily(regular, normal=regular, bold=bold, italic=italic, boldItalic=both)


def style(size: float, leading: float, **more: Any) -> ParagraphStyle:
    """A left-aligned paragraph style in Caladea that leaves no single lines behind."""
    settings = {
        "fontName": "Caladea",
        "bulletFontName": "Caladea",
        "bulletFontSize": size,
        "allowWidows": 0,
        "allowOrphans": 0,
        "splitLongWords": 1,
        **more,
    }
    return ParagraphStyle("style", fontSize=size, leading=leading, **settings)


def markup(runs: Runs) -> str:
    """Runs in reportlab's inline markup; a footnote's mark is its number, raised."""
    return "".join(map(_tagged, runs))


def _tagged(run: Run) -> str:
    if run.note is not None:
        return f'<super rise="3.6" size="6.6">{run.note}</super>'
    text = escape(run.text)
    text = f"<i>{text}</i>" if run.italic else text
    text = f"<b>{text}</b>" if run.bold else text
    return f"<a href={quoteattr(run.href)}>{text}</a>" if run.href else text


def marks(paragraph: Any) -> tuple[int, ...]:
    """The footnotes marked in a reportlab paragraph: its raised fragments."""
    return tuple(int(text) for frag, text in _fragments(paragraph) if getattr(frag, "rise", 0) > 0)


def _fragments(paragraph: Any) -> Iterator[tuple[Any, str]]:
    """Style and text of each fragment.

    A wrapped paragraph holds words, `[width, (style, text), ...]`; the halves of one in a single style
    hold a fragment with `words` instead of `text`.
    """
    for frag in paragraph.frags:
        if isinstance(frag, list):
            yield from frag[1:]
        else:
            yield frag, frag.text if hasattr(frag, "text") else " ".join(frag.words)


class Piece(ABC):
    """Something that stands in a column: whole, unless it overrides `split`."""

    space_before: float = 0.0
    keep_next: bool = False

    @property
    def notes(self) -> tuple[int, ...]:
        """The numbers of the footnotes marked in the piece."""
        return ()

    def split(self, _width: float, _room: float) -> tuple[Piece, Piece] | None:
        """A head at most `_room` high and the rest; None where it cannot be split so."""
        return None

    @abstractmethod
    def height(self, width: float) -> float: ...

    @abstractmethod
    def draw(self, canvas: Any, x: float, top: float, width: float) -> None: ...


class Text(Piece):
    """A paragraph; splits between lines."""

    def __init__(self, paragraph: Any, *, before: float = 0.0, keep_next: bool = False) -> None:
        self.paragraph = paragraph
        self.space_before = before
        self.keep_next = keep_next

    @property
    def notes(self) -> tuple[int, ...]:
        return marks(self.paragraph)

    def height(self, width: float) -> float:
        return float(self.paragraph.wrap(width, 1e6)[1])

    def split(self, width: float, room: float) -> tuple[Piece, Piece] | None:
        parts = self.paragraph.split(width, room)
        if len(parts) != 2:
            return None
        return Text(parts[0], before=self.space_before), Text(parts[1])

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        self.paragraph.drawOn(canvas, x, top - self.height(width))


class Head(Text):
    """A heading: kept with what follows, and an entry of the outline and the contents."""

    def __init__(self, paragraph: Any, *, before: float, title: str, level: int) -> None:
        super().__init__(paragraph, before=before, keep_next=True)
        self.title = title
        self.level = level

    def split(self, _width: float, _room: float) -> None:
        return None


@dataclass
class Row(Piece):
    """One table row, never split; `again` is the heading row to repeat in the next column."""

    cells: tuple[Any, ...]
    shares: tuple[int, ...]
    marked: tuple[int, ...] = ()
    """The notes that the source marks in the row."""
    again: Row | None = None
    shaded: bool = False
    space_before: float = 0.0
    keep_next: bool = False

    @property
    def notes(self) -> tuple[int, ...]:
        return self.marked

    def widths(self, width: float) -> list[float]:
        return [width * share / sum(self.shares) for share in self.shares]

    def height(self, width: float) -> float:
        columns = zip(self.cells, self.widths(width), strict=True)
        height = max(float(cell.wrap(w - 2 * _CELL_PAD, 1e6)[1]) for cell, w in columns) + 2 * _CELL_PAD
        if tuple(note for cell in self.cells for note in marks(cell)) != self.marked:
            raise ValueError(f"a column is too narrow for the mark of one of the notes {self.marked}")
        return height

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        height = self.height(width)
        if self.shaded:
            canvas.setFillGray(0.92)
            canvas.rect(x, top - height, width, height, stroke=0, fill=1)
            canvas.setFillGray(0)
        canvas.setLineWidth(0.4)
        canvas.setStrokeColorRGB(*GREY)
        for edge in (top, top - height):
            canvas.line(x, edge, x + width, edge)
        canvas.line(x, top, x, top - height)
        for cell, cell_width in zip(self.cells, self.widths(width), strict=True):
            inner = cell.wrap(cell_width - 2 * _CELL_PAD, 1e6)[1]
            cell.drawOn(canvas, x + _CELL_PAD, top - _CELL_PAD - inner)
            x += cell_width
            canvas.line(x, top, x, top - height)


@dataclass
class ContentsLine(Piece):
    """A line of the table of contents: title, dots, page label."""

    title: str
    level: int
    label: str
    space_before: float = 0.0
    keep_next: bool = False

    def height(self, _width: float) -> float:
        return 16.0

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        left = x + 14 * (self.level - 1)
        canvas.setFont("Caladea", 10.5)
        canvas.drawString(left, top - 12, self.title)
        canvas.drawRightString(x + width, top - 12, self.label)
        start = left + pdfmetrics.stringWidth(self.title, "Caladea", 10.5) + 6
        canvas.setDash(0.6, 3)
        canvas.line(start, top - 11, x + width - 22, top - 11)
        canvas.setDash()
