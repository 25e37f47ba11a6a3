"""Values as the texts of rows, and back."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from ui.kept.values import Opinion
from ui.records.record import Entry, Record, Source

_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
_SOURCES: TypeAdapter[tuple[Source, ...]] = TypeAdapter(tuple[Source, ...])


def entry_to(record: Record) -> str:
    """The one entry of a record; its documents are kept once for the whole conversation."""
    (entry,) = record.entries
    return json.dumps(_ENTRY.dump_python(entry, mode="json"))


def sources_to(sources: tuple[Source, ...]) -> str:
    """Documents as JSON."""
    return json.dumps(_SOURCES.dump_python(sources, mode="json"))


def sources_from(text: str) -> tuple[Source, ...]:
    """What `sources_to` wrote."""
    return _SOURCES.validate_python(json.loads(text))


def entry_from(entry: str, title: str, sources: str) -> Record:
    """The record of one answer of a conversation: with the documents that this answer is about."""
    read = _ENTRY.validate_python(json.loads(entry))
    cited = {citation.span.doc_id for citation in (*read.citations, *read.nearest)}
    about = cited.union(read.searched)
    listed = tuple(source for source in sources_from(sources) if source.doc_id in about)
    return Record(title=title, entries=(read,), sources=listed)


def words_of(record: Record, opinion: Opinion) -> str:
    """What an answer is found by."""
    (entry,) = record.entries
    return "\n".join(filter(None, (entry.question, entry.text, opinion.note, opinion.right)))
