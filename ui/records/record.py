"""A record: an answer or a conversation, with everything that is needed to check it without the program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rag.types import Citation, Claim, Status

FORMAT = 1
"""The format of a record's data; one that is newer is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document as it was when it was asked; `doc_id` is the beginning of `sha256`."""

    doc_id: str
    name: str
    title: str
    sha256: str
    version: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One question and its answer.

    `query` is what was looked for. `nearest` are the passages found where the documents do not say.
    `searched` are the ids of the documents searched, `read` is the number of passages in the prompt and
    `dropped` of those left out. `asked` knows its time zone.
    """

    question: str
    query: str
    status: Status
    reason: str
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    model: str
    model_sha256: str
    fingerprint: str
    asked: datetime
    seconds: float
    searched: tuple[str, ...]
    read: int
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Entries, the oldest first, and every document that they searched or cite, each once."""

    title: str
    entries: tuple[Entry, ...]
    sources: tuple[Source, ...]
    format: int = FORMAT

    def source(self, citation: Citation) -> Source:
        """The document that a citation points at; one that the record does not list is known by its name."""
        span = citation.span
        listed = next((source for source in self.sources if source.doc_id == span.doc_id), None)
        return listed or Source(
            doc_id=span.doc_id, name=citation.document, title=citation.title, sha256=span.doc_id
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A citation as a note of the whole record: numbers go on from one answer to the next."""

    number: int
    entry: Entry
    citation: Citation
    source: Source


def notes(record: Record) -> tuple[Note, ...]:
    """Every citation of a record, in the order of its notes."""
    cited = [(entry, citation) for entry in record.entries for citation in entry.citations]
    return tuple(
        Note(number=number, entry=entry, citation=citation, source=record.source(citation))
        for number, (entry, citation) in enumerate(cited, start=1)
    )


def joined(records: Sequence[Record], title: str) -> Record:
    """Several records as one conversation."""
    return Record(
        title=title,
        entries=tuple(entry for record in records for entry in record.entries),
        sources=each_once(source for record in records for source in record.sources),
    )


def each_once(sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources without repetitions, in their first order."""
    return tuple({source.doc_id: source for source in sources}.values())
