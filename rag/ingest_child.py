"""The other side of `IngestProcess`: ingests what it is asked to; stopped, it keeps what it has done."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.embedding import SentenceTransformerEmbedder, Vectors
from rag.errors import GreenpaperError
from rag.ingest import ingest_each
from rag.job_child import JobChild
from rag.llm.catalogue import embedder_dir
from rag.types import Stage

_NICE = 5
"""Whoever asks meanwhile goes first."""

Send = Callable[[str, object], None]


def main() -> None:
    """Serves the one request."""
    os.nice(_NICE)
    job = JobChild()
    child = _Child(job.send)
    signal.signal(signal.SIGINT, child.stop)
    job.end_with_input()
    try:
        child.serve(job.request)
        job.send("end", "done")
    except KeyboardInterrupt:
        job.send("end", "stopped")
    except GreenpaperError as error:
        job.send("error", str(error))
    os._exit(0)  # torch takes its time to leave


class _Child:
    """Tells what is going on, and stops between two steps where it is saving."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._saving = False
        self._stopping = False

    def serve(self, request: dict[str, Any]) -> None:
        """Ingest what the request names."""
        reports = ingest_each(
            [Path(path) for path in request["paths"]],
            Path(request["index"]),
            _Telling(embedder_dir(), self._send),
            base=Path(request["base"]) if request["base"] else None,
            ocr=request["ocr"],
            progress=self.progress,
        )
        for report in reports:
            self._send("report", asdict(report))

    def progress(self, stage: Stage) -> None:
        """Tell about a stage, and stop here when the time before was a bad one."""
        self._saving = stage.name == "saving"
        self._send("stage", asdict(stage))
        if self._stopping and not self._saving:
            self._stopping = False
            raise KeyboardInterrupt

    def stop(self, *_: object) -> None:
        """End now, or where that would waste what is being saved, right afterwards."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if self._saving:
            self._stopping = True
        else:
            raise KeyboardInterrupt


class _Telling(SentenceTransformerEmbedder):
    """Says so before it loads its libraries and its weights, which takes some ten seconds."""

    def __init__(self, model_dir: Path, send: Send) -> None:
        super().__init__(model_dir)
        self._send: Send | None = send

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As its base."""
        if self._send:
            self._send("stage", asdict(Stage(name="preparing")))
            self._send = None
        return super().embed(texts)


if __name__ == "__main__":
    main()
