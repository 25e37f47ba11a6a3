"""An embedder and a loader that can be computed by hand, and an index made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from rag.embedding import Embedder, Vectors
from rag.errors import DocumentError
from rag.ingest import ingest
from rag.load import Loaded
from rag.places import Places
from rag.types import Block, BlockKind, Document, FileReport, PageRun, Section


class LengthEmbedder:
    """vector[n] counts the words of n letters, scaled to length 1; tokens are words and two specials."""

    dimension = 16
    max_tokens = 40

    def __init__(self, fingerprint: str = "lengths-1") -> None:
        self.fingerprint = fingerprint
        self.seen: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split()) + 2

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            if self.count_tokens(text) > self.max_tokens:
                raise ValueError(f"too long: {text!r}")
            for word in text.split():
                row[min(len(word), self.dimension - 1)] += 1
            row[0] += not text.split()
        self.seen += texts
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class LineLoader:
    """A line is a block on a page of its own; "# ..." is a heading, "- ..." a list item.

    Each line is printed on its page from character 7 on. A file "!why" fails, saying why.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def load(self, path: Path, *, name: str) -> Loaded:
        data = path.read_bytes()
        text = data.decode()
        if text.startswith("!"):
            raise DocumentError(text[1:])
        blocks, pages, sections, at = [], [], [], 0
        for number, line in enumerate(text.splitlines(keepends=True), start=1):
            end = at + len(line.rstrip("\n"))
            heading = line.startswith("# ")
            if end > at:
                point = BlockKind.LIST_ITEM if line.startswith("- ") else BlockKind.PARAGRAPH
                kind = BlockKind.HEADING if heading else point
                blocks.append(Block(start=at, end=end, kind=kind, level=int(heading)))
                pages.append(PageRun(start=at, number=number, label=None))
            if heading:
                sections.append(Section(start=at, level=1, title=line[2:].strip()))
            at += len(line)
        digest = hashlib.sha256(data).hexdigest()
        document = Document(
            doc_id=digest[:12],
            name=name,
            title=sections[0].title if sections else name,
            text=text,
            blocks=tuple(blocks),
            pages=tuple(pages),
            sections=tuple(sections),
            sha256=digest,
            source=str(path),
            media_type="text/plain",
        )
        findings = ("it has a finding",) if "finding" in text else ()
        places = Places(
            starts=tuple(block.start for block in blocks),
            firsts=(7,) * len(blocks),
            counts=tuple(block.end - block.start for block in blocks),
        )
        return Loaded(document=document, findings=findings, page_count=len(pages), places=places)


def run(
    index: Path, *paths: Path, embedder: Embedder | None = None, prune: bool = False
) -> tuple[FileReport, ...]:
    """Ingests with the fakes."""
    return ingest(list(paths), index, embedder or LengthEmbedder(), prune=prune, loading=LineLoader)


def write(folder: Path, **files: str) -> Path:
    """Files `name.txt` with these texts."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder
