"""What an exported paper is made of, free of any format: every format writes these, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ui.records.record import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text in one style, or (`note` set, `text` empty) the mark of a note."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    note: int | None = None


class Kind(StrEnum):
    """What a piece of text is for."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    QUESTION = "question"
    HEADING = "heading"
    BODY = "body"
    ITEM = "item"
    REMARK = "remark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A paragraph. `mark` is what stands before a list item, "•" or "2."; `depth` 0 is the outermost list."""

    kind: Kind
    runs: tuple[Run, ...]
    mark: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """The place of an answer's quotes, in formats without footnotes."""

    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with one row of headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    """The columns' shares of the width."""
