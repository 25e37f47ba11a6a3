"""What the page knows: the exchanges of one conversation, and what is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rag.answering.citations import resolve
from rag.places import Places
from rag.types import Answer, Citation, Document, DocumentInfo, Event, Hit, Turn
from rag.warming import Warmth
from ui.kept.values import Kept, Opinion
from ui.records.record import Record


class Library(Protocol):
    """The part of an index that the page needs."""

    def documents(self) -> tuple[DocumentInfo, ...]:
        """Every document of the index."""
        ...

    def document(self, id_or_name: str, /) -> Document:
        """One document with its text."""
        ...

    def places(self, doc_id: str, /) -> Places:
        """Where the document's characters were printed."""
        ...


class Answerer(Protocol):
    """The part of an answerer that the page needs."""

    @property
    def index(self) -> Library:
        """The index it answers from."""
        ...

    @property
    def model_name(self) -> str:
        """The model's name in the catalogue."""
        ...

    @property
    def model_sha256(self) -> str:
        """The digest of the model's file."""
        ...

    @property
    def warmth(self) -> Warmth:
        """How much of the index the model has read ahead."""
        ...

    def close(self) -> None:
        """Free the model; the index can still be read, and nothing be asked any more."""
        ...

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: frozenset[str] | None = None,
        stop: Callable[[], bool] | None = None,
        query: str | None = None,
    ) -> Iterator[Event]:
        """The events of one question; it ends early, if need be with an error, once `stop()` is true."""
        ...

    def rest(self) -> None:
        """Leave off reading ahead until `reopen`."""
        ...

    def reopen(self) -> None:
        """Go on over the index as it is on the disk; not while a question runs. Raises GreenpaperError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A model that can be chosen.

    `bytes` are on disk, `memory` is what it needs in bytes, `reads` and `writes` are the tokens a second that
    were measured here. What nobody knows is None.
    """

    name: str
    bytes: int
    memory: int | None
    licence: str | None
    reads: float | None = None
    writes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with all that decides its answer.

    `scope` are the documents to ask (None: all), `query` is what is looked for where the reader corrected it,
    `model` the one that shall answer (None: the one that runs).
    """

    question: str
    history: tuple[Turn, ...] = ()
    scope: frozenset[str] | None = None
    query: str | None = None
    model: str | None = None

    def of(self, answerer: Answerer, stop: Callable[[], bool]) -> Iterator[Event]:
        """The events of asking `answerer`."""
        return answerer.stream(self.question, self.history, scope=self.scope, stop=stop, query=self.query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question and what came of it so far.

    `text` is what is shown: the streamed preview until there is an `answer`. `nearest` are the passages shown
    when the documents do not say; `documents` were searched and `read` passages read. `note` is a sentence of
    ours: stopped, or an error. `record` is the answer as it can be taken away, `kept` where it is kept, and
    `opinion` what the reader thought of it when it was opened.
    """

    number: int
    question: str
    text: str = ""
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    answer: Answer | None = None
    documents: int = 0
    read: int = 0
    note: str = ""
    failed: bool = False
    record: Record | None = None
    kept: Kept | None = None
    opinion: Opinion = field(default_factory=Opinion)


def as_turns(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The history for a follow-up: only questions that got an answer."""
    return tuple(
        Turn(question=exchange.question, answer=exchange.answer.text)
        for exchange in exchanges
        if exchange.answer is not None
    )


def as_citations(hits: Sequence[Hit], library: Library) -> tuple[Citation, ...]:
    """Passages as they can be shown beside an answer: numbered, with all that is known of their places."""
    return tuple(
        resolve(hit.passage.span, library.document(hit.passage.span.doc_id), number)
        for number, hit in enumerate(hits, start=1)
    )
