"""One question on its way to the model: one at a time, and stopped at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread

from rag.types import Event, Stage
from ui.web.engine import POLL_S, Engine, logged
from ui.web.state import Answerer, Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A question ended with `error`."""

    error: Exception


class Run:
    """One question on its way: its events can be read while a thread works, and stopped from anywhere."""

    def __init__(self, engine: Engine, asked: Asked) -> None:
        self.asked = asked
        self._engine = engine
        self._queue: SimpleQueue[Event | Failure | None] = SimpleQueue()
        self._stop = Flag()
        self.answerer: Answerer | None = None
        """The one that is asked, once it is this question's turn."""
        Thread(target=self._work, name="answer", daemon=True).start()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End `batches` now; the model ends at its next look at the flag."""
        self._stop.set()
        self._queue.put(None)

    def batches(self, pause_s: float = 0.06) -> Iterator[list[Event | Failure]]:
        """What has happened since the last time, as soon as it is there, and not again within `pause_s`."""
        while True:
            batch = [self._queue.get()]
            self._stop.wait(pause_s)
            while True:
                try:
                    batch.append(self._queue.get_nowait())
                except Empty:
                    break
            if self.stopped:
                return
            if found := [event for event in batch if event is not None]:
                yield found
            if None in batch:
                return

    def _work(self) -> None:
        try:
            self._answer()
        except Exception as error:
            if not self.stopped:  # an engine that is told to stop may end with an error
                self._queue.put(Failure(error=logged(error, "a question failed")))
        finally:
            self._queue.put(None)

    def _answer(self) -> None:
        if not (self._loaded() and self._has_turn()):
            return
        try:
            self._ask()
        finally:
            self._engine.turn.release()

    def _ask(self) -> None:
        """Ask the model that is meant: nobody can exchange it while it is this question's turn."""
        model = self.asked.model
        if model is not None and not self._engine.runs(model):
            self._queue.put(Stage(name="load"))
        self.answerer = self._engine.answering(model)
        if self.answerer is None:
            assert self._engine.failure is not None
            self._queue.put(Failure(error=self._engine.failure))
            return
        for event in self.asked.of(self.answerer, self._stop.is_set):
            self._queue.put(event)

    def _loaded(self) -> bool:
        """Wait for the model; False when stopped before."""
        if self._engine.loading:
            self._queue.put(Stage(name="load"))
        while not self._engine.wait(POLL_S):
            if self.stopped:
                return False
        return True

    def _has_turn(self) -> bool:
        """Wait for the question before this one; False when stopped before."""
        if self._engine.turn.acquire(blocking=False):
            return True
        self._queue.put(Stage(name="away" if self._engine.away else "wait"))
        while not self._engine.turn.acquire(timeout=POLL_S):
            if self.stopped:
                return False
        return True
