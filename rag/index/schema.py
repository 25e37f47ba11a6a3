"""The tables of `documents.sqlite`, and how values become rows and rows become values."""

from __future__ import annotations

import json
import os
import zlib
from sqlite3 import Row
from typing import Any

import numpy as np

from rag.places import Places
from rag.types import Block, BlockKind, Document, DocumentInfo, PageRun, Passage, Section, Span

# A passage's row id is its vector's id and is never given twice (AUTOINCREMENT). The word index keeps no text
# of its own: the view cuts it out of the document, where it is kept once.
SCHEMA = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    doc_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    source BLOB NOT NULL UNIQUE,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    blocks TEXT NOT NULL,
    pages TEXT NOT NULL,
    sections TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    media_type TEXT NOT NULL,
    version TEXT,
    date TEXT,
    characters INTEGER NOT NULL,
    page_count INTEGER NOT NULL,
    loader TEXT NOT NULL,
    findings TEXT NOT NULL,
    ingested TEXT
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    passage_id TEXT NOT NULL UNIQUE,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    headings TEXT NOT NULL,
    embedded TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX passages_of_document ON passages (document);
CREATE INDEX passages_by_embedded ON passages (embedded);
CREATE INDEX passages_by_words ON passages (words);
CREATE VIEW passage_texts AS
    SELECT passages.id AS id,
           substr(documents.text, passages."start" + 1, passages."end" - passages."start") AS text,
           documents.title || ' ' || passages.headings AS headings
    FROM passages JOIN documents ON documents.id = passages.document;
CREATE VIRTUAL TABLE passage_words USING fts5 (
    text, headings, content = 'passage_texts', content_rowid = 'id', tokenize = 'porter unicode61'
);
"""

PLACES = """
CREATE TABLE IF NOT EXISTS places (
    document INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    runs BLOB NOT NULL
)
"""
"""Where the characters of documents were printed; a table of its own, which an index may have been made
without and which only a reader of the proof looks at."""

FROM_1_TO_2 = "ALTER TABLE documents ADD COLUMN ingested TEXT"

INFO_COLUMNS = (
    "doc_id, name, title, page_count, characters, sha256, source, media_type, version, date, findings,"
    " (SELECT count(*) FROM passages WHERE document = documents.id) AS passages"
)
"""What `to_info` needs of `documents` in every layout: everything but the text."""


def info_columns(layout: int) -> str:
    """The columns of a listing, in this layout of the index (`manifest.FORMAT`)."""
    return f"{INFO_COLUMNS}, {'ingested' if layout > 1 else 'NULL AS ingested'}"


def document_row(document: Document) -> dict[str, Any]:
    """The columns of `documents` that come from the document itself."""
    return {
        "doc_id": document.doc_id,
        "name": document.name,
        "source": os.fsencode(document.source),
        "title": document.title,
        "text": document.text,
        "blocks": json.dumps([[b.start, b.end, b.kind.value, b.level] for b in document.blocks]),
        "pages": json.dumps([[run.start, run.number, run.label, run.ocr] for run in document.pages]),
        "sections": json.dumps([[s.start, s.level, s.title] for s in document.sections]),
        "sha256": document.sha256,
        "media_type": document.media_type,
        "version": document.version,
        "date": document.date,
        "characters": len(document.text),
    }


def to_document(row: Row) -> Document:
    """The document in a row of `documents`."""
    blocks = (
        Block(start=start, end=end, kind=BlockKind(kind), level=level)
        for start, end, kind, level in json.loads(row["blocks"])
    )
    pages = (
        PageRun(start=start, number=n, label=label, ocr=ocr[0] if ocr else None)
        for start, n, label, *ocr in json.loads(row["pages"])  # indexes from before OCR have three values
    )
    sections = (
        Section(start=start, level=level, title=title) for start, level, title in json.loads(row["sections"])
    )
    return Document(
        doc_id=row["doc_id"],
        name=row["name"],
        title=row["title"],
        text=row["text"],
        blocks=tuple(blocks),
        pages=tuple(pages),
        sections=tuple(sections),
        sha256=row["sha256"],
        source=os.fsdecode(row["source"]),
        media_type=row["media_type"],
        version=row["version"],
        date=row["date"],
    )


def places_blob(places: Places) -> bytes:
    """The runs as differences from each to the next, compressed: about five bytes for a printed line."""
    runs = np.array([places.starts, places.firsts, places.counts], "<i4")
    return zlib.compress(np.diff(runs, prepend=np.zeros((3, 1), "<i4")).tobytes(), 9)


def to_places(blob: bytes) -> Places:
    """What `places_blob` wrote."""
    runs = np.frombuffer(zlib.decompress(blob), "<i4").reshape(3, -1).cumsum(axis=1)
    starts, firsts, counts = (tuple(column.tolist()) for column in runs)
    return Places(starts=starts, firsts=firsts, counts=counts)


def to_info(row: Row) -> DocumentInfo:
    """The listing's line; `row` has the `info_columns`."""
    return DocumentInfo(
        doc_id=row["doc_id"],
        name=row["name"],
        title=row["title"],
        pages=row["page_count"],
        passages=row["passages"],
        characters=row["characters"],
        sha256=row["sha256"],
        source=os.fsdecode(row["source"]),
        media_type=row["media_type"],
        version=row["version"],
        date=row["date"],
        findings=tuple(json.loads(row["findings"])),
        ingested=row["ingested"],
    )


def to_passage(row: Row, text: str) -> Passage:
    """The passage in a row of `passages` joined with its document's `doc_id`; `text` is the document's."""
    return Passage(
        passage_id=row["passage_id"],
        span=Span(doc_id=row["doc_id"], start=row["start"], end=row["end"]),
        text=text[row["start"] : row["end"]],
        heading_path=tuple(json.loads(row["headings"])),
    )
