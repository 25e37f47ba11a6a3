"""What is kept, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ui.records.record import Record


class Rating(StrEnum):
    """What the reader thinks of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    UNANSWERABLE = "unanswerable"
    """The documents do not answer the question, whatever was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A rating, a note, and the words that a right answer contains; each may be missing."""

    rating: Rating | None = None
    note: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """One answer of a conversation; `record` holds it alone."""

    answer_id: int
    record: Record
    opinion: Opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A conversation in a listing. `found` is where the words looked for stand, between U+E000 and U+E001."""

    conversation_id: int
    title: str
    changed: datetime
    pinned: bool
    answers: int
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation, its answers in the order in which they were kept."""

    conversation_id: int
    title: str
    pinned: bool
    answers: tuple[KeptAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where an answer was kept."""

    conversation_id: int
    answer_id: int
