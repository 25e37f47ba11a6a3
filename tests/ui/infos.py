"""A document's line in a listing, as an index would tell it, for the fakes of an index."""

from __future__ import annotations

from rag.types import Document, DocumentInfo


def info_of(document: Document, *, pages: int, passages: int) -> DocumentInfo:
    """What stands in the document itself, and the counts that only an index knows."""
    return DocumentInfo(
        doc_id=document.doc_id,
        name=document.name,
        title=document.title,
        pages=pages,
        passages=passages,
        characters=len(document.text),
        sha256=document.sha256,
        source=document.source,
        media_type=document.media_type,
        version=document.version,
        date=document.date,
    )
