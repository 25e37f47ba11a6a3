"""What is drawn on a PDF page: straight lines, which tables and footnotes stand between, and shapes."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_MAX_PATHS = 3000
"""A page with more drawn objects is a drawing: its lines are no rules of tables."""


@dataclass(slots=True, kw_only=True)
class Rule:
    """A horizontal line drawn on the page."""

    x0: float
    x1: float
    y: float


@dataclass(slots=True, kw_only=True)
class Vertical:
    """A vertical line drawn on the page."""

    x: float
    y0: float
    y1: float


def drawn_lines(
    page: pdfium.PdfPage, turn: int, box: tuple[float, float, float, float]
) -> tuple[list[Rule], list[Vertical]]:
    """Straight lines and the edges of boxes; none on turned pages and those that are mostly drawing."""
    rules: list[Rule] = []
    verticals: list[Vertical] = []
    if turn:
        return rules, verticals
    for count, item in enumerate(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=2)):
        if count >= _MAX_PATHS:
            return [], []
        try:
            left, bottom, right, top = item.get_bounds()
        except pdfium.PdfiumError:
            continue
        x0, x1, y0, y1 = left - box[0], right - box[0], bottom - box[1], top - box[1]
        if y1 - y0 <= 3 and x1 - x0 >= 8:
            rules.append(Rule(x0=x0, x1=x1, y=(y0 + y1) / 2))
        elif x1 - x0 <= 3 and y1 - y0 >= 5:
            verticals.append(Vertical(x=(x0 + x1) / 2, y0=y0, y1=y1))
    return rules, verticals


def without_ground(page: pdfium.PdfPage, white: list[tuple[str, float, float]]) -> str:
    """Those of the white characters that stand on no picture and no filled shape, so cannot be seen."""
    grounds: list[tuple[float, float, float, float]] = []
    for count, item in enumerate(page.get_objects(max_depth=3)):
        if count >= _MAX_PATHS:
            return ""
        if item.type == pdfium_c.FPDF_PAGEOBJ_TEXT or item.type == pdfium_c.FPDF_PAGEOBJ_FORM:
            continue
        try:
            if item.type != pdfium_c.FPDF_PAGEOBJ_PATH or _is_filled(item):
                grounds.append(item.get_bounds())
        except pdfium.PdfiumError:
            continue
    return "".join(
        char
        for char, x, y in white
        if not any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in grounds)
    )


def _is_filled(item: pdfium.PdfObject) -> bool:
    """Whether a path is filled with a colour other than white."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    parts = [ctypes.c_uint() for _ in range(4)]
    if (
        not pdfium_c.FPDFPath_GetDrawMode(item.raw, ctypes.byref(mode), ctypes.byref(stroke))
        or not mode.value
    ):
        return False
    pdfium_c.FPDFPageObj_GetFillColor(item.raw, *(ctypes.byref(part) for part in parts))
    return min(part.value for part in parts[:3]) < 230 and parts[3].value > 25
