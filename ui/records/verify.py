"""Every quote of a record against the library: does it stand there, to the character?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rag.types import Document, DocumentInfo
from ui.records.build import Library
from ui.records.difference import nearest
from ui.records.found import Found, Opened
from ui.records.record import Note, notes


class Outcome(StrEnum):
    """What became of a quote."""

    VERBATIM = "verbatim"
    MOVED = "moved"
    ALTERED = "altered"
    CHANGED = "document changed"
    GONE = "document gone"
    REMOVED = "removed from the file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A note and what became of its quote.

    `document` is the name it is known by, `place` where the quote, or what is most like it, stands now, and
    `library` what is written there; "" where there is nothing.
    """

    number: int
    outcome: Outcome
    quote: str
    document: str
    place: str = ""
    library: str = ""
    verbatim_elsewhere: bool = False
    """Whether the quote stands to the character in a document that has changed or taken another's place."""


def verify(opened: Opened, library: Library) -> tuple[Checked, ...]:
    """Every note of the file as it stands, and every note that it was written with and no longer holds."""
    infos = library.documents()
    checked = []
    for found, note in _paired(opened):
        if found is None:
            assert note is not None
            name, quote = note.source.name, note.citation.quote
            checked.append(Checked(number=note.number, outcome=Outcome.REMOVED, quote=quote, document=name))
        else:
            checked.append(_checked(found, note, library, infos))
    return tuple(checked)


def _paired(opened: Opened) -> Iterator[tuple[Found | None, Note | None]]:
    """Each note that was written with the one that is found for it: the same place, the same number first."""
    left = list(opened.found)
    for note in notes(opened.record) if opened.record else ():
        span = note.citation.span
        here = [
            one for one in left if (one.doc_id, one.start, one.end) == (span.doc_id, span.start, span.end)
        ]
        best = min(here, key=lambda one: abs(one.number - note.number), default=None)
        if best is not None:
            left.remove(best)
        yield best, note
    yield from ((found, None) for found in left)


def _checked(found: Found, note: Note | None, library: Library, infos: tuple[DocumentInfo, ...]) -> Checked:
    name = note.source.name if note else found.said.split(". Greenpaper, ")[0]
    same = next((info for info in infos if _is(info, found, note)), None)
    if same is not None:
        return _against(found, library.document(same.doc_id), name)
    renewed = next((info for info in infos if note and info.name == note.source.name), None)
    if renewed is not None:
        return _elsewhere(found, library.document(renewed.doc_id), name, Outcome.CHANGED)
    for info in infos:
        document = library.document(info.doc_id)
        if found.quote and found.quote in document.text:
            return _elsewhere(found, document, name, Outcome.GONE)
    return Checked(number=found.number, outcome=Outcome.GONE, quote=found.quote, document=name)


def _is(info: DocumentInfo, found: Found, note: Note | None) -> bool:
    """By the whole digest where the file's data has it, else by the beginning that its note shows."""
    return info.sha256 == note.source.sha256 if note else info.sha256.startswith(found.doc_id)


def _against(found: Found, document: Document, name: str) -> Checked:
    """In the very document: at its place, elsewhere in it, or not."""
    there = document.text[found.start : found.end]
    if there and there == found.quote:
        return _checked_at(found, document, name, Outcome.VERBATIM, (found.start, found.end))
    if (at := _place_of(found.quote, document)) is not None:
        return _checked_at(found, document, name, Outcome.MOVED, at)
    span = (found.start, found.end) if there else nearest(document.text, found.quote)
    return _checked_at(found, document, name, Outcome.ALTERED, span)


def _elsewhere(found: Found, document: Document, name: str, outcome: Outcome) -> Checked:
    """In a document that is not the very one: to the character, or what is most like it."""
    at = _place_of(found.quote, document)
    span = at or nearest(document.text, found.quote)
    return _checked_at(found, document, name, outcome, span, verbatim=at is not None)


def _place_of(quote: str, document: Document) -> tuple[int, int] | None:
    """Where the quote stands to the character; None where it does not, or is blank."""
    at = document.text.find(quote) if quote.strip() else -1
    return (at, at + len(quote)) if at >= 0 else None


def _checked_at(
    found: Found,
    document: Document,
    name: str,
    outcome: Outcome,
    span: tuple[int, int],
    *,
    verbatim: bool = False,
) -> Checked:
    start, end = span
    return Checked(
        number=found.number,
        outcome=outcome,
        quote=found.quote,
        document=name,
        place=where(document, start),
        library=document.text[start:end],
        verbatim_elsewhere=verbatim,
    )


def where(document: Document, offset: int) -> str:
    """A place of a document in words."""
    page = document.page_at(offset)
    parts = [document.name, f"page {page.number}" if page else "", " > ".join(document.heading_path(offset))]
    return ", ".join(filter(None, parts))
