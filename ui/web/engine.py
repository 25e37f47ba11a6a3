"""The model behind the page: loaded in the background, one question at a time, stopped at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Lock, Thread

from rag.errors import GreenpaperError
from rag.types import Event, Stage
from ui.web.state import Answerer, Asked, Offer

_log = logging.getLogger(__name__)

_POLL_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A question ended with `error`."""

    error: Exception


class Engine:
    """Owns the one answerer.

    `open_answerer` opens the model of that name, None for the one that was asked for when the program began;
    it runs in a thread of its own, from the start. `offers` are the models to choose from.

    Whoever asks the answerer, lends it or puts another in its place holds `turn`.
    """

    def __init__(
        self,
        open_answerer: Callable[[str | None], Answerer],
        offers: Callable[[], Sequence[Offer]] = tuple,
    ) -> None:
        self._open = open_answerer
        self.offers = offers
        self._done = Flag()
        self._counting = Lock()
        self._openings = 0
        self._answerer: Answerer | None = None
        self._model: str | None = None
        """What the answerer was opened as, and is opened as again."""
        self.failure: Exception | None = None
        """Why the model that was wanted last could not be opened; another one may answer all the same.

        Only an `answerer` that is None says that none does. Read `failure` before it: they are set the
        other way round when a model was opened.
        """
        self.turn = Lock()
        self.away = False
        """Whether the model is lent."""
        self._begin_opening(None)

    @property
    def loading(self) -> bool:
        """Whether a model is still being opened, or waits for that."""
        return not self._done.is_set()

    @property
    def answerer(self) -> Answerer | None:
        """The answerer, None before the first is loaded, and when none could be (`failure` says why).

        While it is exchanged or lent, only its index can be read.
        """
        return self._answerer

    def wait(self, seconds: float | None = None) -> bool:
        """Whether loading has ended, well or not, after at most `seconds`."""
        return self._done.wait(seconds)

    def runs(self, model: str) -> bool:
        """Whether it is `model` that answers."""
        return self._answerer is not None and self._answerer.model_name == model

    def switch(self, model: str) -> None:
        """Open `model` in place of the one that runs, when the question that runs has ended; returns at once.

        Questions wait meanwhile. If it cannot be opened, `failure` says why, and the earlier one comes back.
        One switch comes after the other.
        """
        self._begin_opening(model)

    def answering(self, model: str | None) -> Answerer | None:
        """The answerer with `model`, opened if need be, or with any (None); only for the holder of `turn`.

        None where it could not be opened: `failure` says why.
        """
        if model is None or self.runs(model):
            return self._answerer
        self._count(1)
        self._open_counted(model)
        return self._answerer if self.failure is None else None

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
        while not self.away:
            if self.turn.acquire(timeout=_POLL_S):
                try:
                    if self._answerer is not None:
                        self._answerer.reopen()
                finally:
                    self.turn.release()
                return

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
                if not self._opened(self._model):
                    self._answerer = None
                self.away = False

    def _begin_opening(self, model: str | None) -> None:
        self._count(1)
        Thread(target=self._open_in_turn, args=(model,), name="load", daemon=True).start()

    def _open_in_turn(self, model: str | None) -> None:
        with self.turn:
            self._open_counted(model)

    def _open_counted(self, model: str | None) -> None:
        try:
            self._exchange(model)
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        """Loading has ended when as many openings have ended as were begun."""
        with self._counting:
            self._openings += more
            if self._openings:
                self._done.clear()
            else:
                self._done.set()

    def _exchange(self, model: str | None) -> None:
        if model is not None and self.runs(model):
            return
        earlier = self._answerer
        if earlier is not None:
            earlier.close()  # there may not be the memory for both
        if self._opened(model):
            return
        failure = self.failure
        if earlier is None or not self._opened(self._model):
            self._answerer = None
        self.failure = failure

    def _opened(self, model: str | None) -> bool:
        """Whether `model` is there; the answerer is only replaced if so."""
        try:
            self._answerer = self._open(model)
        except Exception as error:
            self.failure = _logged(error, "the model could not be loaded")
            return False
        self._model, self.failure = model, None
        return True


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
                self._queue.put(Failure(error=_logged(error, "a question failed")))
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
        while not self._engine.wait(_POLL_S):
            if self.stopped:
                return False
        return True

    def _has_turn(self) -> bool:
        """Wait for the question before this one; False when stopped before."""
        if self._engine.turn.acquire(blocking=False):
            return True
        self._queue.put(Stage(name="away" if self._engine.away else "wait"))
        while not self._engine.turn.acquire(timeout=_POLL_S):
            if self.stopped:
                return False
        return True


def _logged(error: Exception, what: str) -> Exception:
    """`error`; in the log too, unless its own message tells the reader all there is to know."""
    if not isinstance(error, GreenpaperError):
        _log.error("%s", what, exc_info=error)
    return error
