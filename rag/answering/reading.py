"""Readings: what the model writes over the passages, and what it says of itself while it does.

The passages are read twice. What the reader gets is written over all of them together. Then the model answers
once more from the best passage alone, and is asked whether it would rather say that nothing is stated. What
comes out is not shown: how sure the model is there tells best of all signals whether the passages answer the
question (docs/log.md), since it is less sure of what it makes up than of what it copies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rag.answering import prompt
from rag.llm.generator import ANSWER_TOKENS, Draft, Generator

_AGAIN_TOKENS = 60
"""The longest second answer: only how sure the model was of it is used."""


def write(draft: Draft) -> Iterator[str]:
    """Let the model answer, piece by piece."""
    return draft.write(max_tokens=ANSWER_TOKENS, until=_is_over)


def chance_unstated(draft: Draft, asked: str) -> float:
    """The probability with which the model, allowed to, says that the passages do not state it."""
    return draft.chance(f"{asked}\n{prompt.OR_UNSTATED}", prompt.ANSWER_OPENING, prompt.UNSTATED)


def confidence_alone(
    generator: Generator, passage: str, asked: str, stop: Callable[[], bool] | None
) -> float:
    """The geometric mean probability of the tokens of a second answer, from one passage alone."""
    with generator.draft([passage], asked, prompt.ANSWER_OPENING, stop=stop) as draft:
        for _ in draft.read():
            pass
        for _ in draft.write(max_tokens=_AGAIN_TOKENS, until=_is_over):
            pass
        return draft.confidence


def _is_over(text: str) -> bool:
    """An answer is one paragraph or list: what small models write after a blank line was not asked for."""
    return text.strip() != "" and text.endswith("\n\n")
