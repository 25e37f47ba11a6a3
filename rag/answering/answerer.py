"""The way from a question to a checked, cited answer: one path for chat, command line and evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from time import perf_counter

from rag.answering import prompt
from rag.answering.abstention import Calibration, Signals, calibration, probability
from rag.answering.citations import resolve
from rag.answering.claims import Grounded, ground, split_claims
from rag.answering.evidence import Sentence, find_sentences
from rag.answering.followup import standalone
from rag.answering.names import share_of_names
from rag.answering.words import content_words
from rag.errors import GreenpaperError
from rag.index import Index
from rag.llm.generator import ANSWER_TOKENS, Draft, Generator
from rag.retrieval import Retriever
from rag.types import (
    Answer,
    Citation,
    Cited,
    Claim,
    Event,
    Hit,
    Retrieved,
    Stage,
    Status,
    Support,
    TextDelta,
    Timings,
    Turn,
    Usage,
)

PASSAGES = 6


@dataclass(slots=True)
class _Work:
    """What is known so far about one question."""

    question: str
    query: str
    began: float
    hits: tuple[Hit, ...] = ()
    dropped: int = 0
    best_dense: float = 0.0
    sentences: tuple[Sentence, ...] = ()
    confidence: float = 0.0
    text: str = ""
    usage: Usage = field(default_factory=Usage)
    contextualise_s: float = 0.0
    retrieve_s: float = 0.0
    prefill_s: float = 0.0
    ttft_s: float = 0.0
    decode_s: float = 0.0


class Answerer:
    """Answers questions over one index with one model. One question at a time."""

    def __init__(self, index: Index, retriever: Retriever, generator: Generator) -> None:
        self.index = index
        self.generator = generator
        self.model_name = generator.name
        self._retriever = retriever
        self._calibration: Calibration = calibration()
        self._document = lru_cache(maxsize=32)(index.document)
        self.fingerprint = _fingerprint(generator.fingerprint, index)

    def ask(
        self, question: str, history: Sequence[Turn] = (), *, scope: frozenset[str] | None = None
    ) -> Answer:
        """The answer alone: drains `stream`."""
        for event in self.stream(question, history, scope=scope):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream always ends with an answer")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: frozenset[str] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Iterator[Event]:
        """Answer `question`, telling about it on the way; the last event is the `Answer`.

        `scope` are the ids of the documents to ask; None means all. Raises `StoppedError` when `stop` says
        so, within one batch of decoding.
        """
        began = perf_counter()
        query = standalone(question, history)
        work = _Work(question=question, query=query, began=began, contextualise_s=perf_counter() - began)
        if not content_words(query):
            yield self._nothing_asked(work)
            return
        asked = prompt.question_block(question, history)
        yield Stage(name="search", detail=query)
        self._retrieve(work, asked, scope)
        yield Retrieved(hits=work.hits)
        if not work.hits:
            yield self._nothing_found(work)
            return
        # The best passage stands last, next to the question: small models read it best there (docs/log.md).
        blocks = [self._block(hit) for hit in reversed(work.hits)]
        with self.generator.draft(blocks, asked, prompt.ANSWER_OPENING, stop=stop) as draft:
            for done in draft.read():
                yield Stage(name="read", done=done, total=len(work.hits))
            work.prefill_s = draft.prefill_s
            yield Stage(name="write")
            yield from self._write(work, draft)
            work.usage = draft.usage
        yield Stage(name="check")
        answer = self._conclude(work)
        for citation in answer.citations:
            yield Cited(citation=citation)
        yield answer

    # --- stages -----------------------------------------------------------------------------------

    def _retrieve(self, work: _Work, asked: str, scope: frozenset[str] | None) -> None:
        started = perf_counter()
        retrieval = self._retriever.search(work.query, k=PASSAGES, scope=scope)
        fitting = self.generator.fits([self._block(hit) for hit in retrieval.hits], asked)
        if retrieval.hits and not fitting:
            raise GreenpaperError(
                "The question is so long that no passage fits beside it. Shorten it, or give the model more "
                "context (--context)."
            )
        work.hits = retrieval.hits[:fitting]
        work.dropped = len(retrieval.hits) - fitting
        work.best_dense = retrieval.best_dense or 0.0
        work.retrieve_s = perf_counter() - started

    def _write(self, work: _Work, draft: Draft) -> Iterator[Event]:
        started = perf_counter()
        for piece in draft.write(max_tokens=ANSWER_TOKENS, until=_is_over):
            work.ttft_s = work.ttft_s or perf_counter() - work.began
            work.text += piece
            yield TextDelta(text=piece)
        work.confidence = draft.confidence
        work.decode_s = perf_counter() - started

    def _conclude(self, work: _Work) -> Answer:
        work.sentences = find_sentences(work.query, work.hits, self._document)
        grounded = [ground(claim, work.query, work.sentences) for claim in split_claims(work.text)]
        kept = [claim for claim in grounded if claim.support is not Support.NO]
        signals = self._signals(work, kept)
        chance = probability(signals, self._calibration)
        if not kept:
            return self._abstained(work, "no passage bears out what the model wrote")
        if chance < self._calibration.threshold:
            return self._abstained(work, f"the passages hardly answer it (estimated chance {chance:.0%})")
        status = Status.ANSWERED if len(kept) == len(grounded) else Status.PARTIAL
        left_out = len(grounded) - len(kept)
        reason = f"{left_out} of {len(grounded)} sentences were left out: no quote bears them out"
        return self._answered(work, kept, status, reason if left_out else "")

    # --- answers ----------------------------------------------------------------------------------

    def _signals(self, work: _Work, kept: Sequence[Grounded]) -> Signals:
        return Signals(
            dense=work.best_dense,
            fit=max((sentence.fit for sentence in work.sentences), default=0.0),
            confidence=work.confidence,
            covered=max((claim.covered for claim in kept), default=0.0),
            names=share_of_names(work.question, [hit.passage.text for hit in work.hits]),
        )

    def _answered(self, work: _Work, kept: Sequence[Grounded], status: Status, reason: str) -> Answer:
        order = list(dict.fromkeys(quote for claim in kept for quote in claim.quotes))
        markers = {quote: number for number, quote in enumerate(order, start=1)}
        claims = tuple(
            Claim(
                text=claim.text,
                citations=tuple(sorted(markers[quote] for quote in claim.quotes)),
                support=claim.support,
                checks=claim.checks,
            )
            for claim in kept
        )
        citations = tuple(self._cite(work, quote, markers[quote]) for quote in order)
        return self._answer(work, status, reason, _with_markers(claims), claims, citations)

    def _nothing_asked(self, work: _Work) -> Answer:
        text = "Please ask in words that can be looked for: a name, a subject, a number."
        return self._answer(work, Status.CLARIFY, "the question has no word to look for", text, (), ())

    def _abstained(self, work: _Work, why: str) -> Answer:
        reason = f"{why}; looked for: {work.query}"
        text = "The documents do not say. The passages nearest to the question are shown with this answer."
        return self._answer(work, Status.ABSTAINED, reason, text, (), ())

    def _nothing_found(self, work: _Work) -> Answer:
        reason = f"no passage was found; looked for: {work.query}"
        return self._answer(work, Status.ABSTAINED, reason, "The documents do not say.", (), ())

    def _answer(
        self,
        work: _Work,
        status: Status,
        reason: str,
        text: str,
        claims: tuple[Claim, ...],
        citations: tuple[Citation, ...],
    ) -> Answer:
        total = perf_counter() - work.began
        return Answer(
            question=work.question,
            query=work.query,
            status=status,
            reason=reason,
            text=text,
            claims=claims,
            citations=citations,
            hits=work.hits,
            timings=Timings(
                contextualise_s=work.contextualise_s,
                retrieve_s=work.retrieve_s,
                prefill_s=work.prefill_s,
                ttft_s=work.ttft_s or total,
                decode_s=work.decode_s,
                total_s=total,
            ),
            usage=work.usage,
            model=self.model_name,
            fingerprint=self.fingerprint,
            dropped=work.dropped,
        )

    def _block(self, hit: Hit) -> str:
        return prompt.passage_block(hit.passage, self._document(hit.passage.span.doc_id).title)

    def _cite(self, work: _Work, sentence: int, marker: int) -> Citation:
        span = work.sentences[sentence].span
        return resolve(span, self._document(span.doc_id), marker)


def _is_over(text: str) -> bool:
    """An answer is one paragraph or list: what small models write after a blank line was not asked for."""
    return text.strip() != "" and text.endswith("\n\n")


def _with_markers(claims: Sequence[Claim]) -> str:
    return " ".join(claim.text + "".join(f" [{n}]" for n in claim.citations) for claim in claims)


def _fingerprint(generator: str, index: Index) -> str:
    """A hash of all that makes an answer besides the question: program, model, prompt, index, thresholds."""
    built = (index.manifest.corpus, index.manifest.embedder, index.manifest.chunker, index.manifest.loader)
    asked = (prompt.INSTRUCTIONS, prompt.INTRODUCTION, prompt.ANSWER_OPENING, PASSAGES, ANSWER_TOKENS)
    parts = (version("greenpaper"), generator, built, asked, calibration())
    return sha256(repr(parts).encode()).hexdigest()[:16]
