"""What the page asks of the viewer: data from the browser, so nothing in it is taken on trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag.types import Document, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A document, perhaps a quote in it, and perhaps another page of it than the quote's.

    `marker` of `markers` says which citation of an answer it is, 0 where it is none.
    """

    document: str
    start: int = 0
    end: int = 0
    page: int = 0
    marker: int = 0
    markers: int = 0

    def span(self, document: Document) -> Span | None:
        """The quote; None where there is none in this document."""
        if not 0 <= self.start < self.end <= len(document.text):
            return None
        return Span(doc_id=document.doc_id, start=self.start, end=self.end)


def wanted(data: object) -> Wanted:
    """What the browser sent; a number that is none counts as not given."""
    given: Mapping[str, Any] = data if isinstance(data, dict) else {}
    return Wanted(
        document=str(given.get("document", "")),
        start=_number(given.get("start")),
        end=_number(given.get("end")),
        page=_number(given.get("page")),
        marker=_number(given.get("marker")),
        markers=_number(given.get("markers")),
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**40 else 0
