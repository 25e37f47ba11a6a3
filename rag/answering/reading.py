"""Readings: what the model writes over the passages, and what it says of itself while it does.

The passages are read twice. The first answer is written over all of them together, and shown as it comes. The
second is written over one passage alone, in a few words: over the best one, and unless the model is sure of
that, over the next two, of which the surest counts. How sure it is there tells best of all signals whether
the passages answer the question, since it is less sure of what it makes up than of what it copies; and where
it is sure and says something else, both are shown: small models are right in either, and often in one only
(docs/log.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.answering import prompt
from rag.llm.generator import ANSWER_TOKENS, Draft, Generator

AGAIN_TOKENS = 60
"""The longest second answer: it is asked for a few words."""
SURE = 0.75
"""The confidence from which on the second answer may stand beside the first."""
MOST_ALONE, ENOUGH = 3, 0.85
"""How many passages are read alone at most; the confidence that makes reading another one needless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the model wrote, and the geometric mean probability of its tokens."""

    text: str
    confidence: float

    @property
    def sure(self) -> bool:
        """Whether it may stand beside the first answer. Of 32 tuning questions the 0.5B's answers held the
        right one in 18 without second readings, and in 24 with those of which it was as sure as that
        (docs/log.md)."""
        return self.confidence >= SURE


def write(draft: Draft) -> Iterator[str]:
    """Let the model answer, piece by piece: what follows the opening, as a sentence of its own."""
    return _as_sentence(draft.write(max_tokens=ANSWER_TOKENS, until=_is_over))


def chance_unstated(draft: Draft) -> float:
    """The probability with which the model, allowed to, says that the passages do not state it."""
    return draft.chance(f"\n{prompt.OR_UNSTATED}", prompt.SIGNAL_OPENING, prompt.UNSTATED)


def read_alone(
    generator: Generator, passages: Sequence[str], asked: str, stop: Callable[[], bool] | None
) -> Reading:
    """The surest answer from one passage alone; `passages` are the likeliest, the best first."""
    surest = Reading(text="", confidence=0.0)
    for passage in passages[:MOST_ALONE]:
        found = read_again(generator, [passage], asked, stop)
        if found.confidence > surest.confidence:
            surest = found
        if surest.confidence >= ENOUGH:
            break
    return surest


def read_again(
    generator: Generator, passages: Sequence[str], asked: str, stop: Callable[[], bool] | None
) -> Reading:
    """A second answer, from fewer passages or others."""
    with generator.draft(passages, asked, prompt.SIGNAL_OPENING, stop=stop) as draft:
        for _ in draft.read():
            pass
        text = "".join(_as_sentence(draft.write(max_tokens=AGAIN_TOKENS, until=_is_over)))
        return Reading(text=text, confidence=draft.confidence)


def _as_sentence(pieces: Iterable[str]) -> Iterator[str]:
    """The same pieces, from the first letter on, which is a capital."""
    begun = False
    for piece in pieces:
        if not begun and (piece := piece.lstrip()):
            piece, begun = piece[0].upper() + piece[1:], True
        if piece:
            yield piece


def _is_over(text: str) -> bool:
    """An answer is one paragraph or list: what small models write after a blank line was not asked for.

    A line that ends with a colon announces a list, and the blank line behind it ends nothing.
    """
    said = text.rstrip()
    return said != "" and text.endswith("\n\n") and not said.endswith(":")
