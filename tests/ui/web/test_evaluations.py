"""Evaluations behind the page, over scripted models: one at a time, the chat's model away, nothing lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.kept import Kept
from eval.typed_suite import Settled, Typed, typed_rows
from rag.errors import GreenpaperError
from rag.types import Stage
from tests.ui.web.scripted import Scripted, library
from tests.ui.web.scripted_evaluations import evaluations
from ui.web.engine import Engine
from ui.web.evaluations import Evaluations
from ui.web.run import Run
from ui.web.state import Asked

pytestmark = pytest.mark.process


class Shelf:
    """Opens scripted answerers, and remembers them all."""

    def __init__(self) -> None:
        self.opened: list[Scripted] = []

    def open(self, model: str | None) -> Scripted:
        self.opened.append(Scripted(library()))
        return self.opened[-1]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def engine(shelf: Shelf) -> Engine:
    engine = Engine(shelf.open)
    assert engine.wait(5)
    return engine


def made(engine: Engine, tmp_path: Path) -> tuple[Evaluations, Kept]:
    found = evaluations(engine, tmp_path, seconds=0.0)
    rows, _ = typed_rows([Typed(question="What is the fee?", answer="14"), Typed(question="Who pays?")])
    drafts = found.propose(rows)
    assert drafts[0].candidates[0].quote == "The harbour fee is 14 crowns a day."
    settled = [Settled(row=one.row, evidence=next(iter(one.candidates), None)) for one in drafts]
    return found, found.save("Fees", settled)


def until(ready: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.05)


def rests(found: Evaluations) -> bool:
    return found.progress is not None and not found.progress.running


def test_while_one_runs_the_model_is_away_and_afterwards_it_is_there_again(
    engine: Engine, shelf: Shelf, tmp_path: Path
) -> None:
    found, one = made(engine, tmp_path)
    assert (one.name, one.cases, one.total) == ("Fees", 2, 0)
    assert found.start(one, ["right"])
    assert not found.start(one, ["right"]), "one at a time"
    until(lambda: engine.away)
    assert [answerer.closed for answerer in shelf.opened] == [True]
    assert engine.answerer is shelf.opened[0], "its index can still be read"
    run = Run(engine, Asked(question="What is open?"))
    first = next(run.batches())
    assert next(event.name for event in first if isinstance(event, Stage)) == "away"
    until(lambda: rests(found))
    assert [answerer.closed for answerer in shelf.opened] == [True, False]
    assert [type(event).__name__ for batch in run.batches() for event in batch][-1] == "Answer"
    (kept,) = found.kept()
    assert kept.finished
    assert (kept.done, kept.total) == (6, 6)
    assert kept.page.is_file()


def test_stopped_at_once_it_can_be_gone_on_with(engine: Engine, shelf: Shelf, tmp_path: Path) -> None:
    found, one = made(engine, tmp_path)
    with engine.turn:  # a question runs
        assert found.start(one, ["slow"])
        found.stop()
    until(lambda: rests(found))
    assert found.progress is not None
    assert found.progress.error is None
    assert found.progress.step is None
    found.stop()
    assert found.start(one, ["right"])
    until(lambda: rests(found))
    assert found.kept()[0].finished
    assert len(shelf.opened) == 3


def test_what_breaks_off_is_told_and_the_chat_goes_on(engine: Engine, shelf: Shelf, tmp_path: Path) -> None:
    found, one = made(engine, tmp_path)
    assert found.start(one, ["magic"])
    until(lambda: rests(found))
    assert found.progress is not None
    assert isinstance(found.progress.error, GreenpaperError)
    assert "There is no model called 'magic'" in str(found.progress.error)
    assert engine.answerer is shelf.opened[-1]
    assert not shelf.opened[-1].closed


def test_a_model_that_cannot_be_opened_again_is_a_failure_of_the_chat_alone(tmp_path: Path) -> None:
    answers = [Scripted(library())]

    def once(model: str | None) -> Scripted:
        if not answers:
            raise GreenpaperError("The model is gone.")
        return answers.pop()

    engine = Engine(once)
    assert engine.wait(5)
    with engine.lent():
        assert engine.answerer is not None
    assert engine.answerer is None
    assert str(engine.failure) == "The model is gone."


def test_no_other_key_than_one_that_is_kept_is_found(engine: Engine, tmp_path: Path) -> None:
    found, one = made(engine, tmp_path)
    assert found.one(one.key) == one
    assert found.one("../fees") is None
