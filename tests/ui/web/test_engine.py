"""Another model takes the place of the one that runs, and nothing is asked of a model that was closed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event as Flag
from threading import Thread

import pytest

from rag.errors import ModelError
from rag.types import Answer, Stage
from tests.ui.web.scripted import Scripted, library
from ui.web.engine import Engine
from ui.web.run import Failure, Run
from ui.web.state import Asked


@dataclass
class Opened(Scripted):
    """The scripted answerer, which knows whether it was closed."""

    renewed: int = 0

    def close(self) -> None:
        """Once is enough."""
        assert not self.closed
        super().close()

    def reopen(self) -> None:
        """Not of a model that was closed."""
        assert not self.closed
        self.renewed += 1


@dataclass
class Store:
    """Opens models and remembers in which order; `broken` ones fail, and `go` holds the second one back."""

    opened: list[Opened] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)
    broken: tuple[str | None, ...] = ()
    go: Flag = field(default_factory=Flag)

    def __call__(self, name: str | None) -> Opened:
        """The model called `name`."""
        self.asked.append(name)
        if len(self.asked) > 1:
            self.go.wait(5)
            assert self.opened[-1].closed, "two models were open at once"
        if name in self.broken:
            raise ModelError(f"{name} is damaged.")
        self.opened.append(Opened(library(), model_name=name or "first", pause_s=0, stage_s=0))
        return self.opened[-1]


@pytest.fixture
def store() -> Store:
    return Store()


def _engine(store: Store) -> Engine:
    engine = Engine(store)
    assert engine.wait(5)
    return engine


def _answer(engine: Engine, **asked: str) -> Answer | Failure:
    events = [event for batch in Run(engine, Asked(question="open", **asked)).batches(0) for event in batch]
    last = events[-1]
    assert isinstance(last, Answer | Failure)
    return last


def _until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not there():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_first_model_is_freed_before_the_second_is_opened(store: Store) -> None:
    engine = _engine(store)
    store.go.set()
    engine.switch("second")
    assert engine.wait(5)
    assert engine.answerer is store.opened[1]
    assert store.asked == [None, "second"]
    assert [opened.closed for opened in store.opened] == [True, False]


def test_a_question_waits_for_the_new_model_and_is_asked_of_it(store: Store) -> None:
    engine = _engine(store)
    engine.switch("second")
    batches = Run(engine, Asked(question="open")).batches(0)
    assert next(batches) == [Stage(name="load")]
    store.go.set()
    *_, last = (event for batch in batches for event in batch)
    assert isinstance(last, Answer)
    assert last.model == "second"


def test_the_model_is_changed_only_between_questions(store: Store) -> None:
    engine = _engine(store)
    store.go.set()
    with engine.turn:
        engine.switch("second")
        time.sleep(0.05)
        assert not store.opened[0].closed
    _until(lambda: not engine.loading)
    assert store.opened[0].closed


def test_a_model_that_cannot_be_opened_leaves_the_earlier_one_and_says_why(store: Store) -> None:
    store.broken = ("second",)
    engine = _engine(store)
    store.go.set()
    engine.switch("second")
    assert engine.wait(5)
    assert engine.answerer is not None
    assert engine.answerer.model_name == "first"
    assert str(engine.failure) == "second is damaged."
    assert isinstance(_answer(engine), Answer)


def test_a_question_can_name_the_model_that_shall_answer(store: Store) -> None:
    engine = _engine(store)
    store.go.set()
    answer = _answer(engine, model="second")
    assert isinstance(answer, Answer)
    assert answer.model == "second"
    assert _answer(engine, model="second") == answer
    assert store.asked == [None, "second"]


def test_a_question_of_a_model_that_cannot_be_opened_fails_with_the_reason(store: Store) -> None:
    store.broken = ("second",)
    engine = _engine(store)
    store.go.set()
    failed = _answer(engine, model="second")
    assert isinstance(failed, Failure)
    assert str(failed.error) == "second is damaged."


def test_of_two_switches_the_second_comes_after_the_first_and_is_waited_for(store: Store) -> None:
    engine = _engine(store)
    engine.turn.acquire()
    engine.switch("second")
    engine.switch("third")
    engine.turn.release()
    _until(lambda: len(store.asked) == 2)
    assert engine.loading
    store.go.set()
    assert engine.wait(5)
    assert sorted(store.asked[1:], key=str) == ["second", "third"]
    assert engine.answerer is store.opened[-1]
    assert [opened.closed for opened in store.opened] == [True, True, False]


def test_switching_twice_to_one_model_opens_it_once(store: Store) -> None:
    engine = _engine(store)
    store.go.set()
    engine.switch("second")
    engine.switch("second")
    assert engine.wait(5)
    assert store.asked == [None, "second"]


def test_a_question_is_answered_by_the_model_it_names_whatever_is_switched_to_meanwhile(store: Store) -> None:
    engine = _engine(store)
    engine.turn.acquire()
    batches = Run(engine, Asked(question="open", model="second")).batches(0)
    assert next(batches) == [Stage(name="wait")]
    engine.switch("third")
    store.go.set()
    engine.turn.release()
    *_, last = (event for batch in batches for event in batch)
    assert isinstance(last, Answer)
    assert last.model == "second"
    assert engine.wait(5)


def test_a_switch_waits_until_the_model_is_back_and_the_one_that_ran_comes_back(store: Store) -> None:
    engine = _engine(store)
    store.go.set()
    engine.switch("second")
    assert engine.wait(5)
    with engine.lent():
        engine.switch("third")
        time.sleep(0.05)
        assert engine.loading
        assert store.asked == [None, "second"]
    assert engine.wait(5)
    assert store.asked == [None, "second", "second", "third"]


def test_documents_are_renewed_in_whatever_model_runs_by_then(store: Store) -> None:
    engine = _engine(store)
    engine.switch("second")
    renewing = Thread(target=engine.renew)
    renewing.start()
    store.go.set()
    renewing.join(5)
    assert [opened.renewed for opened in store.opened] == [0, 1]


def test_renewing_does_not_wait_for_a_model_that_is_lent_meanwhile(store: Store) -> None:
    engine = _engine(store)
    store.go.set()
    renewing = Thread(target=engine.renew)
    with engine.lent():
        renewing.start()
        renewing.join(5)
        assert not renewing.is_alive()


def test_when_neither_model_can_be_opened_none_answers_and_the_first_reason_is_told(store: Store) -> None:
    engine = _engine(store)
    store.go.set()
    store.broken = ("second", None)
    engine.switch("second")
    assert engine.wait(5)
    assert engine.answerer is None
    failed = _answer(engine)
    assert isinstance(failed, Failure)
    assert str(failed.error) == "second is damaged."
    engine.switch("third")
    assert engine.wait(5)
    assert isinstance(_answer(engine), Answer)
