"""A page of a PDF as a picture, with the boxes of quotes on it. Runs in the reader's process."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.errors import DocumentError
from rag.load.pdf.boxes import boxes
from rag.load.pdf.glyphs import character
from rag.load.printed import symbols

MAX_PIXELS = 12_000_000
_TIGHT = 6
"""How hard the picture is compressed, of 9."""


class OpenPdf:
    """The PDF that was looked at last, kept open: its pages are asked for one after the other."""

    def __init__(self) -> None:
        self._key: tuple[str, int, int] | None = None
        self._sha256 = ""
        self._document: pdfium.PdfDocument | None = None

    def draw(self, request: dict[str, Any]) -> dict[str, object]:
        """Page `page` of the file, `width` pixels wide, and for each of `marks` its boxes.

        A mark is a list of (PDFium's number, character); where one of the characters is another, the mark
        has no boxes but None, for then the file is not read as it was when the mark was made. Raises
        DocumentError where the file is not the one with this `sha256`, or has no such page.
        """
        name, number = str(request["name"]), int(request["page"])
        document = self._opened(Path(request["path"]), name, str(request["sha256"]))
        try:
            page = document[number - 1]
        except (pdfium.PdfiumError, IndexError):
            raise DocumentError(f"{name} has no page {number} that can be shown.") from None
        try:
            return _picture(page, int(request["width"]), request["marks"])
        finally:
            page.close()

    def _opened(self, path: Path, name: str, sha256: str) -> pdfium.PdfDocument:
        stat = path.stat()
        key = (str(path), stat.st_size, stat.st_mtime_ns)
        if self._document is None or key != self._key:
            if self._document is not None:
                self._document.close()
            self._document, self._key = None, None
            data = path.read_bytes()
            self._sha256 = hashlib.sha256(data).hexdigest()
            if self._sha256 == sha256:
                self._document, self._key = pdfium.PdfDocument(data), key
        if self._document is None or self._sha256 != sha256:
            raise DocumentError(
                f"{name} has changed since it was read, so its pages may no longer say what was quoted. "
                "Ingest it again."
            )
        return self._document


def _picture(page: pdfium.PdfPage, width: int, marks: Sequence[Sequence[Any]]) -> dict[str, object]:
    points_wide, points_high = page.get_size()
    scale = width / points_wide
    scale *= min(1.0, (MAX_PIXELS / (points_wide * points_high * scale**2)) ** 0.5)
    image = page.render(scale=scale).to_pil()
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=_TIGHT)
    textpage = page.get_textpage()
    try:
        found = [
            boxes(page, textpage, [number for number, _ in mark]) if _same(textpage, mark) else None
            for mark in marks
        ]
    finally:
        textpage.close()
    return {
        "png": base64.b64encode(out.getvalue()).decode(),
        "width": image.width,
        "height": image.height,
        "boxes": found,
    }


def _same(textpage: pdfium.PdfTextPage, mark: Sequence[Any]) -> bool:
    """Whether every character of the mark is printed where it is looked for."""
    return all(_is(pdfium_c.FPDFText_GetUnicode(textpage.raw, number), char) for number, char in mark)


def _is(code: int, char: str) -> bool:
    """Of a character beyond the first 65,536 PDFium tells half: that must do."""
    half = 0xD800 <= code < 0xE000 and ord(char) > 0xFFFF
    return half or not set(symbols(character(code))).isdisjoint(symbols(char))
