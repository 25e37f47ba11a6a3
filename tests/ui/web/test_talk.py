"""A question from the box to the answer, without a browser."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from threading import Event as Flag

import pytest

from rag.errors import ModelError
from rag.types import Answer, Cited, Event, Stage, Status, TextDelta, Turn
from tests.ui.web.scripted import HOSTILE, PARAGRAPHS, Library, Scripted, library
from ui.web.engine import Engine
from ui.web.run import Run
from ui.web.sessions import Sessions
from ui.web.state import Asked, Exchange, as_turns
from ui.web.talk import MAX_QUESTION, Moment, follow, refused
from ui.web.texts import Words

WORDS = Words("en")


def _engine(answerer: object) -> Engine:
    engine = Engine(lambda model: answerer)  # type: ignore[arg-type, return-value]
    assert engine.wait(5)
    return engine


def _moments(engine: Engine, question: str, run: Run | None = None) -> Iterator[Moment]:
    exchange = Exchange(number=1, question=question)
    return follow(WORDS, run or Run(engine, Asked(question=question)), exchange)


def _last(engine: Engine, question: str) -> Exchange:
    *_, last = _moments(engine, question)
    assert not last.running
    return last.exchange


@pytest.fixture
def scripted() -> Scripted:
    return Scripted(library(), pause_s=0)


class _Waiting:
    """An engine that writes one word, and then nothing until it is told to stop or `go` is set."""

    model_name = "waiting"
    model_sha256 = "0" * 64

    def __init__(self) -> None:
        self.index: Library = library()
        self.go = Flag()
        self.ended = Flag()
        self.running = 0
        self.most_running = 0

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: frozenset[str] | None = None,
        stop: Callable[[], bool] | None = None,
        query: str | None = None,
    ) -> Iterator[Event]:
        assert stop is not None
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            yield Stage(name="write")
            yield TextDelta(text="Word")
            *_, answer = Scripted(self.index, pause_s=0).stream("What is open?")
            assert isinstance(answer, Answer)
            yield Cited(citation=answer.citations[0])
            yield Stage(name="check")
            while not stop() and not self.go.is_set():
                time.sleep(0.01)
            if self.go.is_set():
                yield from Scripted(self.index, pause_s=0).stream(question, history)
        finally:
            self.running -= 1
            self.ended.set()


def test_quotes_of_a_preview_go_where_the_documents_do_not_say() -> None:
    waiting = _Waiting()
    waiting.go.set()
    *moments, last = _moments(_engine(waiting), "How is the weather?")
    assert any(moment.exchange.citations for moment in moments)
    assert not last.exchange.citations
    assert last.exchange.nearest


def test_an_answer_comes_with_its_citations_claims_and_what_was_read(scripted: Scripted) -> None:
    exchange = _last(_engine(scripted), "What is open?")
    assert exchange.answer is not None
    assert exchange.text == exchange.answer.text
    assert [citation.marker for citation in exchange.citations] == [1, 2, 3]
    assert exchange.documents == 3
    assert not exchange.note


@pytest.mark.parametrize(("chosen", "searched"), [(None, 3), ({"a"}, 1), (set(), 0)])
def test_the_documents_that_were_searched_are_those_that_were_chosen(
    scripted: Scripted, chosen: set[str] | None, searched: int
) -> None:
    engine = _engine(scripted)
    scope = None if chosen is None else frozenset(chosen)
    *_, last = _moments(engine, "open", Run(engine, Asked(question="open", scope=scope)))
    assert last.exchange.documents == searched


def test_text_and_stages_are_shown_before_the_answer_is_there(scripted: Scripted) -> None:
    scripted.pause_s, scripted.stage_s = 0.01, 0.15
    moments = list(_moments(_engine(scripted), "What is open?"))
    before = [moment for moment in moments if moment.exchange.answer is None]
    stages = [moment.stage.name for moment in before if moment.stage]
    assert list(dict.fromkeys(stages)) == ["search", "read", "write"]
    assert len({moment.exchange.text for moment in before}) > 3
    numbers = [moment.stage_number for moment in before]
    assert numbers == sorted(numbers)


def test_an_abstention_brings_the_nearest_passages_with_their_places(scripted: Scripted) -> None:
    exchange = _last(_engine(scripted), "And the weather?")
    assert exchange.answer is not None
    assert exchange.answer.status is Status.ABSTAINED
    assert exchange.citations == ()
    assert [near.quote for near in exchange.nearest] == [PARAGRAPHS[1], PARAGRAPHS[4], PARAGRAPHS[2]]
    assert [(near.page, near.page_label) for near in exchange.nearest] == [(1, "iv"), (2, "2"), (1, "iv")]
    assert exchange.nearest[1].section == "Duties of public bodies"


def test_an_error_that_can_be_mended_is_shown(scripted: Scripted) -> None:
    exchange = _last(_engine(scripted), "mend")
    assert exchange.failed
    assert exchange.note == f"The model file is damaged. Pull it again. {HOSTILE}"


def test_any_other_error_is_logged_and_told_without_its_details(
    scripted: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        exchange = _last(_engine(scripted), "crash")
    assert exchange.failed
    assert exchange.note == WORDS("ask.failed")
    assert "secret detail" in caplog.text


def test_a_model_that_cannot_be_loaded_says_so_at_every_question() -> None:
    def broken(model: str | None) -> Scripted:
        raise ModelError("The model is missing. Run: greenpaper models pull")

    engine = Engine(broken)
    assert engine.wait(5)
    assert engine.answerer is None
    assert _last(engine, "x").note == "The model is missing. Run: greenpaper models pull"


def test_a_question_waits_for_the_model(scripted: Scripted) -> None:
    ready = Flag()

    def slow(model: str | None) -> Scripted:
        ready.wait(5)
        return scripted

    moments = _moments(Engine(slow), "x")
    first = next(moments)
    assert first.stage is not None
    assert first.stage.name == "load"
    ready.set()
    *_, last = moments
    assert last.exchange.answer is not None


def test_stop_ends_the_page_at_once_and_the_engine_too() -> None:
    waiting = _Waiting()
    engine = _engine(waiting)
    run = Run(engine, Asked(question="x"))
    moments = _moments(engine, "x", run)
    assert next(moments).exchange.text in ("", "Word")
    asked = time.perf_counter()
    run.stop()
    *_, last = moments
    assert time.perf_counter() - asked < 0.2
    assert last.exchange.note == WORDS("ask.stopped")
    assert not last.exchange.citations, "nothing unchecked stays"
    assert not last.running
    assert waiting.ended.wait(0.5)


def test_two_pages_take_turns() -> None:
    waiting = _Waiting()
    engine = _engine(waiting)
    first = Run(engine, Asked(question="x"))
    next(first.batches())
    second = _moments(engine, "y")
    told = next(second)
    assert told.stage is not None
    assert told.stage.name == "wait"
    waiting.go.set()
    *_, last = second
    assert last.exchange.answer is not None
    assert waiting.most_running == 1


class _Asker:
    def __init__(self, name: str) -> None:
        self.session_hash: str | None = name


def test_a_page_stops_only_its_own_question() -> None:
    engine = _engine(_Waiting())
    sessions, mine, yours = Sessions(), _Asker("a"), _Asker("b")
    one, two = Run(engine, Asked(question="x")), Run(engine, Asked(question="y"))
    with sessions.running(mine, one), sessions.running(yours, two):
        sessions.stop(mine)
        assert (one.stopped, two.stopped) == (True, False)
    assert two.stopped
    sessions.stop(_Asker("c"))


def test_only_answered_questions_are_history(scripted: Scripted) -> None:
    answered = _last(_engine(scripted), "What is open?")
    stopped = Exchange(number=2, question="stopped", text="half", note=WORDS("ask.stopped"))
    assert [turn.question for turn in as_turns([answered, stopped])] == ["What is open?"]


def test_a_question_that_is_too_long_is_refused_with_both_numbers() -> None:
    assert refused(WORDS, "x" * MAX_QUESTION) == ""
    sentence = refused(WORDS, "x" * 200_000)
    assert "200,000" in sentence
    assert "8,000" in sentence
