"""The model behind the page: loaded in the background, one question at a time, stopped at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Lock, Thread

from rag.errors import GreenpaperError
from rag.types import Event, Stage
from ui.web.state import Answerer, Asked

_log = logging.getLogger(__name__)

_POLL_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A question ended with `error`."""

    error: Exception


class Engine:
    """Owns the one answerer. `open_answerer` runs in a thread of its own, from the start."""

    def __init__(self, open_answerer: Callable[[], Answerer]) -> None:
        self._open = open_answerer
        self._done = Flag()
        self._answerer: Answerer | None = None
        self.failure: Exception | None = None
        self.turn = Lock()
        self.away = False
        """Whether the model is lent."""
        Thread(target=self._load, name="load", daemon=True).start()

    @property
    def loading(self) -> bool:
        """Whether the answerer is still being opened."""
        return not self._done.is_set()

    @property
    def answerer(self) -> Answerer | None:
        """The answerer, None while it loads or when it could not be loaded (`failure` says why)."""
        return self._answerer

    def wait(self, seconds: float | None = None) -> bool:
        """Whether loading has ended, well or not, after at most `seconds`."""
        return self._done.wait(seconds)

    def rest(self) -> None:
        """Leave off reading ahead until `renew`."""
        if self._answerer is not None and not self.away:
            self._answerer.rest()

    def renew(self) -> None:
        """Go on over the index as it is now, as soon as the question that runs has ended.

        Raises GreenpaperError, and then goes on over the one it had. Does nothing without a model.
        A model that is lent comes back over the index as it is then.
        """
        self.wait()
        if self._answerer is not None and not self.away:
            with self.turn:
                self._answerer.reopen()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Without the model while the block lasts, its memory free; then it is opened again.

        The question that runs comes to its end before, and others wait until afterwards.
        """
        self.wait()
        with self.turn:
            self.away = True
            try:
                if self._answerer is not None:
                    self._answerer.close()
                yield
            finally:
                self._answerer = self._opened()
                self.away = False

    def _load(self) -> None:
        try:
            self._answerer = self._opened()
        finally:
            self._done.set()

    def _opened(self) -> Answerer | None:
        self.failure = None
        try:
            return self._open()
        except Exception as error:
            self.failure = _logged(error, "the model could not be loaded")
            return None


class Run:
    """One question on its way: its events can be read while a thread works, and stopped from anywhere."""

    def __init__(self, engine: Engine, asked: Asked) -> None:
        self.asked = asked
        self._engine = engine
        self._queue: SimpleQueue[Event | Failure | None] = SimpleQueue()
        self._stop = Flag()
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
                self._queue.put(Failure(error=_logged(error, "a question failed")))
        finally:
            self._queue.put(None)

    def _answer(self) -> None:
        if self._engine.loading:
            self._queue.put(Stage(name="load"))
        while not self._engine.wait(_POLL_S):
            if self.stopped:
                return
        if not self._engine.turn.acquire(blocking=False):
            self._queue.put(Stage(name="away" if self._engine.away else "wait"))
            while not self._engine.turn.acquire(timeout=_POLL_S):
                if self.stopped:
                    return
        try:
            self._ask(self._engine.answerer)
        finally:
            self._engine.turn.release()

    def _ask(self, answerer: Answerer | None) -> None:
        if answerer is None:
            assert self._engine.failure is not None
            self._queue.put(Failure(error=self._engine.failure))
            return
        for event in self.asked.of(answerer, self._stop.is_set):
            self._queue.put(event)


def _logged(error: Exception, what: str) -> Exception:
    """`error`; in the log too, unless its own message tells the reader all there is to know."""
    if not isinstance(error, GreenpaperError):
        _log.error("%s", what, exc_info=error)
    return error
