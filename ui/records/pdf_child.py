"""Reads a PDF in a process of its own: bytes on standard input, JSON on standard output.

PDFium can be brought to end its process, or to fill the memory; then only this one ends.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pypdfium2 as pdfium

from rag.load.child import cap_process, cap_time
from rag.offline import guard
from ui.records.to_pdf import ATTACHMENT, BOTTOM, LEFT, RIGHT, TOP

MEMORY = 2**30
SECONDS = 30.0
_MAX_PAGES = 2_000
_MAX_DATA = 64 * 2**20
_MAX_TEXT = 16 * 2**20
"""Characters of all pages: many times those of the longest record."""


def main() -> None:
    """Print what the pages' bodies say, and the attached data, None where there is none."""
    guard()
    cap_process(MEMORY)
    cap_time(SECONDS)
    document = pdfium.PdfDocument(sys.stdin.buffer.read())
    if len(document) > _MAX_PAGES:
        raise SystemExit(1)
    reply = {"text": "\n".join(_bodies(document)), "data": _data(document)}
    sys.stdout.write(json.dumps(reply))


def _bodies(document: pdfium.PdfDocument) -> Iterator[str]:
    room = _MAX_TEXT
    for page in document:
        text = page.get_textpage()
        room -= text.count_chars()
        if room < 0:
            raise SystemExit(1)
        yield text.get_text_bounded(LEFT - 6, BOTTOM - 6, RIGHT + 6, TOP + 6, errors="replace")
        text.close()
        page.close()


def _data(document: pdfium.PdfDocument) -> str | None:
    for number in range(min(document.count_attachments(), 100)):
        attachment = document.get_attachment(number)
        if attachment.get_name() == ATTACHMENT:
            data = bytes(attachment.get_data())
            return data.decode("ascii", "replace") if len(data) <= _MAX_DATA else None
    return None


if __name__ == "__main__":
    main()
