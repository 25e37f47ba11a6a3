"""A generator computed by hand: it writes what it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rag.llm.generator import Draft
from rag.llm.llama import StoppedError
from rag.types import Usage


class ScriptedDraft:
    """`text` is written word by word, with `confidence`; `unstated` is the chance of every other answer."""

    prefill_s = 0.0

    def __init__(
        self, text: str, confidence: float, unstated: float, stop: Callable[[], bool] | None
    ) -> None:
        self._text = text
        self.confidence = confidence
        self._unstated = unstated
        self._stop = stop

    def chance(self, addition: str, opening: str, word: str) -> float:
        return self._unstated

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
    """Give it what to say; `prompts` holds what it was asked: (passages, question, opening).

    `alone` is what it says, and how surely, when it is shown one passage; None: the same. `further` is what
    it says of the passages that are read after that, one text for each time.
    """

    name = "scripted"
    fingerprint = "scripted-1"

    def __init__(
        self,
        text: str,
        *,
        confidence: float = 0.9,
        room: int = 99,
        alone: tuple[str, float] | None = None,
        unstated: float = 0.05,
        further: Sequence[str] = (),
    ) -> None:
        self._further = list(further)
        self._text = text
        self._confidence = confidence
        self._room = room
        self._alone = alone or (text, confidence)
        self._unstated = unstated
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
        again = len(self.prompts) > 1 and len(passages) == 1
        text, confidence = self._alone if again else (self._text, self._confidence)
        if len(self.prompts) > 2 and self._further:
            text = self._further.pop(0)
        yield ScriptedDraft(text, confidence, self._unstated, stop)
