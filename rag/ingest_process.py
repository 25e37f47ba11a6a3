"""Ingestion in a process of its own: questions go on meanwhile, and its memory goes when it ends.

Embedding thousands of passages wants torch, which takes ten seconds to import and most of a gigabyte; a chat
that stays open for days should keep neither.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import GreenpaperError
from rag.job_process import JobProcess, starting
from rag.types import FileReport, FileStatus, Stage


class IngestProcess:
    """One ingestion of `paths` into the index, as `rag.ingest.ingest` does it, begun at once."""

    def __init__(
        self, paths: Sequence[Path], index_dir: Path, *, base: Path | None = None, ocr: bool = False
    ) -> None:
        request = {
            "paths": [os.fspath(path.absolute()) for path in paths],
            "index": os.fspath(index_dir.absolute()),
            "base": os.fspath(base) if base else None,
            "ocr": ocr,
        }
        self._job = JobProcess(starting("rag.ingest_child"), request)
        self.pid = self._job.pid

    def events(self) -> Iterator[Stage | FileReport]:
        """What is going on, and each file's report, until it has ended or was stopped.

        Raises GreenpaperError for what the ingestion could not do at all.
        """
        ended = False
        try:
            for kind, value in self._job.lines():
                match kind:
                    case "stage":
                        yield Stage(**value)
                    case "report":
                        yield _report(value)
                    case "error":
                        raise GreenpaperError(value)
                    case "end":
                        ended = True
        finally:
            self.stop()
            how = self._job.ended()
        if not ended:
            raise GreenpaperError(_broken(how))

    def stop(self) -> None:
        """Let it end soon; what it has done is kept. From any thread."""
        self._job.stop()


def _report(fields: dict[str, Any]) -> FileReport:
    status, findings = FileStatus(fields.pop("status")), tuple(fields.pop("findings"))
    return FileReport(status=status, findings=findings, **fields)


def _broken(how: str) -> str:
    return (
        f"Reading the documents broke off ({how}), perhaps for lack of memory. The index is whole, with what "
        "was saved before; add the same files again to go on."
    )
