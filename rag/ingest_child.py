"""The other side of `IngestProcess`: one request on standard input, a JSON object a line on standard output.

It stops, and keeps what it has done, when standard input ends: because it was told to, or because whoever
started it is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from typing import Any, TextIO

from rag.embedding import SentenceTransformerEmbedder, Vectors
from rag.errors import GreenpaperError
from rag.ingest import ingest_each
from rag.llm.catalogue import embedder_dir
from rag.offline import guard
from rag.types import Stage

_NICE = 5
"""Whoever asks meanwhile goes first."""


def main() -> None:
    """Serves the one request."""
    guard()
    os.nice(_NICE)
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what a library prints must not reach the pipe
    request = json.loads(sys.stdin.buffer.readline())
    child = _Child(out)
    signal.signal(signal.SIGINT, child.stop)
    Thread(target=_end_with_input, name="stop", daemon=True).start()
    try:
        child.serve(request)
        child.send("end", "done")
    except KeyboardInterrupt:
        child.send("end", "stopped")
    except GreenpaperError as error:
        child.send("error", str(error))
    out.flush()
    os._exit(0)  # the thread still reads, and torch takes its time to leave


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGINT)


class _Child:
    """Tells what is going on, and stops between two steps where it is saving."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._saving = False
        self._stopping = False

    def serve(self, request: dict[str, Any]) -> None:
        """Ingest what the request names."""
        reports = ingest_each(
            [Path(path) for path in request["paths"]],
            Path(request["index"]),
            _Telling(embedder_dir(), self),
            base=Path(request["base"]) if request["base"] else None,
            ocr=request["ocr"],
            progress=self.progress,
        )
        for report in reports:
            self.send("report", asdict(report))

    def send(self, kind: str, value: object) -> None:
        """One line; a reader that is gone changes nothing, the end of the input is on its way."""
        try:
            self._out.write(json.dumps({kind: value}) + "\n")
            self._out.flush()
        except BrokenPipeError:
            return

    def progress(self, stage: Stage) -> None:
        """Tell about a stage, and stop here when the time before was a bad one."""
        self._saving = stage.name == "saving"
        self.send("stage", asdict(stage))
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

    def __init__(self, model_dir: Path, child: _Child) -> None:
        super().__init__(model_dir)
        self._child: _Child | None = child

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As its base."""
        if self._child:
            self._child.send("stage", asdict(Stage(name="preparing")))
            self._child = None
        return super().embed(texts)


if __name__ == "__main__":
    main()
