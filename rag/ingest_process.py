"""Ingestion in a process of its own: questions go on meanwhile, and its memory goes when it ends.

Embedding thousands of passages wants torch, which takes ten seconds to import and most of a gigabyte; a chat
that stays open for days should keep neither.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rag.errors import GreenpaperError
from rag.types import FileReport, FileStatus, Stage

_ROOT = Path(__file__).resolve().parents[1]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from rag.ingest_child import main; main()"


class IngestProcess:
    """One ingestion of `paths` into the index, as `rag.ingest.ingest` does it, begun at once."""

    def __init__(
        self, paths: Sequence[Path], index_dir: Path, *, base: Path | None = None, ocr: bool = False
    ) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", _START, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches the parent, whose end then stops the child
        )
        self.pid = self._process.pid
        request = {
            "paths": [os.fspath(path.absolute()) for path in paths],
            "index": os.fspath(index_dir.absolute()),
            "base": os.fspath(base) if base else None,
            "ocr": ocr,
        }
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # then `events` tells how it ended
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def events(self) -> Iterator[Stage | FileReport]:
        """What is going on, and each file's report, until it has ended or was stopped.

        Raises GreenpaperError for what the ingestion could not do at all.
        """
        ended = False
        try:
            for kind, value in self._lines():
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
            code = self._process.wait()
        if not ended:
            raise GreenpaperError(_broken(code))

    def _lines(self) -> Iterator[tuple[str, Any]]:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                ((kind, value),) = json.loads(line).items()
                yield kind, value

    def stop(self) -> None:
        """Let it end soon; what it has done is kept. From any thread."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()


def _report(fields: dict[str, Any]) -> FileReport:
    status, findings = FileStatus(fields.pop("status")), tuple(fields.pop("findings"))
    return FileReport(status=status, findings=findings, **fields)


def _broken(code: int) -> str:
    how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
    return (
        f"Reading the documents broke off ({how}), perhaps for lack of memory. The index is whole, with what "
        "was saved before; add the same files again to go on."
    )
