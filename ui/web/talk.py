"""One question from the box to the finished answer, as a sequence of what the page shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rag.errors import GreenpaperError
from rag.types import Answer, Citation, Cited, Event, Stage, Status, TextDelta
from ui.records.build import record_of
from ui.web.run import Failure, Run
from ui.web.show.phrases import told
from ui.web.state import Exchange, as_citations
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


def follow(words: Words, run: Run, exchange: Exchange) -> Iterator[Moment]:
    """The moments of a run, from its first stage to its answer, its error, or its being stopped."""
    stage, number, began = None, 0, datetime.now(UTC)
    for batch in run.batches():
        for event in batch:
            if isinstance(event, Stage):
                number += stage is None or event.name != stage.name
                stage = event
            else:
                exchange = _after(words, exchange, event)
            if isinstance(event, Answer):
                exchange = _finished(exchange, event, run, began)
        yield Moment(exchange=exchange, stage=stage, stage_number=number, running=True)
    if run.stopped:
        exchange = replace(exchange, note=words("ask.stopped"), citations=())
    elif exchange.answer is None and not exchange.failed:
        exchange = replace(exchange, note=words("ask.failed"), failed=True)
    yield Moment(exchange=exchange, stage=None, stage_number=0, running=False)


def refused(words: Words, question: str) -> str:
    """Why a question is not asked at all, as a sentence; empty when it is."""
    if len(question) <= MAX_QUESTION:
        return ""
    return words("ask.too_long", length=words.number(len(question)), limit=words.number(MAX_QUESTION))


def _after(words: Words, exchange: Exchange, event: Event | Failure) -> Exchange:
    match event:
        case TextDelta():
            return replace(exchange, text=exchange.text + event.text)
        case Cited():
            return replace(exchange, citations=_with(exchange, event))
        case Failure():
            return replace(exchange, note=told(words, event.error), failed=True)
    return exchange


def _with(exchange: Exchange, event: Cited) -> tuple[Citation, ...]:
    others = [known for known in exchange.citations if known.marker != event.citation.marker]
    return tuple(sorted([*others, event.citation], key=lambda citation: citation.marker))


def _finished(exchange: Exchange, answer: Answer, run: Run, began: datetime) -> Exchange:
    """The exchange with its answer, and with the record of it: the library may change at any time."""
    answerer, scope = run.answerer, run.asked.scope
    assert answerer is not None
    library = answerer.index
    nearest: tuple[Citation, ...] = ()
    record = None
    with suppress(GreenpaperError):  # a document that is gone by now
        nearest = as_citations(answer.hits, library) if _abstained(answer) else ()
        record = record_of(answer, library, asked=began, model_sha256=answerer.model_sha256, scope=scope)
    return replace(
        exchange,
        text=answer.text,
        citations=answer.citations,
        nearest=nearest,
        answer=answer,
        documents=len(library.documents() if scope is None else scope),
        read=answer.read,
        record=record,
    )


def _abstained(answer: Answer) -> bool:
    """Whether the nearest passages are shown instead of citations."""
    return answer.status in (Status.ABSTAINED, Status.CLARIFY) and not answer.citations
