"""Documents that are read and removed by hand: a dictionary takes the place of the index on the disk.

A file that begins with "!" is refused with the rest of it as its reason, "slow" in its name makes its reading
last until it is stopped, and everything else becomes a document with its own text.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag
from typing import Any

from rag.errors import GreenpaperError
from rag.types import Document, FileReport, FileStatus, Stage
from ui.web.engine import Engine


@dataclass
class FakeShelf:
    """Changes the dictionary that the scripted answerer answers from."""

    engine: Engine

    @property
    def held(self) -> dict[str, Document]:
        """The documents by their ids."""
        answerer: Any = self.engine.answerer
        held: dict[str, Document] = answerer.index.held
        return held

    def ingest(self, paths: Sequence[Path], *, base: Path | None, ocr: bool) -> FakeIngestion:
        """Begin to read the files."""
        files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
        return FakeIngestion(self.held, files, base or Path("/"), ocr=ocr)

    def remove(self, ids: Sequence[str]) -> tuple[FileReport, ...]:
        """Remove documents, all or none."""
        if not set(ids) <= self.held.keys():
            raise GreenpaperError("The index was changed meanwhile: run the same command again.")
        gone = [self.held.pop(doc_id) for doc_id in ids]
        return tuple(
            FileReport(path=document.name, status=FileStatus.REMOVED, doc_id=document.doc_id, passages=4)
            for document in gone
        )


@dataclass
class FakeIngestion:
    """Reads one file after the other."""

    held: dict[str, Document]
    files: list[Path]
    base: Path
    ocr: bool
    stopped: Flag = field(default_factory=Flag)

    def events(self) -> Iterator[Stage | FileReport]:
        """As the real one tells them."""
        for number, file in enumerate(self.files):
            stage = Stage(name="reading", detail=str(file), done=number, total=len(self.files))
            yield stage
            yield Stage(name="embedding", detail=file.name, done=1, total=2)
            if "slow" in file.name and self.stopped.wait(30):
                return
            time.sleep(0.02)
            yield self._read(file)
        yield Stage(name="saving")

    def stop(self) -> None:
        """End it."""
        self.stopped.set()

    def _read(self, file: Path) -> FileReport:
        text = file.read_text("utf-8", "replace")
        if text.startswith("!"):
            return FileReport(path=str(file), status=FileStatus.FAILED, findings=(text[1:].strip(),))
        doc_id = hashlib.sha256(text.encode()).hexdigest()[:12]
        if doc_id in self.held and self.held[doc_id].source != str(file):
            same = f"same content as {self.held[doc_id].name}"
            return FileReport(
                path=str(file), status=FileStatus.DUPLICATE, doc_id=doc_id, passages=1, findings=(same,)
            )
        name = file.relative_to(self.base).as_posix() if file.is_relative_to(self.base) else file.name
        earlier = [one.doc_id for one in self.held.values() if one.source == str(file)]
        for gone in earlier:
            del self.held[gone]
        self.held[doc_id] = _document(doc_id, name, file, text)
        if doc_id in earlier:
            status = FileStatus.UNCHANGED
        else:
            status = FileStatus.REPLACED if earlier else FileStatus.ADDED
        findings = ("page 1 has no text but a picture, probably a scan: --ocr reads it",) * ("scan" in text)
        return FileReport(
            path=str(file), status=status, doc_id=doc_id, pages=1, passages=1, findings=findings
        )


def _document(doc_id: str, name: str, file: Path, text: str) -> Document:
    return Document(
        doc_id=doc_id,
        name=name,
        title=text.splitlines()[0] if text else name,
        text=text,
        blocks=(),
        pages=(),
        sections=(),
        sha256=doc_id,
        source=str(file),
        media_type="text/plain",
    )
