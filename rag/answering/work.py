"""What is known so far about one question, and the answer made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from rag.answering.claims import Grounded, adds_to, ground, split_claims
from rag.answering.evidence import Sentence
from rag.types import Answer, Citation, Claim, DocumentInfo, Hit, Status, Support, Timings, Usage


@dataclass(slots=True)
class Work:
    """One question on its way; `began` and `*_s` are seconds of `perf_counter`.

    `follows`: `query` was made from earlier turns, not by the reader. `documents` are those asked, `hits` the
    passages that were read, `further` those that may be read where a question asks for all of something.
    `written` are the claims of `text`, `left_out` counts those that no quote bears out; `chance` is the
    estimated probability that the passages answer.
    """

    question: str
    query: str
    model: str
    fingerprint: str
    began: float
    follows: bool = False
    hits: tuple[Hit, ...] = ()
    further: tuple[Hit, ...] = ()
    documents: tuple[DocumentInfo, ...] = ()
    dropped: int = 0
    best_dense: float = 0.0
    searched: int = 0
    sentences: tuple[Sentence, ...] = ()
    text: str = ""
    written: list[Grounded] = field(default_factory=list)
    left_out: int = 0
    chance: float = 0.0
    usage: Usage = field(default_factory=Usage)
    contextualise_s: float = 0.0
    retrieve_s: float = 0.0
    prefill_s: float = 0.0
    ttft_s: float = 0.0
    decode_s: float = 0.0

    def grounded(self, text: str) -> list[Grounded]:
        """The claims of a text of the model, each with its quotes."""
        return [ground(claim, self.query, self.sentences) for claim in split_claims(text)]

    def new(self, text: str, kept: Sequence[Grounded]) -> list[Grounded]:
        """The claims of another reading that a quote bears out, and that say what `kept` does not."""
        return [
            claim
            for claim in self.grounded(text)
            if claim.support is not Support.NO and adds_to(claim, kept, self.query)
        ]

    def read_on(self, hits: Sequence[Hit], sentences: Sequence[Sentence]) -> None:
        """More passages were read; `sentences` are theirs."""
        read = len(self.hits)
        self.sentences += tuple(replace(one, hit=read + one.hit) for one in sentences)
        self.hits += tuple(hits)

    def quotes(self, claims: Sequence[Grounded]) -> list[str]:
        """The texts that claims rest on."""
        return [self.sentences[quote].text for claim in claims for quote in claim.quotes]

    def answer(
        self,
        status: Status,
        reason: str,
        text: str,
        *,
        claims: Sequence[Claim] = (),
        citations: Sequence[Citation] = (),
    ) -> Answer:
        """The answer, with everything that is known about how it came about."""
        total = perf_counter() - self.began
        return Answer(
            question=self.question,
            query=self.query,
            status=status,
            reason=reason,
            text=text,
            claims=tuple(claims),
            citations=tuple(citations),
            hits=self.hits,
            timings=Timings(
                contextualise_s=self.contextualise_s,
                retrieve_s=self.retrieve_s,
                prefill_s=self.prefill_s,
                ttft_s=self.ttft_s or total,
                decode_s=self.decode_s,
                total_s=total,
            ),
            usage=self.usage,
            model=self.model,
            fingerprint=self.fingerprint,
            dropped=self.dropped,
            confidence=self.chance,
        )
