"""A generator computed by hand: it writes what it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rag.llm.generator import Draft
from rag.llm.llama import StoppedError
from rag.types import Usage


class ScriptedDraft:
    """`text` is written word by word, with `confidence`."""

    prefill_s = 0.0

    def __init__(self, text: str, confidence: float, stop: Callable[[], bool] | None) -> None:
        self._text = text
        self.confidence = confidence
        self._stop = stop

    @property
    def usage(self) -> Usage:
        return Usage(prompt_tokens=100, cached_tokens=90, output_tokens=5)

    def read(self) -> Iterator[int]:
        yield 0

    def write(self, *, max_tokens: int, until: Callable[[str], bool] | None = None) -> Iterator[str]:
        so_far = ""
        for word in self._text.split(" "):
            if self._stop and self._stop():
                raise StoppedError
            so_far += f" {word}"
            yield f" {word}"
            if until and until(so_far):
                return


class ScriptedGenerator:
    """Give it what to say; `prompts` holds what it was asked: (passages, question, opening)."""

    name = "scripted"
    fingerprint = "scripted-1"

    def __init__(self, text: str, *, confidence: float = 0.9, room: int = 99) -> None:
        self._text = text
        self._confidence = confidence
        self._room = room
        self.prompts: list[tuple[tuple[str, ...], str, str]] = []

    def fits(self, passages: Sequence[str], question: str) -> int:
        return min(len(passages), self._room)

    @contextmanager
    def draft(
        self,
        passages: Sequence[str],
        question: str,
        opening: str,
        *,
        stop: Callable[[], bool] | None = None,
    ) -> Iterator[Draft]:
        self.prompts.append((tuple(passages), question, opening))
        yield ScriptedDraft(self._text, self._confidence, stop)
