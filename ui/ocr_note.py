"""What is said of a quote that text recognition read, the same in the terminal and on the page."""

from __future__ import annotations

from rag.types import Citation


def ocr_note(citation: Citation) -> str:
    """A clause for the reader; empty where the quote is the file's own text."""
    if citation.ocr is None:
        return ""
    if citation.verbatim:
        return f"read by text recognition ({citation.ocr:.0%} sure)"
    return (
        f"read by text recognition, not surely verbatim ({citation.ocr:.0%} sure): compare it with the page"
    )
