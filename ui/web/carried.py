"""A conversation on its way from the page in one language to the page in another: another load, another tab
to Gradio. It waits in memory, once, for as long as loading a page may take."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from threading import Lock

from ui.web.state import Exchange

KEPT_S = 60.0


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation of a tab, and the ids of the documents that it asks (None: all)."""

    exchanges: list[Exchange]
    scope: frozenset[str] | None


@dataclass
class Carried:
    """What is on its way, by a word that nobody can guess. Threads may share it."""

    _waiting: dict[str, tuple[float, Talk]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def put(self, talk: Talk) -> str:
        """Let `talk` wait; the word to take it with."""
        word = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_late()
            self._waiting[word] = (time.monotonic(), talk)
        return word

    def take(self, word: str) -> Talk | None:
        """What waits under `word`, which it does no more; None for nothing, or too late."""
        with self._lock:
            self._forget_late()
            _, talk = self._waiting.pop(word, (0.0, None))
        return talk

    def _forget_late(self) -> None:
        now = time.monotonic()
        self._waiting = {word: held for word, held in self._waiting.items() if now - held[0] < KEPT_S}
