"""From characters of a PDF page to the boxes that cover them: one box for each printed line of a quote."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_ABOVE, _BELOW = 0.78, 0.22
"""Of a font's size, what letters need above their baseline and below it."""
_SAME_LINE = 0.55
_TOUCHING = 0.4
_WIDEST_SPACE = 2.5
"""Distances in font sizes: baselines of one line, letters of one word, words of one line."""
_PARALLEL = 0.98
"""Cosine between the baselines of one line."""
_FINE = 1_000_000
"""PDFium places points on a page in whole units of its width and height: so many."""


@dataclass(slots=True, kw_only=True)
class _Cell:
    """One character: its baseline's direction and height, and the room it takes, in the page's points."""

    number: int
    size: float
    right: tuple[float, float]
    origin: tuple[float, float]
    x0: float
    y0: float
    x1: float
    y1: float

    def along(self, point: tuple[float, float]) -> float:
        return point[0] * self.right[0] + point[1] * self.right[1]

    def across(self, point: tuple[float, float]) -> float:
        return point[1] * self.right[0] - point[0] * self.right[1]


def boxes(
    page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, numbers: Iterable[int]
) -> list[tuple[float, float, float, float]]:
    """(left, top, width, height) of each line of these characters, as shares of the page as it is shown.

    The characters come in reading order, by PDFium's numbers.
    """
    lines: list[list[_Cell]] = []
    for number in numbers:
        cell = _cell(textpage.raw, number)
        if cell is None:
            continue
        if lines and _goes_on(lines[-1][-1], cell):
            lines[-1].append(cell)
        else:
            lines.append([cell])
    return [_shown(page, line) for line in lines]


def _cell(raw: object, number: int) -> _Cell | None:
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    at = [ctypes.byref(value) for value in (left, right, bottom, top)]
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFText_GetCharBox(raw, number, *at):
        return None
    pdfium_c.FPDFText_GetCharOrigin(raw, number, ctypes.byref(x), ctypes.byref(y))
    stretch, direction = 1.0, (1.0, 0.0)
    if pdfium_c.FPDFText_GetMatrix(raw, number, ctypes.byref(matrix)):
        stretch = math.hypot(matrix.c, matrix.d) or 1.0
        length = math.hypot(matrix.a, matrix.b)
        direction = (matrix.a / length, matrix.b / length) if length else direction
    size = pdfium_c.FPDFText_GetFontSize(raw, number) * stretch
    size = size if 0 < size < 1000 else max(top.value - bottom.value, 1.0)
    up = (-direction[1] * size, direction[0] * size)
    xs = (left.value, right.value, x.value + _ABOVE * up[0], x.value - _BELOW * up[0])
    ys = (bottom.value, top.value, y.value + _ABOVE * up[1], y.value - _BELOW * up[1])
    return _Cell(
        number=number,
        size=size,
        right=direction,
        origin=(x.value, y.value),
        x0=min(xs),
        y0=min(ys),
        x1=max(xs),
        y1=max(ys),
    )


def _goes_on(before: _Cell, cell: _Cell) -> bool:
    """Whether nothing else stands between the two on their line: neighbours, or letters that touch."""
    if before.along(cell.right) < _PARALLEL:
        return False
    size = max(before.size, cell.size)
    if abs(before.across(cell.origin) - before.across(before.origin)) > _SAME_LINE * size:
        return False
    ends = before.along((before.x1, before.y1)), before.along((before.x0, before.y0))
    begins = before.along((cell.x0, cell.y0)), before.along((cell.x1, cell.y1))
    gap = (min(begins) - max(ends)) / size
    return -1.0 < gap < (_WIDEST_SPACE if 0 < cell.number - before.number <= 2 else _TOUCHING)


def _shown(page: pdfium.PdfPage, line: list[_Cell]) -> tuple[float, float, float, float]:
    """The box of a line, turned as the page is turned for showing."""
    left, bottom = min(cell.x0 for cell in line), min(cell.y0 for cell in line)
    right, top = max(cell.x1 for cell in line), max(cell.y1 for cell in line)
    one, other = _on_page(page, left, bottom), _on_page(page, right, top)
    x0, x1 = sorted((one[0], other[0]))
    y0, y1 = sorted((one[1], other[1]))
    return x0, y0, x1 - x0, y1 - y0


def _on_page(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(
        page.raw, 0, 0, _FINE, _FINE, 0, x, y, ctypes.byref(across), ctypes.byref(down)
    )
    return across.value / _FINE, down.value / _FINE
