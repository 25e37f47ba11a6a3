"""Sets pieces into columns and pages, each footnote at the foot of the column that marks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from reportlab.lib.pagesizes import A4

from eval.corpus.pdf_pieces import GREY, Head, Piece, Row

WIDTH, HEIGHT = A4
_MARGIN, _TOP, _BOTTOM = 76.0, 84.0, 78.0
_GUTTER = 22.0
_RULE_SPACE = 12.0
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


@dataclass
class Layout:
    """One run over a document. `notes` maps a footnote's number to its paragraph.

    After the run, `headings` lists what the contents need: level, title, printed page label.
    """

    canvas: Any
    notes: Mapping[int, Any]
    running_title: str
    columns: int = 1
    front: bool = True
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    _pages: int = 0
    _number: int = 0
    _column: int = 0
    _used: float = 0.0
    _marked: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Opens the first page."""
        self.canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
        self._open_page()

    def start_body(self) -> None:
        """Ends the front matter: the next page is page 1."""
        self._close_page()
        self.front, self._number = False, 0
        self.canvas.addPageLabel(self._pages, style="ARABIC", start=1)
        self._open_page()

    def set_columns(self, columns: int) -> None:
        """Goes on in one or two columns, on a new page if this one has been begun."""
        if columns != self.columns:
            fresh = self._fresh
            if not fresh:
                self._close_page()
            self.columns = columns
            if not fresh:
                self._open_page()

    def start_page(self) -> None:
        """Goes on at the top of a new page, if this one has been begun."""
        if not self._fresh:
            self._close_page()
            self._open_page()

    def end(self) -> None:
        """Closes the last page."""
        self._close_page()

    def place(self, pieces: Sequence[Piece]) -> None:
        """Sets `pieces` one after another. Raises ValueError for a piece higher than a column."""
        for index, piece in enumerate(pieces):
            if self._used and not self._can_start(self._chain(pieces, index)):
                self._next_column(piece)
            self._place(piece)

    @property
    def label(self) -> str:
        """The number printed on the page being set."""
        return _ROMAN[self._number - 1] if self.front else str(self._number)

    @property
    def _fresh(self) -> bool:
        """Whether nothing stands on the page yet."""
        return self._column == 0 and not self._used

    @property
    def _width(self) -> float:
        return float(WIDTH - 2 * _MARGIN - _GUTTER * (self.columns - 1)) / self.columns

    @property
    def _x(self) -> float:
        return _MARGIN + self._column * (self._width + _GUTTER)

    def _room(self, more: Sequence[int] = ()) -> float:
        """What is left of the column above its footnotes, if it took the marks `more` as well."""
        marked = list(dict.fromkeys([*self._marked, *more]))
        heights = sum(self._note_height(note) for note in marked)
        return float(HEIGHT) - _TOP - _BOTTOM - self._used - heights - (_RULE_SPACE if marked else 0.0)

    def _note_height(self, note: int) -> float:
        return float(self.notes[note].wrap(self._width, 1e6)[1])

    def _chain(self, pieces: Sequence[Piece], index: int) -> list[Piece]:
        """The piece and what must stay with it: through headings, captions and table heads."""
        end = index
        while pieces[end].keep_next and end + 1 < len(pieces):
            end += 1
        return list(pieces[index : end + 1])

    def _can_start(self, chain: Sequence[Piece]) -> bool:
        """Whether the chain fits here, or all but its last piece and the first lines of that."""
        *firm, last = chain
        if not firm:
            return True
        before = sum(piece.space_before + piece.height(self._width) for piece in firm) + last.space_before
        marked = [note for piece in firm for note in piece.notes]
        return self._fits(last, before, marked) or self._split(last, before, marked) is not None

    def _fits(self, piece: Piece, before: float, marked: Sequence[int] = ()) -> bool:
        return before + piece.height(self._width) <= self._room([*marked, *piece.notes])

    def _place(self, piece: Piece) -> None:
        while True:
            before = piece.space_before if self._used else 0.0
            if self._fits(piece, before):
                self._draw(piece, before)
                return
            parts = self._split(piece, before)
            if parts:
                self._draw(parts[0], before)
                piece = parts[1]
            elif not self._used:
                raise ValueError("a piece is higher than a column")
            self._next_column(piece)

    def _split(self, piece: Piece, before: float, marked: Sequence[int] = ()) -> tuple[Piece, Piece] | None:
        """The longest head of `piece` that fits together with the footnotes it marks, and the rest."""
        room = self._room(marked) - before
        while room > 0:
            parts = piece.split(self._width, room)
            if parts is None or self._fits(parts[0], before, marked):
                return parts
            room = parts[0].height(self._width) - 1.0
        return None

    def _draw(self, piece: Piece, before: float) -> None:
        top = HEIGHT - _TOP - self._used - before
        if isinstance(piece, Head):
            self._enter(piece, top)
        piece.draw(self.canvas, self._x, top, self._width)
        self._used += before + piece.height(self._width)
        self._marked += [note for note in dict.fromkeys(piece.notes) if note not in self._marked]

    def _enter(self, head: Head, top: float) -> None:
        key = f"h{len(self.headings)}"
        self.headings.append((head.level, head.title, self.label))
        self.canvas.bookmarkHorizontal(key, 0, top)
        self.canvas.addOutlineEntry(head.title, key, level=head.level - 1)

    def _next_column(self, piece: Piece) -> None:
        if self._column + 1 < self.columns:
            self._close_column()
            self._column += 1
        else:
            self._close_page()
            self._open_page()
        if isinstance(piece, Row) and piece.again is not None:
            self._draw(piece.again, 0.0)

    def _close_column(self) -> None:
        """Sets the column's footnotes under a short rule."""
        if self._marked:
            base = _BOTTOM + sum(map(self._note_height, self._marked))
            self.canvas.setLineWidth(0.5)
            self.canvas.setStrokeColorRGB(*GREY)
            self.canvas.line(self._x, base + 5, self._x + 90, base + 5)
            for note in self._marked:
                base -= self._note_height(note)
                self.notes[note].drawOn(self.canvas, self._x, base)
        self._marked, self._used = [], 0.0

    def _open_page(self) -> None:
        self._pages += 1
        self._number += 1
        self._column = 0
        self.canvas.setFont("CaladeaItalic", 9)
        if self._pages > 1:
            self.canvas.drawString(_MARGIN, HEIGHT - 50, self.running_title)
        self.canvas.setFont("Caladea", 9)
        self.canvas.drawCentredString(WIDTH / 2, 44, self.label)

    def _close_page(self) -> None:
        self._close_column()
        self.canvas.showPage()


def check_outline(levels: Sequence[int]) -> None:
    """Raises ValueError where a heading skips a level: an outline cannot show it."""
    for above, below in pairwise((0, *levels)):
        if below > above + 1:
            raise ValueError(f"a heading of level {below} follows one of level {above}")
