"""Answering and declining: both can be right, and both can be wrong.

A question that was asked back (status "clarify") is not answered: false for an answerable case, right for
one that the documents do not answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eval.cases import Case
from eval.metrics.observed import Observed


def abstention_scores(case: Case, seen: Observed, correct: float | None) -> dict[str, float | None]:
    """healthy, answered, false_answer, false_abstention and resolved.

    - healthy: 0 when the case failed (an error, no answer object), else 1.
    - answered: 1 when the reader got an answer, whole or partial, with at least one word.
    - false_answer (unanswerable cases): 1 when answered. false_abstention (answerable ones): 1 when not.
      These three are unscored on failure: a crash is neither an answer nor an abstention.
    - resolved, the primary metric: `correct` for answerable cases; for unanswerable ones 1 when not answered.
      A failure resolves nothing.
    """
    declined = float(not seen.answered)
    return {
        "healthy": float(not seen.failed),
        "answered": None if seen.failed else float(seen.answered),
        "false_answer": None if seen.failed or case.answerable else float(seen.answered),
        "false_abstention": declined if case.answerable and not seen.failed else None,
        "resolved": correct if case.answerable else 0.0 if seen.failed else declined,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstentionRow:
    """How often each way to end occurred; `empty` are answers without a word."""

    answered: int
    partial: int
    abstained: int
    clarify: int
    empty: int
    failed: int


def abstention_matrix(cases: Iterable[tuple[Case, Observed]]) -> tuple[AbstentionRow, AbstentionRow]:
    """The counts of one system: answerable cases first, then unanswerable ones."""
    counts: dict[bool, dict[str, int]] = {
        answerable: dict.fromkeys(AbstentionRow.__slots__, 0) for answerable in (True, False)
    }
    for case, seen in cases:
        counts[case.answerable][_ending(seen)] += 1
    return AbstentionRow(**counts[True]), AbstentionRow(**counts[False])


def _ending(seen: Observed) -> str:
    if seen.status is None:
        return "failed"
    if seen.status in ("answered", "partial") and not seen.answered:
        return "empty"
    return seen.status
