"""Pointers resolved: what a sentence's offsets mean in the document, for the reader."""

from __future__ import annotations

from rag.types import Citation, Document, Span


def resolve(span: Span, document: Document, marker: int) -> Citation:
    """The citation for a span: the quote is cut from the document's text, never taken from elsewhere."""
    page = document.page_at(span.start)
    path = document.heading_path(span.start)
    return Citation(
        marker=marker,
        span=span,
        document=document.name,
        title=document.title,
        page=page.number if page else None,
        page_label=page.label if page else None,
        section=" > ".join(path) or None,
        quote=document.text[span.start : span.end],
        ocr=document.ocr_between(span.start, span.end),
    )
