"""The documents behind the chat: added, read again and removed, one thing at a time, while questions go on.

It is the program's own, the same for all tabs. What it does is done by `Shelf`, which changes the index on
the disk; afterwards the engine goes on over the index as it then is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import Protocol

from rag.errors import GreenpaperError
from rag.types import DocumentInfo, FileReport, Stage
from rag.uploads import discard
from ui.web.engine import Engine

_log = logging.getLogger(__name__)

_FILE_STAGES = ("checking", "renewing", "reading")


class Ingestion(Protocol):
    """One ingestion that has begun; `rag.ingest_process.IngestProcess` is one."""

    def events(self) -> Iterator[Stage | FileReport]:
        """What is going on, and each file's report. Raises GreenpaperError."""
        ...

    def stop(self) -> None:
        """Let it end soon; what it has done is kept."""
        ...


class Shelf(Protocol):
    """What changes the index on the disk."""

    def ingest(self, paths: Sequence[Path], *, base: Path | None, ocr: bool) -> Ingestion:
        """Begin to read files and folders into the index."""
        ...

    def remove(self, ids: Sequence[str]) -> tuple[FileReport, ...]:
        """Remove documents for good, all or none. Raises GreenpaperError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the reading is that runs, or how the last one ended; `number` tells them apart, 0 is none yet.

    `file` says which file of how many is being read, `stage` what is done with it.
    """

    number: int = 0
    running: bool = False
    file: Stage | None = None
    stage: Stage | None = None
    reports: tuple[FileReport, ...] = ()
    stopped: bool = False
    error: Exception | None = None


class Collection:
    """What may be done with the documents, and what is being done."""

    def __init__(self, engine: Engine, shelf: Shelf, folder: Path) -> None:
        """`folder` is where files that were handed over are kept."""
        self.folder = folder
        self._engine, self._shelf = engine, shelf
        self._changed = Condition()
        self._progress = Progress()
        self._ingestion: Ingestion | None = None
        self._renewing = Lock()
        self._became: dict[str, str | None] = {}
        """Ids of documents that were read anew or removed since the start, and what became of them."""

    @property
    def progress(self) -> Progress:
        """How it stands at this moment."""
        return self._progress

    def wait(self) -> None:
        """Until there is something to ask, or nothing can be."""
        self._engine.wait()

    def infos(self) -> tuple[DocumentInfo, ...]:
        """Every document that can be asked; none while the model loads, or where it could not be loaded."""
        answerer = self._engine.answerer
        return answerer.index.documents() if answerer else ()

    def current(self, scope: frozenset[str] | None) -> frozenset[str] | None:
        """The documents that were chosen, as they are called now; without those that are gone."""
        if scope is None:
            return None
        return frozenset(found for doc_id in scope if (found := self._now(doc_id)) is not None)

    def _now(self, doc_id: str) -> str | None:
        now: str | None = doc_id
        while now in self._became:
            now = self._became[now]
        return now

    def read(self, paths: Sequence[Path], *, ocr: bool = False, reports: Sequence[FileReport] = ()) -> None:
        """Begin to read files and folders; those in `folder` that no document needs afterwards are deleted.

        `reports` are of files that are not even begun. Raises GreenpaperError where others are being read.
        """
        with self._changed:
            if self._progress.running:
                raise GreenpaperError(
                    "Other documents are being read at the moment. Add these when that has ended, or stop it."
                )
            number, self._ingestion = self._progress.number + 1, None
            self._progress = Progress(number=number, running=True, reports=tuple(reports))
        Thread(target=self._work, args=(tuple(paths), ocr), name="collect", daemon=True).start()

    def stop(self) -> None:
        """End the reading soon; what was read is kept."""
        with self._changed:
            if self._progress.running:
                self._tell(stopped=True)
                if self._ingestion is not None:
                    self._ingestion.stop()

    def remove(self, ids: Sequence[str]) -> tuple[FileReport, ...]:
        """Remove documents for good; questions that run may still see them. Raises GreenpaperError."""
        before = self._names()
        reports = self._shelf.remove(ids)
        self._renew(before)
        return reports

    def follow(self, pause_s: float = 0.25) -> Iterator[Progress]:
        """How the reading stands, again and again until it has ended; once where none runs."""
        while (now := self._progress).running:
            yield now
            with self._changed:
                self._changed.wait_for(lambda: not self._progress.running, timeout=pause_s)
        yield now

    def _work(self, paths: tuple[Path, ...], ocr: bool) -> None:
        error: Exception | None = None
        try:
            before = self._names()
            try:
                self._read(paths, ocr)
            finally:
                self._tell(stage=Stage(name="opening"))
                self._renew(before)
                self._tidy(paths)
        except Exception as caught:
            error = caught
            if not isinstance(error, GreenpaperError):
                _log.error("documents could not be read", exc_info=error)
        finally:
            self._tell(running=False, file=None, stage=None, error=error)

    def _read(self, paths: tuple[Path, ...], ocr: bool) -> None:
        self._engine.rest()
        with self._changed:
            self._ingestion = self._shelf.ingest(paths, base=self.folder, ocr=ocr)
            if self._progress.stopped:
                self._ingestion.stop()
        for event in self._ingestion.events():
            self._note(event)

    def _tidy(self, paths: tuple[Path, ...]) -> None:
        """Keep no copy of what did not get into the index; without an answerer nobody knows what did."""
        if self._engine.answerer is not None:
            discard(paths, self.folder, needed={info.source for info in self.infos()})

    def _names(self) -> dict[str, str]:
        return {info.name: info.doc_id for info in self.infos()}

    def _renew(self, before: dict[str, str]) -> None:
        """Go on over the index as it is, and note what became of the documents that were there `before`."""
        with self._renewing:
            self._engine.renew()
            after = self._names()
            for name, doc_id in before.items():
                if after.get(name) != doc_id:
                    self._became[doc_id] = after.get(name)
            for doc_id in after.values():
                self._became.pop(doc_id, None)

    def _note(self, event: Stage | FileReport) -> None:
        if isinstance(event, FileReport):
            self._tell(reports=(*self._progress.reports, event))
        elif event.name in _FILE_STAGES:
            self._tell(file=event, stage=event)
        else:
            self._tell(stage=event)

    def _tell(self, **changes: object) -> None:
        with self._changed:
            self._progress = replace(self._progress, **changes)  # type: ignore[arg-type]
            self._changed.notify_all()
