"""A follow-up, made into a question that finds its passages without the earlier turns."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Turn


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The query for `question`: the reader's question before it, then itself.

    On MTRAG's multi-turn questions over government pages (IBM, 2025; 73 with evidence) this finds 94 % of
    the evidence among ten passages; all earlier questions joined find 84 %, the question alone 86 %
    (docs/log.md).
    """
    before = [turn.question.strip() for turn in history[-1:]]
    return " ".join([*before, question.strip()])
