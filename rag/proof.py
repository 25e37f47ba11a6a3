"""The proof of a quote: the page that it stands on, as a picture, with boxes over exactly its words."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from rag.errors import DocumentError
from rag.load.process import Limits, ReaderProcess
from rag.places import Places
from rag.types import Document, Span

WIDTH = 1400
"""Pixels of a page's width: sharp up to twice the size of a page beside an answer."""
_LIMITS = Limits(memory_bytes=2**30, base_seconds=20.0, seconds_per_mib=2.0, max_seconds=60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page: the left and upper edge, the width and the height, as shares of the page's."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """A page as a PNG picture. `boxes` holds, for each span asked for, a box for every line of it on this
    page, or None where the file's characters are no longer counted as they were when it was read."""

    png: bytes
    width: int
    height: int
    boxes: tuple[tuple[Box, ...] | None, ...]


class PagePainter:
    """Draws pages of PDF documents, in a process of its own. Threads may share it: it draws one at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process = ReaderProcess(_LIMITS)

    def close(self) -> None:
        """Ends the process."""
        with self._lock:
            self._process.close()

    def page(
        self, document: Document, places: Places, number: int, spans: Sequence[Span] = ()
    ) -> PagePicture:
        """Page `number` of a PDF, with the boxes of those of its `spans` that stand on it. Waits its turn.

        Raises DocumentError where the file is gone, or has changed since it was read, or cannot be drawn.
        """
        source = Path(document.source)
        if not source.exists():
            raise DocumentError(
                f"{document.name} is no longer where it was read ({source}). Put it back, or ingest it from "
                "where it is now."
            )
        marks = [[*printed(document, places, number, span)] for span in spans]
        with self._lock:
            reply = self._process.ask(
                "draw",
                source,
                name=document.name,
                sha256=document.sha256,
                page=number,
                width=WIDTH,
                marks=marks,
            )
        return PagePicture(
            png=base64.b64decode(reply["png"]),
            width=reply["width"],
            height=reply["height"],
            boxes=tuple(found if found is None else _boxes(found) for found in reply["boxes"]),
        )


def stretches(document: Document, number: int) -> tuple[tuple[int, int], ...]:
    """The (start, end) of everything that stands on page `number`, in the order of the text."""
    ends = [run.start for run in document.pages[1:]] + [len(document.text)]
    return tuple(
        (run.start, end) for run, end in zip(document.pages, ends, strict=True) if run.number == number
    )


def printed(document: Document, places: Places, number: int, span: Span) -> Iterator[tuple[int, str]]:
    """(PDFium's number, character) of what the span has on page `number`."""
    for start, end in stretches(document, number):
        for offset, printed in places.between(max(start, span.start), min(end, span.end)):
            if not document.text[offset].isspace():
                yield printed, document.text[offset]


def _boxes(found: Sequence[Sequence[float]]) -> tuple[Box, ...]:
    return tuple(Box(left=left, top=top, width=width, height=height) for left, top, width, height in found)
