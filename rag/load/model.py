"""What a reader of one format hands to the builder: raw blocks in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from rag.load.printed import Printed
from rag.places import NOWHERE, Places
from rag.types import BlockKind, Document

_NOTHING = Printed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of raw text on one page; `page` is 1-based, None for formats without pages.

    A newline is the end of a printed line, where a word may be hyphenated. `printed` are the characters of
    that page that the text is made of, where the format tells them.
    """

    text: str
    page: int | None = None
    printed: Printed = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBlock:
    """A block before normalisation. Rows that share a `table` number belong to one table.

    `full` says that the last line reaches the right margin, so that its sentence may go on elsewhere.
    """

    kind: BlockKind
    pieces: tuple[Piece, ...]
    level: int = 0
    table: int | None = None
    full: bool = True

    @property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces)


def raw(kind: BlockKind, text: str, *, level: int = 0, page: int | None = None) -> RawBlock:
    """A block of one piece."""
    return RawBlock(kind=kind, pieces=(Piece(text=text, page=page),), level=level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A file as its reader understood it. `labels[i]` is the number printed on page i + 1, if any.

    `ocr[i]` is how sure text recognition was of page i + 1, None where the text is the file's own; `pictures`
    are the pages that are pictures without text and were not read.
    """

    media_type: str
    blocks: tuple[RawBlock, ...]
    title: str | None = None
    date: str | None = None
    version: str | None = None
    page_count: int = 0
    labels: tuple[str | None, ...] = ()
    ocr: tuple[float | None, ...] = ()
    pictures: tuple[int, ...] = ()
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A loaded document, with what a reader of the ingestion report should know about it.

    `findings` are whole sentences; `page_count` is 0 and `places` is empty for formats without pages;
    `pictures` are the pages that text recognition could still read.
    """

    document: Document
    findings: tuple[str, ...]
    page_count: int
    places: Places = NOWHERE
    pictures: tuple[int, ...] = ()
