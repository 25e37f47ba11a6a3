"""The way from a question to a checked, cited answer: one path for chat, command line and evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from time import perf_counter

from rag.answering import prompt, replies
from rag.answering.abstention import Calibration, Signals, calibration, log_odds, probability
from rag.answering.asked import questions_in
from rag.answering.claims import Grounded, repaired
from rag.answering.counted import lacks_number
from rag.answering.evidence import find_sentences
from rag.answering.followup import standalone
from rag.answering.lists import asks_for_all
from rag.answering.opinion import asks_for_opinion
from rag.answering.premise import SPOKEN_OF, premise_of, spoken_of
from rag.answering.reading import (
    AGAIN_TOKENS,
    ENOUGH,
    MOST_ALONE,
    SURE,
    Reading,
    chance_unstated,
    read_again,
    read_alone,
    write,
)
from rag.answering.shown import Shown
from rag.answering.versions import not_asked_for
from rag.answering.which import could_be_meant
from rag.answering.words import content_words
from rag.answering.work import Work
from rag.errors import GreenpaperError
from rag.index import Index
from rag.llm.generator import ANSWER_TOKENS, Draft, Generator
from rag.retrieval import Retriever
from rag.types import (
    Answer,
    Cited,
    Event,
    Hit,
    Retrieved,
    Stage,
    Support,
    TextDelta,
    Turn,
)

PASSAGES = 6
FURTHER, AT_ONCE = 6, 3
"""Where a question asks for all of something: how many more passages may be read, and how many together."""


class Answerer:
    """Answers questions over one index with one model. One question at a time."""

    def __init__(self, index: Index, retriever: Retriever, generator: Generator) -> None:
        self.index = index
        self.generator = generator
        self.model_name = generator.name
        self._retriever = retriever
        self._calibration: Calibration = calibration(generator.name)
        self._document = lru_cache(maxsize=32)(index.document)
        self.fingerprint = _fingerprint(generator.fingerprint, index, self._calibration)

    @property
    def model_sha256(self) -> str:
        """The digest of the model's file."""
        return self.generator.sha256

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: frozenset[str] | None = None,
        query: str | None = None,
    ) -> Answer:
        """The answer alone: drains `stream`."""
        for event in self.stream(question, history, scope=scope, query=query):
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
        query: str | None = None,
    ) -> Iterator[Event]:
        """Answer `question`, telling about it on the way; the last event is the `Answer`.

        `scope` are the ids of the documents to ask; None means all. `query` is the question as the reader
        corrected it to stand alone; None: it is made from the earlier turns. Raises `StoppedError` when
        `stop` says so, within one batch of decoding.
        """
        work = self._begin(question, history, query)
        if not content_words(work.query):
            yield replies.nothing_asked(work)
            return
        asked = prompt.question_block(question, history)
        yield Stage(name="search", detail=work.query)
        self._retrieve(work, asked, scope)
        yield Retrieved(hits=work.hits)
        if not work.hits:
            yield replies.nothing_found(work)
            return
        if asks_for_opinion(work.question):
            yield replies.no_opinion(work)
            return
        if not history and (several := could_be_meant(work.question, work.hits, work.documents)):
            yield replies.which_one(work, several)
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
            yield from self._quote(work)
            yield Stage(name="check")
            unstated = chance_unstated(draft)
        alone = read_alone(self.generator, blocks[::-1], asked, stop)
        kept = self._judge(work, alone=alone, unstated=unstated)
        if why := self._why_not(work, kept):
            yield replies.abstained(work, why)
            return
        if work.further:
            yield from self._read_on(work, kept, asked, stop)
        answer = self._show(work, kept)
        for citation in answer.citations:
            yield Cited(citation=citation)
        yield answer

    # --- stages -----------------------------------------------------------------------------------

    def _begin(self, question: str, history: Sequence[Turn], query: str | None) -> Work:
        began, corrected = perf_counter(), query is not None
        query = query or standalone(question, history)
        return Work(
            question=question,
            query=query,
            model=self.model_name,
            fingerprint=self.fingerprint,
            follows=bool(history) and not corrected,
            began=began,
            contextualise_s=perf_counter() - began,
        )

    def _retrieve(self, work: Work, asked: str, scope: frozenset[str] | None) -> None:
        started = perf_counter()
        # A follow-up is looked for as it stands, too: what it names itself should not drown (docs/log.md).
        queries = dict.fromkeys((work.query, work.question) if work.follows else (work.query,))
        infos = self.index.documents()
        infos = infos if scope is None else tuple(info for info in infos if info.doc_id in scope)
        if other := not_asked_for(work.question, infos, self._document):
            scope = frozenset(info.doc_id for info in infos) - other
        k = PASSAGES + (FURTHER if asks_for_all(work.question) else 0)
        retrieval = self._retriever.search(*queries, k=k, scope=scope)
        first, work.further = retrieval.hits[:PASSAGES], retrieval.hits[PASSAGES:]
        fitting = self.generator.fits([self._block(hit) for hit in first], asked)
        if first and not fitting:
            raise GreenpaperError(
                "The question is so long that no passage fits beside it. Shorten it, or give the model more "
                "context (--context)."
            )
        work.hits = first[:fitting]
        work.documents = infos
        work.dropped = len(first) - fitting
        work.best_dense = retrieval.best_dense or 0.0
        work.searched = len(infos) if scope is None else len(scope)
        work.retrieve_s = perf_counter() - started

    def _write(self, work: Work, draft: Draft) -> Iterator[Event]:
        started = perf_counter()
        for piece in write(draft):
            work.ttft_s = work.ttft_s or perf_counter() - work.began
            work.text += piece
            yield TextDelta(text=piece)
        work.decode_s = perf_counter() - started

    def _quote(self, work: Work) -> Iterator[Event]:
        """The quotes of what was written, at once: whether it may stay is found out after them."""
        work.sentences = find_sentences(work.hits, self._document)
        work.written = work.grounded(work.text)
        shown = Shown(self.index, self._document, work)
        shown.add([repaired(claim, work.sentences) for claim in _borne_out(work.written)])
        for citation in shown.citations():
            yield Cited(citation=citation)

    def _judge(self, work: Work, *, alone: Reading, unstated: float) -> list[Grounded]:
        """The claims that may be shown; `work` learns how many may not, and the chance of an answer."""
        kept = _borne_out(work.written)
        work.left_out = len(work.written) - len(kept)
        if alone.sure:
            kept = [*work.new(alone.text, kept), *kept]
        signals = Signals(
            surest=alone.confidence,
            about=spoken_of(" ".join(questions_in(work.query)), work.quotes(kept)),
            unstated=log_odds(unstated),
            covered=max((claim.covered for claim in kept), default=0.0),
            dense=work.best_dense,
        )
        work.chance = probability(signals, self._calibration)
        return kept

    def _why_not(self, work: Work, kept: Sequence[Grounded]) -> str:
        """Why the question is not answered; "" where it is."""
        if not kept:
            return "no passage bears out what the model wrote"
        quotes = work.quotes(kept)
        if (premise := premise_of(work.question)) and spoken_of(premise, quotes) < SPOKEN_OF:
            return "no quote speaks of what the question takes for granted"
        if lacks_number(work.question, quotes):
            return "no quote holds a number that could be the one asked for"
        if work.chance < self._calibration.threshold:
            return f"the passages hardly answer it (estimated chance {work.chance:.0%})"
        return ""

    def _read_on(
        self, work: Work, kept: list[Grounded], asked: str, stop: Callable[[], bool] | None
    ) -> Iterator[Event]:
        """Adds to `kept` what further passages say, until they say nothing new or enough were read."""
        total = len(work.hits) + len(work.further)
        while work.further:
            yield Stage(name="read", done=len(work.hits), total=total)
            hits, work.further = work.further[:AT_ONCE], work.further[AT_ONCE:]
            blocks = [self._block(hit) for hit in reversed(hits)]
            reading = read_again(self.generator, blocks, asked, stop)
            work.read_on(hits, find_sentences(hits, self._document))
            new = work.new(reading.text, kept) if reading.sure else []
            kept += new
            if not new:
                return

    def _show(self, work: Work, kept: Sequence[Grounded]) -> Answer:
        shown = Shown(self.index, self._document, work)
        shown.add([repaired(claim, work.sentences) for claim in kept])
        shown.add_other_versions()
        if asks_for_all(work.question):
            shown.add_rest_of_lists()
        return shown.answer()

    def _block(self, hit: Hit) -> str:
        return prompt.passage_block(hit.passage, self._document(hit.passage.span.doc_id).title)


def _borne_out(claims: Sequence[Grounded]) -> list[Grounded]:
    return [claim for claim in claims if claim.support is not Support.NO]


def _fingerprint(generator: str, index: Index, calibrated: Calibration) -> str:
    """A hash of all that makes an answer besides the question: program, model, prompt, index, thresholds."""
    built = (index.manifest.corpus, index.manifest.embedder, index.manifest.chunker, index.manifest.loader)
    asked = (
        *(prompt.INSTRUCTIONS, prompt.INTRODUCTION),
        *(prompt.ANSWER_OPENING, prompt.SIGNAL_OPENING, prompt.OR_UNSTATED),
    )
    limits = (PASSAGES, FURTHER, AT_ONCE, ANSWER_TOKENS, AGAIN_TOKENS, SURE, MOST_ALONE, ENOUGH)
    parts = (version("greenpaper"), generator, built, asked, limits, calibrated)
    return sha256(repr(parts).encode()).hexdigest()[:16]
