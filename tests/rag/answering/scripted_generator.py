"""A generator computed by hand: it points at what it is told to and writes what it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rag.llm.decoder import Choice
from rag.llm.generator import Draft
from rag.llm.llama import StoppedError
from rag.types import Usage


class ScriptedDraft:
    """Records what it is given; `points` are texts to choose, `text` is written word by word."""

    prefill_s = 0.0

    def __init__(self, points: Sequence[str], text: str, yes: float, stop: Callable[[], bool] | None) -> None:
        self._points = list(points)
        self._text = text
        self._yes = yes
        self._stop = stop
        self.said: list[str] = []

    @property
    def usage(self) -> Usage:
        return Usage(prompt_tokens=100, cached_tokens=90, output_tokens=5)

    def read(self) -> Iterator[int]:
        yield 0

    def say(self, text: str) -> None:
        self.said.append(text)

    def choose(self, options: Sequence[str], weights: Sequence[float]) -> Choice:
        assert len(options) == len(weights)
        assert all(weight > 0 for weight in weights)
        wanted = self._points.pop(0) if self._points else ""
        index = next((i for i, option in enumerate(options) if wanted and wanted in option), 0)
        return Choice(index=index, probability=0.5, logprob=-0.69)

    def weigh(self, text: str, words: Sequence[str]) -> tuple[float, ...]:
        assert words == (" Yes", " No")
        return (self._yes, 1 - self._yes)

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

    def __init__(self, text: str, *, points: Sequence[str] = (), yes: float = 0.9, room: int = 99) -> None:
        self._text = text
        self._points = points
        self._yes = yes
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
        yield ScriptedDraft(self._points, self._text, self._yes, stop)
