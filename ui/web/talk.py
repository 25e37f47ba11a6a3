"""One question from the box to the finished answer, as a sequence of what the page shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from rag.errors import GreenpaperError
from rag.types import Answer, Citation, Cited, Event, Stage, TextDelta
from ui.web import texts
from ui.web.engine import Engine, Failure, Run
from ui.web.render import abstained
from ui.web.state import Exchange, Library, as_citations

MAX_QUESTION = 8_000
"""Characters of one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The exchange as it stands, and what is going on; `running` is False in the last one."""

    exchange: Exchange
    stage: Stage | None
    stage_number: int
    running: bool


def follow(engine: Engine, run: Run, exchange: Exchange) -> Iterator[Moment]:
    """The moments of a run, from its first stage to its answer, its error, or its being stopped."""
    stage, number = None, 0
    for batch in run.batches():
        for event in batch:
            if isinstance(event, Stage):
                number += stage is None or event.name != stage.name
                stage = event
            else:
                exchange = _after(exchange, event, engine)
        yield Moment(exchange=exchange, stage=stage, stage_number=number, running=True)
    if run.stopped:
        exchange = replace(exchange, note=texts.STOPPED)
    elif exchange.answer is None and not exchange.failed:
        exchange = replace(exchange, note=texts.FAILED, failed=True)
    yield Moment(exchange=exchange, stage=None, stage_number=0, running=False)


def refused(question: str) -> str:
    """Why a question is not asked at all, as a sentence; empty when it is."""
    if len(question) <= MAX_QUESTION:
        return ""
    return texts.TOO_LONG.format(length=len(question), limit=MAX_QUESTION)


def _after(exchange: Exchange, event: Event | Failure, engine: Engine) -> Exchange:
    match event:
        case TextDelta():
            return replace(exchange, text=exchange.text + event.text)
        case Cited():
            return replace(exchange, citations=_with(exchange, event))
        case Failure():
            return replace(exchange, note=event.sentence, failed=True)
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
        nearest=_nearest(answer, library) if abstained(answer) else (),
        answer=answer,
        documents=len(library.documents()) if library else 0,
    )


def _nearest(answer: Answer, library: Library | None) -> tuple[Citation, ...]:
    if library is not None:
        with suppress(GreenpaperError):
            return as_citations(answer.hits, library)
    return ()
