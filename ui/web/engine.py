"""The model behind the page: loaded in the background, lent and exchanged between two questions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event as Flag
from threading import Lock, Thread

from rag.errors import GreenpaperError
from ui.web.state import Answerer, Offer

_log = logging.getLogger(__name__)

POLL_S = 0.1
"""Seconds between two looks at whether it is still worth waiting for a turn."""


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
        try:
            self._exchange(model)
        finally:
            self._count(-1)
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
            if self.turn.acquire(timeout=POLL_S):
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
        try:
            with self.turn:
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
            self.failure = logged(error, "the model could not be loaded")
            return False
        self._model, self.failure = model, None
        return True


def logged(error: Exception, what: str) -> Exception:
    """`error`; in the log too, unless its own message tells the reader all there is to know."""
    if not isinstance(error, GreenpaperError):
        _log.error("%s", what, exc_info=error)
    return error
