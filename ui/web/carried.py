"""A conversation on its way from the page in one language to the page in another: another load, another tab
to Gradio. It waits in memory, to be taken once, for as long as loading a page may take."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from ui.web.state import Exchange

KEPT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The conversation of a tab, and the ids of the documents that it asks (None: all)."""

    exchanges: tuple[Exchange, ...]
    scope: frozenset[str] | None


@dataclass
class Carried:
    """What is on its way, by a word that nobody can guess. Threads may share it; `now` is in seconds."""

    now: Callable[[], float] = time.monotonic
    _waiting: dict[str, tuple[float, Talk]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, talk: Talk) -> str:
        """Let `talk` wait; the word to take it with."""
        word = secrets.token_urlsafe(16)
        with self._lock:
            self._waiting[word] = (self.now(), talk)
        return word

    def take(self, word: str) -> Talk | None:
        """What waits under `word`, which it does no more; None for nothing, or too late."""
        self.forget_late()
        with self._lock:
            _, talk = self._waiting.pop(word, (0.0, None))
        return talk

    def forget_late(self) -> None:
        """Forget what nobody has come for."""
        with self._lock:
            late = [word for word, (since, _) in self._waiting.items() if self.now() - since >= KEPT_S]
            for word in late:
                del self._waiting[word]
