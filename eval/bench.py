"""How fast a model answers here, beside the same model and prompt through plain llama-cpp-python."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from eval.plain import PlainChat
from rag.answering import prompt
from rag.answering.answerer import Answerer
from rag.index import Index
from rag.types import Answer, Hit, TextDelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Median, least and greatest of several measurements, in the unit of the field that holds it."""

    median: float
    least: float
    greatest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchReport:
    """One model on this machine. Seconds and tokens a second; `ttft_ratio` is plain over warm, of medians.

    `cold_ttft_s` prefills every passage that no earlier question brought, `warm_ttft_s` none; both count from
    the question, with retrieval. `plain_ttft_s` is `Llama.create_chat_completion` on the same texts.
    `searching` is the share of the warm time to the first token that retrieval took.
    """

    model: str
    questions: int
    prompt_tokens: float
    plain_ttft_s: Spread
    cold_ttft_s: Spread
    warm_ttft_s: Spread
    warm_total_s: Spread
    decode_tokens_s: Spread
    ttft_ratio: float
    searching: float
    cache_bytes_per_token: float
    peak_memory_bytes: int


def questions_of(index: Index, count: int) -> tuple[str, ...]:
    """One question for each of `count` passages spread over the index, made from its innermost heading."""
    passages = [passage for info in index.documents() for passage in index.passages_of(info.doc_id)]
    chosen = passages[:: max(1, len(passages) // count)][:count]
    titles = {info.doc_id: info.title for info in index.documents()}
    return tuple(
        f"What does it say about {(passage.heading_path or (titles[passage.span.doc_id],))[-1]}?"
        for passage in chosen
    )


def bench(
    answerer: Answerer,
    plain: PlainChat,
    questions: Sequence[str],
    progress: Callable[[str], None],
    bytes_kept: Callable[[], float],
) -> BenchReport:
    """Each question cold, warm and plain, one after the other, so that a busy moment hits all three."""
    cold, warm, answers, others = [], [], [], []
    for number, question in enumerate(questions, start=1):
        progress(f"{number} of {len(questions)}: {question}")
        cold.append(_first_token(answerer, question)[0])
        seconds, answer = _first_token(answerer, question)
        warm.append(seconds)
        answers.append(answer)
        others.append(plain.first_token_s(prompt.INSTRUCTIONS, _user_text(answerer, answer)))
    decoding = [a.usage.output_tokens / a.timings.decode_s for a in answers if a.timings.decode_s]
    outside = [
        (a.timings.retrieve_s + a.timings.contextualise_s) / seconds
        for a, seconds in zip(answers, warm, strict=True)
    ]
    return BenchReport(
        model=answerer.model_name,
        questions=len(questions),
        prompt_tokens=median(a.usage.prompt_tokens for a in answers),
        plain_ttft_s=_spread(others),
        cold_ttft_s=_spread(cold),
        warm_ttft_s=_spread(warm),
        warm_total_s=_spread([a.timings.total_s for a in answers]),
        decode_tokens_s=_spread(decoding),
        ttft_ratio=median(others) / median(warm),
        searching=median(outside),
        cache_bytes_per_token=bytes_kept(),
        peak_memory_bytes=_peak_memory(),
    )


def _first_token(answerer: Answerer, question: str) -> tuple[float, Answer]:
    """Seconds until the first text of the stream, by a clock of our own, and the answer."""
    began, first = perf_counter(), 0.0
    for event in answerer.stream(question):
        if isinstance(event, TextDelta) and not first:
            first = perf_counter() - began
        if isinstance(event, Answer):
            return first or perf_counter() - began, event
    raise AssertionError("a stream always ends with an answer")


def _user_text(answerer: Answerer, answer: Answer) -> str:
    def block(hit: Hit) -> str:
        return prompt.passage_block(hit.passage, answerer.index.document(hit.passage.span.doc_id).title)

    passages = "".join(block(hit) for hit in reversed(answer.hits))
    return prompt.INTRODUCTION + passages + prompt.question_block(answer.question, ())


def _spread(values: Sequence[float]) -> Spread:
    return Spread(median=median(values), least=min(values), greatest=max(values))


def _peak_memory() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
