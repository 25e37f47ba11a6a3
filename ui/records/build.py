"""From an answer to its record, at the moment of the answer: the library may change afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from rag.answering.citations import resolve
from rag.types import Answer, Citation, Document, DocumentInfo, Status
from ui.records.record import Entry, Record, Source, each_once

_DECLINED = (Status.ABSTAINED, Status.CLARIFY)


class Library(Protocol):
    """The part of an index that a record is made from."""

    def documents(self) -> tuple[DocumentInfo, ...]:
        """Every document of the index."""
        ...

    def document(self, id_or_name: str, /) -> Document:
        """One document with its text."""
        ...


def record_of(
    answer: Answer,
    library: Library,
    *,
    asked: datetime,
    model_sha256: str,
    scope: frozenset[str] | None = None,
) -> Record:
    """The record of one answer. `scope` are the ids of the documents that were asked, None means all."""
    documents = library.documents()
    searched = [one for one in documents if scope is None or one.doc_id in scope]
    nearest = _nearest(answer, library) if answer.status in _DECLINED else ()
    cited = {citation.span.doc_id for citation in (*answer.citations, *nearest)}
    entry = Entry(
        question=answer.question,
        query=answer.query,
        status=answer.status,
        reason=answer.reason,
        text=answer.text,
        claims=answer.claims,
        citations=answer.citations,
        nearest=nearest,
        model=answer.model,
        model_sha256=model_sha256,
        fingerprint=answer.fingerprint,
        asked=asked,
        seconds=round(answer.timings.total_s, 3),
        searched=tuple(one.doc_id for one in searched),
        read=answer.read,
        dropped=answer.dropped,
    )
    listed = each_once(
        _source(one) for one in (*searched, *(info for info in documents if info.doc_id in cited))
    )
    return Record(title=answer.question, entries=(entry,), sources=listed)


def _nearest(answer: Answer, library: Library) -> tuple[Citation, ...]:
    """The passages found, where the answer cites nothing."""
    return tuple(
        resolve(hit.passage.span, library.document(hit.passage.span.doc_id), number)
        for number, hit in enumerate(answer.hits, start=1)
    )


def _source(info: DocumentInfo) -> Source:
    return Source(
        doc_id=info.doc_id,
        name=info.name,
        title=info.title,
        sha256=info.sha256,
        version=info.version,
        date=info.date,
    )
