"""The documents of an index by name: their texts, pages and passages, for scoring and for gold contexts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from eval.cases import GoldSpan
from eval.text_match import find_quote
from rag.errors import DocumentError
from rag.index import Index
from rag.types import Document, Passage


class CorpusTexts:
    """Documents of an open index. A name is told apart by its last part, as in the gold set."""

    def __init__(self, index: Index) -> None:
        """Raises DocumentError where two documents have the same last part of their name."""
        self._index = index
        self._ids: dict[str, str] = {}
        for info in index.documents():
            last = PurePosixPath(info.name).name
            if last in self._ids:
                raise DocumentError(
                    f"Two documents of the index are called {last!r}, and an evaluation tells documents "
                    "apart by that. Rename one of the files, and ingest them again."
                )
            self._ids[last] = info.doc_id
        self._loaded = lru_cache(maxsize=None)(index.document)

    def __contains__(self, name: str) -> bool:
        return PurePosixPath(name).name in self._ids

    def document(self, name: str) -> Document | None:
        """The document; None for a name that the index does not know."""
        doc_id = self._ids.get(PurePosixPath(name).name)
        return None if doc_id is None else self._loaded(doc_id)

    def text(self, name: str) -> str | None:
        """The text of a document as it was ingested; None for a name that the index does not know."""
        document = self.document(name)
        return None if document is None else document.text

    def page_of(self, name: str, offset: int) -> int | None:
        """The 1-based page on which a character of the text stands; None where there are no pages."""
        document = self.document(name)
        page = document.page_at(offset) if document is not None else None
        return None if page is None else page.number

    def place(self, span: GoldSpan) -> tuple[int, int] | None:
        """Where a gold span's quote stands: on its page if it names one, else the first time."""
        places = find_quote(self.text(span.document) or "", span.quote)
        on_page = [
            place
            for place in places
            if span.page in (self.page_of(span.document, at) for at in (place[0], place[1] - 1))
        ]
        return next(iter((*on_page, *places)), None)

    def gold_passages(self, evidence: Sequence[GoldSpan]) -> tuple[Passage, ...]:
        """The passages that hold the quotes, each once, in the order of the evidence and of the text."""
        found: dict[str, Passage] = {}
        for span in evidence:
            place = self.place(span)
            if place is None:
                continue
            for passage in self._index.passages_of(self._ids[PurePosixPath(span.document).name]):
                if passage.span.start < place[1] and place[0] < passage.span.end:
                    found.setdefault(passage.passage_id, passage)
        return tuple(found.values())
