"""How fast a model answers here, beside the same model and prompt through plain llama-cpp-python."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Protocol

from rag.answering import prompt
from rag.answering.answerer import Answerer
from rag.embedding import Embedder
from rag.index import Index
from rag.llm.generator import LlamaGenerator
from rag.types import Answer, Cited, Hit, Stage, TextDelta

_EMBEDDED = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Median, least and greatest of several measurements, in the unit of the field that holds it."""

    median: float
    least: float
    greatest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchReport:
    """One model on this machine. Seconds, tokens a second, bytes; `ttft_ratio`: plain over warm, of medians.

    Times to the first token count from the question, with retrieval. `plain` is
    `Llama.create_chat_completion` on the same texts; `prefix` reuses the prompt's start and prefills the
    passages, as llama.cpp does by itself; `cold` prefills and keeps every passage that no earlier question
    brought; `warm` prefills none. `outside` is the share of the warm time that is not taking in the question:
    searching, and reading and joining states. `decode` is with lookup, `greedy` without, on the answers that
    cite something (on all where none does), and `identical` of the `compared` ones were the same text.
    `quoted_ratio` is the time in which plain greedy decoding would write the text with its quotes, over that
    from our first word until both stand there: quotes are pointed at, not written. `checked_ratio` is the
    same for the whole answer, further readings and checks and all, which plain decoding has none of. They are
    nan where nothing was quoted, and where nothing is cited in the end.
    `opened_s` is from starting the program to the first word of a warm question. `peak_memory_bytes` is this
    process alone. What was not measured is None.
    """

    model: str
    settings: str
    questions: int
    prompt_tokens: float
    plain_ttft_s: Spread
    prefix_ttft_s: Spread
    cold_ttft_s: Spread
    warm_ttft_s: Spread
    warm_total_s: Spread
    ttft_ratio: float
    outside: Spread
    prefill_tokens_s: Spread
    decode_tokens_s: Spread
    greedy_tokens_s: Spread
    decode_ratio: float
    quoted_ratio: float
    checked_ratio: float
    compared: int
    identical: int
    query_ms: Spread
    cache_bytes_per_token: float
    cache_bytes_per_page: float | None
    peak_memory_bytes: int
    embedded_passages_s: float | None = None
    opened_s: float | None = None


class Plain(Protocol):
    """The same model the ordinary way."""

    def first_token_s(self, system: str, user: str) -> float:
        """Seconds until the first text of a streamed answer, the prompt prefilled whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One question asked once: seconds to the first text, and of these those not spent on the question;
    seconds to the end of the text and its quotes; that text and these quotes."""

    ttft_s: float
    outside_s: float
    quoted_s: float
    text: str
    quotes: tuple[str, ...]
    answer: Answer


@dataclass(slots=True)
class _Runs:
    """Every question, each way."""

    cold: list[_Asked] = field(default_factory=list)
    prefix: list[_Asked] = field(default_factory=list)
    warm: list[_Asked] = field(default_factory=list)
    greedy: list[_Asked] = field(default_factory=list)
    plain_s: list[float] = field(default_factory=list)


def questions_of(index: Index, count: int) -> tuple[str, ...]:
    """One question for each of `count` passages spread over the index, made from its innermost heading."""
    passages = [passage for info in index.documents() for passage in index.passages_of(info.doc_id)]
    chosen = passages[:: max(1, len(passages) // count)][:count]
    titles = {info.doc_id: info.title for info in index.documents()}
    return tuple(
        f"What does it say about {(passage.heading_path or (titles[passage.span.doc_id],))[-1]}?"
        for passage in chosen
    )


def embedding_speed(index: Index, embedder: Embedder) -> float:
    """Passages a second, of up to 64 of the index; the first eight only warm the embedder up."""
    texts = [
        passage.text for info in index.documents() for passage in index.passages_of(info.doc_id)[:_EMBEDDED]
    ][:_EMBEDDED]
    embedder.embed(texts[:8])
    began = perf_counter()
    embedder.embed(texts)
    return len(texts) / (perf_counter() - began)


def bench(
    answerer: Answerer,
    generator: LlamaGenerator,
    plain: Plain,
    questions: Sequence[str],
    *,
    settings: str,
    progress: Callable[[str], None],
) -> BenchReport:
    """Each question each way, one way after the other, so that a busy moment hits all of them.

    `generator` is the answerer's own; `settings` are words for the reader on how it is run.
    """
    runs = _Runs()
    for number, question in enumerate(questions, start=1):
        progress(f"{number} of {len(questions)}: {question}")
        runs.cold.append(_ask(answerer, generator, question))
        runs.warm.append(_ask(answerer, generator, question))
        generator.lookup = False
        runs.greedy.append(_ask(answerer, generator, question))
        generator.lookup = True
        with generator.reading_whole():
            runs.prefix.append(_ask(answerer, generator, question))
        user = _user_text(answerer, runs.warm[-1].answer)
        runs.plain_s.append(plain.first_token_s(prompt.INSTRUCTIONS, user))
    return _report(answerer, generator, runs, settings)


def _report(answerer: Answerer, generator: LlamaGenerator, runs: _Runs, settings: str) -> BenchReport:
    written = [
        (with_it, without)
        for with_it, without in zip(runs.warm, runs.greedy, strict=True)
        if with_it.answer.timings.decode_s and without.answer.timings.decode_s
    ]
    pairs = [pair for pair in written if pair[0].answer.citations] or written
    warm_ttft = _spread([asked.ttft_s for asked in runs.warm])
    per_token = generator.bytes_per_token()
    return BenchReport(
        model=answerer.model_name,
        settings=settings,
        questions=len(runs.warm),
        prompt_tokens=median(asked.answer.usage.prompt_tokens for asked in runs.warm),
        plain_ttft_s=_spread(runs.plain_s),
        prefix_ttft_s=_spread([asked.ttft_s for asked in runs.prefix]),
        cold_ttft_s=_spread([asked.ttft_s for asked in runs.cold]),
        warm_ttft_s=warm_ttft,
        warm_total_s=_spread([asked.answer.timings.total_s for asked in runs.warm]),
        ttft_ratio=median(runs.plain_s) / warm_ttft.median,
        outside=_spread([asked.outside_s / asked.ttft_s for asked in runs.warm]),
        prefill_tokens_s=_spread([_prefill_speed(asked.answer) for asked in runs.prefix]),
        decode_tokens_s=_spread([_decode_speed(with_it.answer) for with_it, _ in pairs]),
        greedy_tokens_s=_spread([_decode_speed(without.answer) for _, without in pairs]),
        decode_ratio=_ratio(pairs),
        quoted_ratio=_quoted_ratio(generator, written),
        checked_ratio=_checked_ratio(generator, pairs),
        compared=len(pairs),
        identical=sum(with_it.text == without.text for with_it, without in pairs),
        query_ms=_spread([1000 * asked.answer.timings.retrieve_s for asked in runs.warm]),
        cache_bytes_per_token=per_token,
        cache_bytes_per_page=_bytes_per_page(answerer.index, generator, per_token),
        peak_memory_bytes=_peak_memory(),
    )


def _ask(answerer: Answerer, generator: LlamaGenerator, question: str) -> _Asked:
    """Ask once, by a clock of our own."""
    began, first, joined, quoted, text, quotes = perf_counter(), 0.0, 0.0, 0.0, "", list[str]()
    for event in answerer.stream(question):
        if isinstance(event, TextDelta):
            if not first:
                first, joined = perf_counter() - began, generator.joined_s
            text += event.text
        if isinstance(event, Cited) and not quoted:
            quotes.append(event.citation.quote)
        if isinstance(event, Stage) and event.name == "check":
            quoted = perf_counter() - began
        if isinstance(event, Answer):
            timings = event.timings
            return _Asked(
                ttft_s=first or perf_counter() - began,
                outside_s=timings.contextualise_s + timings.retrieve_s + joined,
                quoted_s=quoted,
                text=text,
                quotes=tuple(quotes),
                answer=event,
            )
    raise AssertionError("a stream always ends with an answer")


def _prefill_speed(answer: Answer) -> float:
    return (answer.usage.prompt_tokens - answer.usage.cached_tokens) / answer.timings.prefill_s


def _decode_speed(answer: Answer) -> float:
    return answer.usage.output_tokens / answer.timings.decode_s


def _ratio(pairs: Sequence[tuple[_Asked, _Asked]]) -> float:
    """Tokens a second with lookup over those without, over all the text together; nan without any."""
    with_it = sum(one.answer.timings.decode_s for one, _ in pairs)
    return sum(other.answer.timings.decode_s for _, other in pairs) / with_it if with_it else float("nan")


def _quoted_ratio(generator: LlamaGenerator, pairs: Sequence[tuple[_Asked, _Asked]]) -> float:
    """See `BenchReport.quoted_ratio`; over all that quote something together."""
    ours = plain = 0.0
    for one, other in pairs:
        if one.quotes:
            ours += one.quoted_s - one.ttft_s
            plain += _seconds_to_write(generator, one.text, one.quotes, other.answer)
    return plain / ours if ours else float("nan")


def _checked_ratio(generator: LlamaGenerator, pairs: Sequence[tuple[_Asked, _Asked]]) -> float:
    """See `BenchReport.checked_ratio`; over all answers that cite something together."""
    ours = plain = 0.0
    for one, other in pairs:
        if quotes := [citation.quote for citation in one.answer.citations]:
            ours += one.answer.timings.total_s - one.ttft_s
            plain += _seconds_to_write(generator, one.answer.text, quotes, other.answer)
    return plain / ours if ours else float("nan")


def _seconds_to_write(generator: LlamaGenerator, text: str, quotes: Sequence[str], greedy: Answer) -> float:
    """How long plain greedy decoding, as quick as it was for `greedy`, takes for a text and other quotes."""
    others = {quote for quote in quotes if quote not in text}
    return sum(generator.tokens_of(part) for part in (text, *others)) / _decode_speed(greedy)


def _bytes_per_page(index: Index, generator: LlamaGenerator, per_token: float) -> float | None:
    """What the cache keeps for a page of the documents that have pages; None where none has."""
    paged = [info for info in index.documents() if info.pages]
    if not paged:
        return None
    tokens = sum(
        generator.tokens_of(prompt.passage_block(passage, info.title))
        for info in paged
        for passage in index.passages_of(info.doc_id)
    )
    return per_token * tokens / sum(info.pages for info in paged)


def _user_text(answerer: Answerer, answer: Answer) -> str:
    def block(hit: Hit) -> str:
        return prompt.passage_block(hit.passage, answerer.index.document(hit.passage.span.doc_id).title)

    passages = "".join(block(hit) for hit in reversed(answer.hits))
    return prompt.INTRODUCTION + passages + prompt.question_block(answer.question, ())


def _spread(values: Sequence[float]) -> Spread:
    """Of no values at all: three times nan."""
    if not values:
        return Spread(median=float("nan"), least=float("nan"), greatest=float("nan"))
    return Spread(median=median(values), least=min(values), greatest=max(values))


def _peak_memory() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
