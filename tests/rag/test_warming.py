"""Warming: in which order, that questions go first, and that nothing is done twice. With the small model."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.index import Index
from rag.llm.catalogue import resolve_model
from rag.llm.generator import LlamaGenerator
from rag.llm.llama import EngineSettings
from rag.types import Stage
from rag.warming import IdleWarmer, blocks_in_order, warm_index
from tests.rag.index_fakes import run, write

FEES = "# Fees\nThe harbour fee is 14 crowns a day.\n# Boats\nFishing boats pay nothing.\n"
WASTE = "# Waste\nOil must be handed in at the north quay.\n"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    run(tmp_path / "index", write(tmp_path / "docs", fees=FEES, waste=WASTE))
    with Index.open(tmp_path / "index", "lengths-1") as opened:
        yield opened


@pytest.fixture
def generator(smollm2_path: Path) -> Iterator[LlamaGenerator]:
    settings = EngineSettings(context=1024, threads=1)
    opened = LlamaGenerator(
        resolve_model(str(smollm2_path)),
        instructions="Answer.",
        introduction="Passages:\n",
        settings=settings,
    )
    yield opened
    opened.close()


def test_the_first_passage_of_each_document_comes_first(index: Index) -> None:
    heads = [block.split("\n")[0] for block in blocks_in_order(index)]
    assert heads == ["[Fees > Fees]", "[Waste > Waste]", "[Fees > Boats]"]


def test_every_passage_is_stored_once_and_progress_is_told(index: Index, generator: LlamaGenerator) -> None:
    told: list[Stage] = []
    first = warm_index(index, generator, progress=told.append)
    assert (first.prefilled, first.stored_before) == (3, 0)
    assert first.bytes > 0
    assert [stage.done for stage in told] == [0, 1, 2, 3]
    assert {stage.total for stage in told} == {3}
    assert all(generator.is_warm(block) for block in blocks_in_order(index))
    second = warm_index(index, generator, progress=told.append)
    assert (second.prefilled, second.stored_before) == (0, 3)


def test_in_the_background_a_question_goes_first_and_warming_goes_on(
    index: Index, generator: LlamaGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.warming._REST_S", 0.05)
    warmer = IdleWarmer(index, generator)
    warmer.start()
    with generator.draft(("[Other]\nNothing.\n\n",), "Question: What?", "Answer:") as draft:
        list(draft.read())
        assert "".join(draft.write(max_tokens=4))
    deadline = time.monotonic() + 60
    while warmer.done < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    warmer.close()
    assert (warmer.done, warmer.total) == (3, 3)
    assert all(generator.is_warm(block) for block in blocks_in_order(index))
