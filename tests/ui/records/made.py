"""A library in a dictionary, and records of answers that quote it: everything can be read off."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rag.answering.citations import resolve
from rag.types import (
    Answer,
    Claim,
    Document,
    DocumentInfo,
    Hit,
    Origin,
    PageRun,
    Passage,
    Section,
    Span,
    Status,
    Support,
    Timings,
    Usage,
)
from tests.ui.infos import info_of
from ui.records.build import record_of
from ui.records.record import Record

ASKED = datetime(2026, 11, 28, 16, 40, tzinfo=UTC)
DIGEST = "9d" * 32


def document(name: str, text: str, title: str = "") -> Document:
    """A document whose second half is page 2, printed as "ii"."""
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(
        doc_id=sha256[:16],
        name=name,
        title=title or f"Title of {name}",
        text=text,
        blocks=(),
        pages=(PageRun(start=0, number=1, label="1"), PageRun(start=len(text) // 2, number=2, label="ii")),
        sections=(Section(start=0, level=1, title="Part “One”"),),
        sha256=sha256,
        source=f"/somewhere/{name}",
        media_type="application/pdf",
        version="2",
        date="2026-03-01",
    )


@dataclass(frozen=True)
class Library:
    """An index that is a tuple."""

    held: tuple[Document, ...]

    def documents(self) -> tuple[DocumentInfo, ...]:
        return tuple(info_of(one, pages=2, passages=1) for one in self.held)

    def document(self, id_or_name: str, /) -> Document:
        return next(one for one in self.held if one.doc_id == id_or_name)


def answer(quotes: Sequence[tuple[Document, str]], question: str = "What is required?") -> Answer:
    """One claim a quote, "Claim n.", each supported by it."""
    citations = []
    for marker, (held, quote) in enumerate(quotes, start=1):
        start = held.text.index(quote)
        span = Span(doc_id=held.doc_id, start=start, end=start + len(quote))
        citations.append(resolve(span, held, marker))
    claims = [Claim(text=f"Claim {c.marker}.", citations=(c.marker,), support=Support.YES) for c in citations]
    return Answer(
        question=question,
        query=question,
        status=Status.ANSWERED,
        reason="",
        text=" ".join(f"{claim.text} [{claim.citations[0]}]" for claim in claims),
        claims=tuple(claims),
        citations=tuple(citations),
        hits=(),
        timings=Timings(total_s=1.25),
        usage=Usage(prompt_tokens=90),
        model="hand-made",
        fingerprint="0123456789abcdef",
    )


def abstention(held: Document) -> Answer:
    """Nothing is said; the whole document is the nearest passage."""
    span = Span(doc_id=held.doc_id, start=0, end=len(held.text))
    passage = Passage(passage_id="p", span=span, text=held.text, heading_path=())
    return replace(
        answer((), "What is the weather?"),
        status=Status.ABSTAINED,
        reason="no passage bears it out",
        text="The documents do not say.",
        hits=(Hit(passage=passage, score=1.0, rank=1, origin=Origin.FUSED),),
    )


def record(*quotes: tuple[Document, str], library: Library | None = None) -> Record:
    """The record of `answer(quotes)`, asked of the quoted documents alone unless a library is given."""
    held = library or Library(tuple({one.doc_id: one for one, _ in quotes}.values()))
    return record_of(answer(quotes), held, asked=ASKED, model_sha256=DIGEST)


def edit_docx(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The archive with one part changed, as a word processor would write it: compressed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()).encode() if name == part else content)
    return stream.getvalue()
