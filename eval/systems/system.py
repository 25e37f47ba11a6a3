"""What a system is: it gets a case and gives an answer, in the shape of our own."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from time import perf_counter
from typing import Protocol

from eval.cases import Case
from rag.answering.followup import standalone
from rag.types import Answer, Citation, Claim, Hit, Status, Timings, Usage


class Kind(StrEnum):
    """The kinds of systems; `--system` names them so."""

    PIPELINE = "pipeline"
    EXACT = "exact"
    NAIVE = "naive"
    CLOSED_BOOK = "closed-book"
    ALWAYS_ABSTAIN = "always-abstain"
    FIRST_SENTENCE = "first-sentence"


class System(Protocol):
    """Answers cases, one at a time. What it raises counts as that case's failure."""

    reads_passages: bool
    """Whether it is given passages, so that what was found for it can be scored."""

    def answer(self, case: Case) -> Answer:
        """The answer, with citations only where the system really cites."""

    def close(self) -> None:
        """Frees what it holds."""


class Watch:
    """The seconds of one answer: `first` is when its first character came."""

    def __init__(self) -> None:
        self._began = perf_counter()
        self.retrieved = 0.0
        self.first = 0.0

    def now(self) -> float:
        """Seconds since the question."""
        return perf_counter() - self._began

    def timings(self) -> Timings:
        """What was measured, ending now."""
        total = self.now()
        first = self.first or total
        return Timings(
            retrieve_s=self.retrieved,
            prefill_s=first - self.retrieved,
            ttft_s=first,
            decode_s=total - first,
            total_s=total,
        )


def plain_answer(
    case: Case,
    model: str,
    status: Status,
    text: str,
    watch: Watch,
    *,
    reason: str = "",
    claims: Sequence[Claim] = (),
    citations: Sequence[Citation] = (),
    hits: Sequence[Hit] = (),
    usage: Usage | None = None,
    dropped: int = 0,
) -> Answer:
    """An answer of a system that is not our own; `fingerprint` stays empty, the result's line has it."""
    return Answer(
        question=case.question,
        query=standalone(case.question, case.turns),
        status=status,
        reason=reason,
        text=text,
        claims=tuple(claims),
        citations=tuple(citations),
        hits=tuple(hits),
        timings=watch.timings(),
        usage=usage or Usage(),
        model=model,
        fingerprint="",
        dropped=dropped,
    )
