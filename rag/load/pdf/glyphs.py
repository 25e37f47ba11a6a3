"""Characters of a PDF page, through PDFium's character calls, as fragments with a place and a style.

Coordinates are points, y grows upwards; a page whose text is turned is turned back, so that its lines
run from left to right.
"""

from __future__ import annotations

import ctypes
import math
import re
from array import array
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.load.model import Piece
from rag.load.pdf.drawing import Rule, Vertical, drawn_lines, without_ground
from rag.load.printed import Printed, joined

_HYPHENS = frozenset({0xFFFE, 0x02})
"""PDFium's marks for a hyphen at a line's end; the line break after it is swallowed."""
_BREAK = frozenset({0x0A, 0x0D})
_INVISIBLE_MODES = frozenset({3, 7})
_TINY = 1.5
_BOLD_FONT = re.compile(r"bold|black|heavy|cmbx|-bd\b|-medi(?!um)|-demi")
_SPACE, _HAIR = 0.25, 0.09
"""Gaps in font sizes: certainly a space; perhaps one, where two text objects meet."""


@dataclass(slots=True, kw_only=True)
class Style:
    """What one text object looks like. `size` is in points on the page."""

    size: float
    bold: bool
    turn: int
    white: bool
    invisible: bool


@dataclass(slots=True, kw_only=True)
class Joint:
    """Where, in a fragment's text, one text object ends and the next begins; `gap`: a hair apart."""

    at: int
    gap: bool


@dataclass(slots=True, kw_only=True)
class Fragment:
    """Characters of one style on one baseline without a gap; `order` counts along the content stream.

    `at` has PDFium's number of each character of the text that is no blank; it is empty where text
    recognition read the text.
    """

    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    order: int
    text: str = ""
    at: array[int] = field(default_factory=lambda: array("I"))
    joints: list[Joint] = field(default_factory=list)
    table: int | None = None
    """Where it stands for a whole ruled table, the table's place in the page's list of them."""

    @property
    def printed(self) -> Printed:
        return Printed(chars="".join(self.text.split()) if self.at else "", at=self.at)

    @property
    def top(self) -> float:
        return self.y + 0.8 * self.size

    @property
    def bottom(self) -> float:
        return self.y - 0.25 * self.size


@dataclass(slots=True, kw_only=True)
class PageGlyphs:
    """What stands on a page. `stray` is text turned against the rest; `white` is text without contrast."""

    number: int
    width: float
    height: float
    fragments: list[Fragment]
    stray: list[Piece]
    rules: list[Rule]
    verticals: list[Vertical]
    white: str
    invisible: bool


def read_page(page: pdfium.PdfPage, number: int) -> PageGlyphs:
    """All characters of `page`. Raises pdfium.PdfiumError where PDFium cannot read it."""
    textpage = page.get_textpage()
    try:
        reader = _Reader(page, textpage)
        reader.read()
    finally:
        textpage.close()
    turn = reader.turns.most_common(1)[0][0] if reader.turns else 0
    width, height = reader.extent(turn)
    rules, verticals = drawn_lines(page, turn, reader.box)
    return PageGlyphs(
        number=number,
        width=width,
        height=height,
        fragments=[
            fragment for angle, fragment in reader.fragments if angle == turn and fragment.text.strip()
        ],
        stray=_stray([(angle, fragment) for angle, fragment in reader.fragments if angle != turn], number),
        rules=rules,
        verticals=verticals,
        white=without_ground(page, reader.white) if reader.white else "",
        invisible=reader.invisible > 0,
    )


class _Reader:
    """One pass over the characters in stream order."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> None:
        self.box: tuple[float, float, float, float] = page.get_bbox()
        self.fragments: list[tuple[int, Fragment]] = []
        self.turns: Counter[int] = Counter()
        self.white: list[tuple[str, float, float]] = []
        self.invisible = 0
        self._raw = textpage.raw
        self._count = textpage.count_chars()
        self._styles: dict[int | None, Style] = {}
        self._open: Fragment | None = None
        self._style: Style | None = None
        self._object: int | None = None

    def extent(self, turn: int) -> tuple[float, float]:
        left, bottom, right, top = self.box
        return (right - left, top - bottom) if turn % 180 == 0 else (top - bottom, right - left)

    def read(self) -> None:
        box, x, y = pdfium_c.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        unicode_at, object_at = pdfium_c.FPDFText_GetUnicode, pdfium_c.FPDFText_GetTextObject
        box_at, origin_at = pdfium_c.FPDFText_GetLooseCharBox, pdfium_c.FPDFText_GetCharOrigin
        raw, at_box, at_x, at_y = self._raw, ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        high = 0
        for index in range(self._count):
            code = unicode_at(raw, index)
            if code in _BREAK:
                self._open = None
                continue
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code, high = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00), 0
            if code == 0x20 and self._open is not None:
                self._open.text += " "
                continue
            handle = object_at(raw, index)
            key = ctypes.cast(handle, ctypes.c_void_p).value if handle else None
            if key is None or not box_at(raw, index, at_box) or not origin_at(raw, index, at_x, at_y):
                if self._open is not None and not pdfium_c.FPDFText_IsGenerated(raw, index):
                    _put(self._open, character(code), index)
                continue
            style = self._styles.get(key)
            if style is None:
                style = self._styles[key] = self._style_of(index, handle)
            place = _turned(
                (box.left, box.bottom, box.right, box.top), (x.value, y.value), style.turn, self.box
            )
            if style.white or style.size < _TINY:
                self.white.append((character(code), (box.left + box.right) / 2, y.value + 0.3 * style.size))
            self._add(character(code), index, style, *place, same_object=key == self._object)
            self._object = key

    def _add(
        self, char: str, index: int, style: Style, x0: float, x1: float, y: float, *, same_object: bool
    ) -> None:
        self.turns[style.turn] += 1
        self.invisible += style.invisible
        last = self._open
        goes_on = (
            last is not None
            and style is self._style_or_like(style)
            and abs(y - last.y) < 0.12 * max(style.size, 1.0)
            and -0.5 * style.size < x0 - last.x1 < 0.8 * style.size
        )
        if last is not None and goes_on:
            gap = (x0 - last.x1) / style.size
            if gap > _SPACE and not last.text.endswith(" "):
                last.text += " "
            elif not same_object and not last.text.endswith(" "):
                last.joints.append(Joint(at=len(last.text), gap=gap > _HAIR))
            _put(last, char, index)
            last.x1 = max(last.x1, x1)
            last.x0 = min(last.x0, x0)
            return
        self._open = Fragment(x0=x0, x1=x1, y=y, size=style.size, bold=style.bold, order=len(self.fragments))
        _put(self._open, char, index)
        self._style = style
        self.fragments.append((style.turn, self._open))

    def _style_or_like(self, style: Style) -> Style | None:
        """`style` itself when it goes on in the style of the open fragment."""
        before = self._style
        same = (
            before is not None
            and before.turn == style.turn
            and before.bold == style.bold
            and abs(before.size - style.size) < 0.05 * style.size + 0.1
        )
        return style if same else None

    def _style_of(self, index: int, handle: object) -> Style:
        matrix = pdfium_c.FS_MATRIX()
        scale, angle = 1.0, 0.0
        if pdfium_c.FPDFText_GetMatrix(self._raw, index, ctypes.byref(matrix)):
            scale = math.hypot(matrix.c, matrix.d) or 1.0
            angle = math.degrees(math.atan2(matrix.b, matrix.a))
        size = pdfium_c.FPDFText_GetFontSize(self._raw, index) * scale
        turn = round(angle / 90) * 90 % 360
        if abs((angle - turn + 180) % 360 - 180) > 10:
            turn = 1  # slanted, as a watermark is
        mode = pdfium_c.FPDFTextObj_GetTextRenderMode(handle)
        return Style(
            size=size if 0 < size < 1000 else 10.0,
            bold=self._bold(index),
            turn=turn,
            white=mode not in _INVISIBLE_MODES and self._is_white(index),
            invisible=mode in _INVISIBLE_MODES,
        )

    def _bold(self, index: int) -> bool:
        if pdfium_c.FPDFText_GetFontWeight(self._raw, index) >= 600:
            return True
        flags = ctypes.c_int()
        length = pdfium_c.FPDFText_GetFontInfo(self._raw, index, None, 0, ctypes.byref(flags))
        if not 0 < length < 300:
            return False
        buffer = ctypes.create_string_buffer(length)
        pdfium_c.FPDFText_GetFontInfo(self._raw, index, buffer, length, ctypes.byref(flags))
        font = buffer.value.decode("utf-8", errors="replace").lower()
        return _BOLD_FONT.search(font) is not None

    def _is_white(self, index: int) -> bool:
        parts = [ctypes.c_uint() for _ in range(4)]
        if not pdfium_c.FPDFText_GetFillColor(self._raw, index, *(ctypes.byref(part) for part in parts)):
            return False
        red, green, blue, alpha = (part.value for part in parts)
        return min(red, green, blue) >= 250 or alpha <= 5


def _put(fragment: Fragment, char: str, index: int) -> None:
    fragment.text += char
    if not char.isspace():
        fragment.at.append(index)


def character(code: int) -> str:
    """The character that PDFium means by `code`."""
    if code in _HYPHENS:
        return "-"
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _turned(
    box: tuple[float, float, float, float],
    origin: tuple[float, float],
    turn: int,
    page: tuple[float, float, float, float],
) -> tuple[float, float, float]:
    """(x0, x1, baseline) in the frame in which text turned by `turn` degrees runs to the right."""
    left, bottom, right, top = box
    page_left, page_bottom, page_right, page_top = page
    if turn == 90:
        return bottom - page_bottom, top - page_bottom, page_right - origin[0]
    if turn == 180:
        return page_right - right, page_right - left, page_top - origin[1]
    if turn == 270:
        return page_top - top, page_top - bottom, origin[0] - page_left
    return left - page_left, right - page_left, origin[1] - page_bottom


def _stray(turned: list[tuple[int, Fragment]], number: int) -> list[Piece]:
    """Text turned against the page's, run by run: never lost, but not part of the columns."""
    runs = [[fragment for _, fragment in run] for _, run in groupby(turned, key=lambda item: item[0])]
    pieces = [
        Piece(
            text=" ".join(shown for item in run if (shown := item.text.strip())),
            page=number,
            printed=joined(item.printed for item in run),
        )
        for run in runs
    ]
    return [piece for piece in pieces if piece.text]
