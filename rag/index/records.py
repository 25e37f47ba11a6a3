"""What goes into an index and what its writer tells about it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.embedding import Vectors
from rag.places import NOWHERE, Places
from rag.types import Document, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A document to be written: its passages and, row by row, the texts embedded for them and the vectors."""

    document: Document
    passages: tuple[Passage, ...]
    embedded: tuple[str, ...]
    vectors: Vectors
    page_count: int
    loader: str
    findings: tuple[str, ...] = ()
    places: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the index knows about a file it holds."""

    doc_id: str
    name: str
    source: str
    sha256: str
    loader: str
    pages: int
    passages: int
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinship:
    """Another document that has this `share` (0 to 1) of some passages, word for word."""

    doc_id: str
    name: str
    share: float
