"""A run in a process of its own, over scripted systems: done, stopped, gone on with, broken off."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.run_process import RunOrder, RunProcess
from eval.store import read_run
from rag.errors import GreenpaperError
from tests.eval.harbour import write_suite
from tests.rag.index_fakes import run as index_run

pytestmark = pytest.mark.process


def _order(tmp_path: Path, *models: str) -> RunOrder:
    suite = tmp_path / "suite"
    if not suite.exists():
        index_run(tmp_path / "index", write_suite(suite) / "documents")
    return RunOrder(suite=suite, out=tmp_path / "out", index=tmp_path / "index", models=models)


def _process(order: RunOrder, seconds: float = 0.0) -> RunProcess:
    return RunProcess(order, child=("-m", "tests.eval.harbour_child", str(seconds)), patience_s=3)


def test_a_run_tells_its_steps_and_leaves_its_report(tmp_path: Path) -> None:
    order = _order(tmp_path, "right")
    steps = list(_process(order).steps())
    assert [(step.done, step.system, step.case_id) for step in steps[:4]] == [
        (0, "right", "fee"), (1, "right", "master"), (2, "right", "wage"), (3, "always-abstain", "fee"),
    ]  # fmt: skip
    assert {step.total for step in steps} == {9}
    assert read_run(order.out).whole
    assert "Harbour" in (order.out / "report.html").read_text("utf-8")
    assert read_run(order.out).info.index == str(order.index)


def test_stopped_it_keeps_what_it_has_and_goes_on_with_the_rest(tmp_path: Path) -> None:
    order = _order(tmp_path, "right")
    process = _process(order, seconds=0.5)
    for step in process.steps():
        if step.done == 1:
            process.stop()
    assert len(read_run(order.out).results) == 1
    assert not (order.out / "report.html").exists()
    assert [step.done for step in _process(order).steps()] == [*range(1, 9)]
    assert read_run(order.out).whole
    assert (order.out / "report.html").exists()


@pytest.fixture(params=[signal.SIG_DFL, signal.SIG_IGN], ids=["heard", "ignored"])
def _interrupts(request: pytest.FixtureRequest) -> Iterator[None]:
    """Interrupts as what is started inherits them: a shell's background processes ignore them."""
    before = signal.signal(signal.SIGINT, request.param)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interrupts")
def test_whoever_leaves_stops_it(tmp_path: Path) -> None:
    order = _order(tmp_path, "right")
    steps = _process(order, seconds=0.5).steps()
    assert next(steps).done == 0
    steps.close()
    assert read_run(order.out).results == ()


def test_a_model_that_does_not_hear_is_ended_all_the_same(tmp_path: Path) -> None:
    order = _order(tmp_path, "deaf")
    process = _process(order)
    for _ in process.steps():
        process.stop()
    assert read_run(order.out).results == ()


def test_what_can_be_mended_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(GreenpaperError, match="There is no model called 'magic'"):
        list(_process(_order(tmp_path, "magic")).steps())


def test_a_process_that_breaks_off_says_so_and_loses_nothing(tmp_path: Path) -> None:
    order = _order(tmp_path, "frail")
    with pytest.raises(GreenpaperError, match=r"broke off \(SIGKILL\).*go on with it"):
        list(_process(order).steps())
    assert [line["case"] for line in read_run(order.out).results] == ["fee"]
