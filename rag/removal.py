"""Removing documents: out of the index for good, with the copies of files that were handed over."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rag.errors import DocumentError
from rag.index import Index
from rag.index.records import Stored
from rag.index.writer import IndexWriter
from rag.sources import printable
from rag.types import FileReport, FileStatus
from rag.uploads import discard


def remove(
    ids_or_names: Iterable[str], index_dir: Path, *, copies: Path | None = None
) -> tuple[FileReport, ...]:
    """Removes documents, all or none, and their text from the disk: no earlier generation is kept.

    Files stay, but for those below `copies`, where what was handed to the chat is kept; each report says what
    became of its file. Raises DocumentError where a document is unknown, or IndexUnusableError.
    """
    with Index.open(index_dir) as index:
        manifest = index.manifest
        documents = {document.doc_id: document for document in map(index.document, ids_or_names)}
    with IndexWriter(
        index_dir, embedder=manifest.embedder, dimension=manifest.dimension, loader=manifest.loader
    ) as writer:
        stored = {one.doc_id: one for one in writer.stored()}
        if not documents.keys() <= stored.keys():
            raise DocumentError("The index was changed meanwhile: run the same command again.")
        for doc_id in documents:
            writer.remove(doc_id)
        writer.commit()
    return tuple(_report(stored[doc_id], copies) for doc_id in documents)


def _report(stored: Stored, copies: Path | None) -> FileReport:
    return FileReport(
        path=printable(stored.name),
        status=FileStatus.REMOVED,
        doc_id=stored.doc_id,
        pages=stored.pages,
        passages=stored.passages,
        findings=_fate(Path(stored.source), copies),
    )


def _fate(source: Path, copies: Path | None) -> tuple[str, ...]:
    if copies and discard([source], copies):
        return ("the copy that was kept of it is deleted",)
    return (f"its file stays where it is: {printable(str(source))}",) if source.exists() else ()
