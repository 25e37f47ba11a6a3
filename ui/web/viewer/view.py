"""What the viewer shows: a page of a document, the quote on it, and what other versions say."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from rag.answering.evidence import passage_sentences
from rag.answering.versions import counterpart, versions_of
from rag.errors import DocumentError
from rag.proof import PagePainter, PagePicture, stretches
from rag.types import Document, Span
from ui.web.state import Library
from ui.web.viewer.wanted import Wanted

_PDF = "application/pdf"
PART = 20_000
"""Characters of a document without pages that are shown at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Another version of the document, and its sentence on the same, if it has one."""

    document: Document
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page of a document, or a part of one without pages; `number` counts from 1.

    `quote_on` and `quote_ends` are the pages where the quote begins and ends, 0 where there is none. `text`
    are the stretches of the document's text on the page. `picture` is missing, and `trouble` says why, where
    the page cannot be drawn. `versions` are there on the page where the quote begins.
    """

    document: Document
    span: Span | None
    number: int
    count: int
    quote_on: int
    quote_ends: int
    text: tuple[tuple[int, int], ...]
    picture: PagePicture | None
    trouble: str
    versions: tuple[Version, ...]

    @property
    def has_pages(self) -> bool:
        """Whether the document has pages of its own."""
        return bool(self.document.pages)

    @property
    def page_label(self) -> str | None:
        """The number printed on the page, if any."""
        return next((run.label for run in self.document.pages if run.number == self.number), None)

    @property
    def ocr(self) -> float | None:
        """How sure text recognition was of the page; None where the text is the file's own."""
        return next((run.ocr for run in self.document.pages if run.number == self.number), None)

    @property
    def section(self) -> str:
        """Where in the document it stands: the headings above the quote, or above the page."""
        here = self.span is not None and self.number == self.quote_on
        offset = self.span.start if self.span and here else (self.text[0][0] if self.text else 0)
        return " > ".join(self.document.heading_path(offset))


class Viewer:
    """Opens documents of a library. Threads may share it."""

    def __init__(self) -> None:
        self._painter = PagePainter()

    def close(self) -> None:
        """Ends the process that draws pages."""
        self._painter.close()

    def open(self, library: Library, wanted: Wanted) -> View:
        """What `wanted` is about. Raises DocumentError where the library has no such document."""
        document = library.document(wanted.document)
        span = wanted.span(document)
        pages = _Pages(document, library)
        quote_on = pages.of(span.start) if span else 0
        number = max(1, min(wanted.page or quote_on or 1, pages.count))
        picture, trouble = self._picture(library, document, number, span)
        return View(
            document=document,
            span=span,
            number=number,
            count=pages.count,
            quote_on=quote_on,
            quote_ends=pages.of(span.end - 1) if span else 0,
            text=pages.text(number),
            picture=picture,
            trouble=trouble,
            versions=tuple(_versions(library, document, span)) if span and number == quote_on else (),
        )

    def _picture(
        self, library: Library, document: Document, number: int, span: Span | None
    ) -> tuple[PagePicture | None, str]:
        if document.media_type != _PDF:
            return None, ""
        try:
            places = library.places(document.doc_id)
            return self._painter.page(document, places, number, [span] if span else ()), ""
        except DocumentError as error:
            return None, str(error)


def parts(document: Document) -> tuple[tuple[int, int], ...]:
    """The (start, end) of the parts in which a document without pages is read: whole blocks, about 20,000
    characters, at least one part."""
    found: list[tuple[int, int]] = []
    start = 0
    for block in document.blocks:
        if block.end - start > PART and block.start > start:
            found.append((start, block.start))
            start = block.start
    return (*found, (start, len(document.text)))


class _Pages:
    """The pages of a document, or the parts of one without pages, numbered from 1."""

    def __init__(self, document: Document, library: Library) -> None:
        self._document = document
        self._parts = () if document.pages else parts(document)
        infos = (info for info in library.documents() if info.doc_id == document.doc_id)
        self.count = len(self._parts) or max((info.pages for info in infos), default=1)

    def of(self, offset: int) -> int:
        """The page on which the character at `offset` stands."""
        run = self._document.page_at(offset)
        return run.number if run else bisect_right(self._parts, offset, key=lambda part: part[0])

    def text(self, number: int) -> tuple[tuple[int, int], ...]:
        """The (start, end) of what stands on a page."""
        return self._parts[number - 1 : number] or stretches(self._document, number)


def _versions(library: Library, document: Document, span: Span) -> Iterator[Version]:
    """Other versions, where the quote is one sentence: only sentences can be held against each other."""
    if len([*passage_sentences(document, span.start, span.end)]) != 1:
        return
    quote = document.text[span.start : span.end]
    for info in versions_of(document, library.documents()):
        other = library.document(info.doc_id)
        yield Version(document=other, span=counterpart(quote, other))
