"""One question from the box to the finished answer, as a sequence of what the page shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from rag.errors import GreenpaperError
from rag.types import Answer, Citation, Cited, Event, Stage, Status, TextDelta
from ui.web.engine import Engine, Failure, Run
from ui.web.show.phrases import told
from ui.web.state import Exchange, Library, as_citations
from ui.web.texts import Words

MAX_QUESTION = 8_000
"""Characters of one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The exchange as it stands, and what is going on; `running` is False in the last one."""

    exchange: Exchange
    stage: Stage | None
    stage_number: int
    running: bool


def follow(words: Words, engine: Engine, run: Run, exchange: Exchange) -> Iterator[Moment]:
    """The moments of a run, from its first stage to its answer, its error, or its being stopped."""
    stage, number = None, 0
    for batch in run.batches():
        for event in batch:
            if isinstance(event, Stage):
                number += stage is None or event.name != stage.name
                stage = event
            else:
                exchange = _after(words, exchange, event, engine)
        yield Moment(exchange=exchange, stage=stage, stage_number=number, running=True)
    if run.stopped:
        exchange = replace(exchange, note=words("ask.stopped"))
    elif exchange.answer is None and not exchange.failed:
        exchange = replace(exchange, note=words("ask.failed"), failed=True)
    yield Moment(exchange=exchange, stage=None, stage_number=0, running=False)


def refused(words: Words, question: str) -> str:
    """Why a question is not asked at all, as a sentence; empty when it is."""
    if len(question) <= MAX_QUESTION:
        return ""
    return words("ask.too_long", length=words.number(len(question)), limit=words.number(MAX_QUESTION))


def _after(words: Words, exchange: Exchange, event: Event | Failure, engine: Engine) -> Exchange:
    match event:
        case TextDelta():
            return replace(exchange, text=exchange.text + event.text)
        case Cited():
            return replace(exchange, citations=_with(exchange, event))
        case Failure():
            return replace(exchange, note=told(words, event.error), failed=True)
        case Answer():
            return _finished(exchange, event, engine)
    return exchange


def _with(exchange: Exchange, event: Cited) -> tuple[Citation, ...]:
    others = [known for known in exchange.citations if known.marker != event.citation.marker]
    return tuple(sorted([*others, event.citation], key=lambda citation: citation.marker))


def _finished(exchange: Exchange, answer: Answer, engine: Engine) -> Exchange:
    library = engine.answerer.index if engine.answerer else None
    return replace(
        exchange,
        text=answer.text,
        citations=answer.citations,
        nearest=_nearest(answer, library) if _abstained(answer) else (),
        answer=answer,
        documents=len(library.documents()) if library else 0,
    )


def _nearest(answer: Answer, library: Library | None) -> tuple[Citation, ...]:
    if library is not None:
        with suppress(GreenpaperError):
            return as_citations(answer.hits, library)
    return ()


def _abstained(answer: Answer) -> bool:
    """Whether the nearest passages are shown instead of citations."""
    return answer.status in (Status.ABSTAINED, Status.CLARIFY) and not answer.citations
