"""Which question runs on which open page, so that each can be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Protocol

from ui.web.run import Run


class Asker(Protocol):
    """The part of a request that tells the open pages apart."""

    session_hash: str | None


class Sessions:
    """The running question of every open page."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._runs: dict[str | None, Run] = {}

    @contextmanager
    def running(self, asker: Asker, run: Run) -> Iterator[Run]:
        """Register `run` while the block lasts; however the block is left, the run is stopped."""
        with self._lock:
            earlier = self._runs.get(asker.session_hash)
            self._runs[asker.session_hash] = run
        if earlier is not None:
            earlier.stop()
        try:
            yield run
        finally:
            run.stop()
            with self._lock:
                if self._runs.get(asker.session_hash) is run:
                    del self._runs[asker.session_hash]

    def question(self, asker: Asker) -> str:
        """The question of this page that is still being answered; "" for none."""
        run = self._of(asker)
        return run.asked.question if run else ""

    def is_asking(self, asker: Asker) -> bool:
        """Whether this page's question is still being answered."""
        return self._of(asker) is not None

    def stop(self, asker: Asker) -> None:
        """Stop what this page is running, if anything."""
        run = self._of(asker)
        if run is not None:
            run.stop()

    def _of(self, asker: Asker) -> Run | None:
        with self._lock:
            return self._runs.get(asker.session_hash)
