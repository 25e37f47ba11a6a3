"""The index on the disk as the chat changes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.ingest_process import IngestProcess
from rag.removal import remove
from rag.types import FileReport


class IndexShelf:
    """Reads documents into one index, in a process of its own, and removes them from it."""

    def __init__(self, index_dir: Path, copies: Path) -> None:
        """`copies` is where files that were handed over are kept; a removed document's copy is deleted."""
        self._index_dir, self._copies = index_dir, copies

    def ingest(self, paths: Sequence[Path], *, base: Path | None, ocr: bool) -> IngestProcess:
        """Begin to read files and folders into the index."""
        return IngestProcess(paths, self._index_dir, base=base, ocr=ocr)

    def remove(self, ids: Sequence[str]) -> tuple[FileReport, ...]:
        """Remove documents for good, all or none. Raises GreenpaperError."""
        return remove(ids, self._index_dir, copies=self._copies)
