"""The evaluations behind the page: made from typed questions, run one at a time, the chat's model away.

A run has a process and all the memory to itself: two models at once are too many for a laptop, and what a
model needs is to be measured. The process is ended with this program.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread

from eval.authoring.rows import QuestionRow
from eval.kept import KEY, Kept, default_root, kept, new_folder, read, suite_of
from eval.run import Step
from eval.run_process import RunOrder, RunProcess
from eval.typed_suite import Proposal, Settled, proposals, save
from rag.embedding import Embedder
from rag.errors import GreenpaperError
from rag.index import Index
from rag.llm.entries import ModelKind
from rag.llm.shelf import shelf
from rag.retrieval import Retriever
from ui.web.engine import Engine

_log = logging.getLogger(__name__)

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How the evaluation `key` stands: `step` is None before its first case, `error` why it broke off."""

    key: str
    name: str
    running: bool = True
    stopping: bool = False
    step: Step | None = None
    error: Exception | None = None


def _models() -> tuple[str, ...]:
    """The models on this machine that can answer."""
    return tuple(line.name for line in shelf() if line.kind is ModelKind.GENERATOR and line.state != "absent")


def _embedder() -> Embedder:
    from rag.llm.catalogue import embedder_dir
    from rag.question_embedding import question_embedder

    return question_embedder(embedder_dir())


class Evaluations:
    """All that the page does with evaluations; the same for every tab of the browser."""

    def __init__(
        self,
        engine: Engine,
        index_dir: Path,
        *,
        root: Path | None = None,
        models: Callable[[], tuple[str, ...]] = _models,
        embedder: Callable[[], Embedder] = _embedder,
        process: Callable[[RunOrder], RunProcess] = RunProcess,
    ) -> None:
        """`root` is where they are kept, None: in the user's data folder; `models` are there to be chosen."""
        self.root = root or default_root()
        self.models = models
        self._engine = engine
        self._index_dir = index_dir
        self._embedder = embedder
        self._begin = process
        self._process: RunProcess | None = None
        self._lock = Lock()
        self.progress: Progress | None = None
        """Of the evaluation that runs, or ran last; None before the first."""

    def kept(self) -> tuple[Kept, ...]:
        """Every evaluation, the newest first."""
        return kept(self.root)

    def one(self, key: str) -> Kept | None:
        """The evaluation called `key`, None where there is none."""
        folder = self.root / key
        return read(folder) if KEY.fullmatch(key) and suite_of(folder).is_dir() else None

    def propose(self, rows: Sequence[QuestionRow]) -> tuple[Proposal, ...]:
        """Where the documents may bear out the answers. Raises GreenpaperError."""
        with self._searching() as (index, retriever):
            return proposals(rows, index, retriever)

    def save(self, name: str, settled: Sequence[Settled]) -> Kept:
        """Keeps the questions as a suite in a folder of their own. Raises GreenpaperError."""
        with self._searching() as (index, retriever):
            folder = new_folder(self.root, name)
            save(name[:_LONGEST_NAME], settled, suite_of(folder), index, retriever)
        return read(folder)

    def start(self, one: Kept, models: Sequence[str]) -> bool:
        """Runs an evaluation, or goes on with it; False while another one runs.

        One that was begun goes on with the models that it was begun with.
        """
        order = RunOrder(
            suite=one.suite,
            out=one.run,
            index=self._index_dir,
            models=one.models or tuple(models),
            baselines_of=one.baselines_of,
        )
        with self._lock:
            if self.progress is not None and self.progress.running:
                return False
            self.progress = Progress(key=one.key, name=one.name)
        Thread(target=self._work, args=(order,), name="evaluate", daemon=True).start()
        return True

    def stop(self) -> None:
        """Stops the evaluation that runs, if any; it can be gone on with."""
        with self._lock:
            if self.progress is None or not self.progress.running:
                return
            self.progress = replace(self.progress, stopping=True)
            process = self._process
        if process is not None:
            process.stop()

    def _work(self, order: RunOrder) -> None:
        error: Exception | None = None
        try:
            with self._engine.lent():
                self._run(order)
        except Exception as fault:
            error = fault
            if not isinstance(fault, GreenpaperError):
                _log.error("an evaluation failed", exc_info=fault)
        self._tell(running=False, error=error)

    def _run(self, order: RunOrder) -> None:
        with self._lock:
            if self.progress is not None and self.progress.stopping:
                return
            process = self._process = self._begin(order)
        for step in process.steps():
            self._tell(step=step)

    def _tell(self, **changes: object) -> None:
        with self._lock:
            assert self.progress is not None
            self.progress = replace(self.progress, **changes)  # type: ignore[arg-type]

    @contextmanager
    def _searching(self) -> Iterator[tuple[Index, Retriever]]:
        embedder = self._embedder()
        with Index.open(self._index_dir, embedder.fingerprint) as index:
            yield index, Retriever(index, embedder)
