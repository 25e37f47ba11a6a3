"""Assembles the `Document`: one text, and everything else as offsets into it."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import PurePath

from rag.errors import DocumentError
from rag.load.findings import text_findings
from rag.load.model import Loaded, Parsed, RawBlock
from rag.load.normalise import PAGE_BREAK, normalise, vocabulary
from rag.load.printed import PlacesBuilder
from rag.types import Block, BlockKind, Document, PageRun, Section

MAX_CHARACTERS = 30_000_000


def build(parsed: Parsed, data: bytes, *, name: str, source: str) -> Loaded:
    """The document of `parsed`, which was read from the bytes `data`.

    Raises DocumentError when nothing readable is left, or far too much.
    """
    size = sum(len(piece.text) for block in parsed.blocks for piece in block.pieces)
    if size > MAX_CHARACTERS:
        raise DocumentError(
            f"{name} holds more than {MAX_CHARACTERS:,} characters: no policy document is that long, so it "
            "is probably made to fill the memory. Split it, or leave it out."
        )
    text = _Text(parsed)
    if not text.blocks:
        raise DocumentError(f"{name} has no text to read: {_why_empty(parsed)}")
    digest = hashlib.sha256(data).hexdigest()
    whole = "".join(text.parts)
    document = Document(
        doc_id=digest[:16],
        name=name,
        title=_title(parsed, text, name),
        text=whole,
        blocks=tuple(text.blocks),
        pages=tuple(text.pages),
        sections=tuple(text.sections),
        sha256=digest,
        source=source,
        media_type=parsed.media_type,
        version=parsed.version,
        date=parsed.date,
    )
    findings = parsed.findings + text_findings(parsed, document)
    return Loaded(
        document=document,
        findings=findings,
        page_count=parsed.page_count,
        places=text.places.places(),
        pictures=parsed.pictures,
    )


class _Text:
    """Grows the text block by block; `parts` joined is the document's text."""

    def __init__(self, parsed: Parsed) -> None:
        self.parts: list[str] = []
        self.blocks: list[Block] = []
        self.pages: list[PageRun] = []
        self.sections: list[Section] = []
        self.places = PlacesBuilder()
        self._length = 0
        self._labels, self._ocr = parsed.labels, parsed.ocr
        words = vocabulary(block.text for block in parsed.blocks)
        last_table: int | None = None
        for block in parsed.blocks:
            if self._add(block, words, same_table=block.table is not None and block.table == last_table):
                last_table = block.table

    def _add(self, block: RawBlock, words: Counter[str], *, same_table: bool) -> bool:
        joined = f"\n{PAGE_BREAK}".join(piece.text.replace(PAGE_BREAK, "") for piece in block.pieces)
        marked = normalise(joined, words)
        stretches = marked.split(PAGE_BREAK)
        text = "".join(stretches).strip()
        if not text:
            return False
        if self.parts:
            self._append("\n" if same_table else "\n\n")
        start = self._length
        self._runs(block, stretches)
        self._append(text)
        self.blocks.append(Block(start=start, end=self._length, kind=block.kind, level=block.level))
        if block.kind is BlockKind.HEADING:
            self.sections.append(Section(start=start, level=block.level, title=text))
        return True

    def _runs(self, block: RawBlock, stretches: list[str]) -> None:
        offset = self._length
        skip = len("".join(stretches)) - len("".join(stretches).lstrip())
        for piece, stretch in zip(block.pieces, stretches, strict=True):
            shown = stretch[skip:]
            skip = max(0, skip - len(stretch))
            if piece.page is not None and shown:
                self._run(offset, piece.page)
                self.places.add(offset, shown, piece.printed)
            offset += len(shown)

    def _run(self, offset: int, page: int) -> None:
        if self.pages and self.pages[-1].number == page:
            return
        label = self._labels[page - 1] if page <= len(self._labels) else None
        ocr = self._ocr[page - 1] if page <= len(self._ocr) else None
        self.pages.append(PageRun(start=offset, number=page, label=label, ocr=ocr))

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self._length += len(text)


def _title(parsed: Parsed, text: _Text, name: str) -> str:
    stated = normalise(parsed.title or "", Counter())
    if stated:
        return stated
    if text.sections:
        top = min(section.level for section in text.sections[:3])
        return next(section.title for section in text.sections if section.level == top)
    return PurePath(name).stem


def _why_empty(parsed: Parsed) -> str:
    if parsed.pictures:
        return (
            f"{len(parsed.pictures)} of its {parsed.page_count} page(s) are pictures, probably scans. "
            "`greenpaper ingest --ocr` reads them by text recognition."
        )
    if parsed.page_count:
        return f"its {parsed.page_count} page(s) are blank, or hold only what is no text."
    return "it is empty, or holds only pictures and what is never shown. Check that it is the right file."
