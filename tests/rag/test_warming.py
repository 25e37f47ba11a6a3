"""Warming: in which order, that questions go first, and that nothing is done twice. With the small model."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.index import Index
from rag.llm.catalogue import resolve_model
from rag.llm.generator import LlamaGenerator
from rag.llm.settings import EngineSettings
from rag.paths import cache_dir
from rag.warming import IdleWarmer, WarmState, Warmth, blocks_in_order, warm_index
from tests.rag.index_fakes import run, write

FEES = "# Fees\nThe harbour fee is 14 crowns a day.\n# Boats\nFishing boats pay nothing.\n"
WASTE = "# Waste\nOil must be handed in at the north quay.\n"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    run(tmp_path / "index", write(tmp_path / "docs", fees=FEES, waste=WASTE))
    with Index.open(tmp_path / "index", "lengths-1") as opened:
        yield opened


def _open(path: Path, *, exact: bool = False) -> LlamaGenerator:
    return LlamaGenerator(
        resolve_model(str(path)),
        instructions="Answer.",
        introduction="Passages:\n",
        settings=EngineSettings(context=1024, threads=1),
        exact=exact,
    )


@pytest.fixture
def generator(smollm2_path: Path) -> Iterator[LlamaGenerator]:
    opened = _open(smollm2_path)
    yield opened
    opened.close()


def _ended(warmer: IdleWarmer) -> Warmth:
    deadline = time.monotonic() + 120
    while warmer.warmth.state is WarmState.READING and time.monotonic() < deadline:
        time.sleep(0.05)
    warmer.close()
    return warmer.warmth


def _silent(_warmth: Warmth, _heading: str) -> None:
    return None


def test_the_first_passage_of_each_document_comes_first(index: Index) -> None:
    heads = [block.split("\n")[0] for block in blocks_in_order(index)]
    assert heads == ["[Fees > Fees]", "[Waste > Waste]", "[Fees > Boats]"]


def test_every_passage_is_stored_once_and_progress_is_told(index: Index, generator: LlamaGenerator) -> None:
    told: list[tuple[int, int, str]] = []
    fees = {index.document("fees.txt").doc_id}
    first = warm_index(
        index,
        generator,
        progress=lambda now, heading: told.append((now.done, now.total, heading)),
        documents=fees,
    )
    assert (first.prefilled, first.stored_before) == (2, 0)
    assert first.warmth.state is WarmState.DONE
    assert told == [(0, 2, "[Fees > Fees]"), (1, 2, "[Fees > Boats]"), (2, 2, "")]
    second = warm_index(index, generator, progress=_silent)
    assert (second.prefilled, second.stored_before) == (1, 2)
    assert second.warmth.bytes > first.warmth.bytes > 0
    assert all(generator.is_warm(block) for block in blocks_in_order(index))
    third = warm_index(index, generator, progress=_silent)
    assert (third.prefilled, third.stored_before, third.warmth.done) == (0, 3, 3)


def test_in_the_background_a_question_goes_first_and_warming_goes_on(
    index: Index, generator: LlamaGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.warming._REST_S", 0.05)
    warmer = IdleWarmer(index, generator)
    assert warmer.warmth == Warmth()
    warmer.start()
    with generator.draft(("[Other]\nNothing.\n\n",), "Question: What?", "Answer:") as draft:
        list(draft.read())
        assert "".join(draft.write(max_tokens=4))
    found = _ended(warmer)
    assert (found.state, found.done, found.total) == (WarmState.DONE, 3, 3)
    assert found.bytes > 0
    assert all(generator.is_warm(block) for block in blocks_in_order(index))


def test_nothing_is_read_twice_for_a_folder_that_cannot_be_written(index: Index, smollm2_path: Path) -> None:
    """A file stands where the folder should be: root may write everywhere else."""
    cache_dir().mkdir(parents=True)
    (cache_dir() / "passages").write_bytes(b"")
    generator = _open(smollm2_path)
    warmer = IdleWarmer(index, generator)
    warmer.start()
    found = _ended(warmer)
    generator.close()
    assert (found.state, found.done, found.total) == (WarmState.UNWRITABLE, 0, 3)
    assert "cannot be written" in found.reason
    assert "GREENPAPER_CACHE" in found.reason


def test_a_full_cache_ends_it_with_what_to_do(index: Index, generator: LlamaGenerator) -> None:
    assert generator.cache is not None
    generator.cache._budget = 1
    report = warm_index(index, generator, progress=_silent)
    assert (report.prefilled, report.warmth.state) == (0, WarmState.FULL)
    assert "--budget" in report.warmth.reason


def test_a_model_that_reads_whole_is_not_warmed(index: Index, smollm2_path: Path) -> None:
    generator = _open(smollm2_path, exact=True)
    warmer = IdleWarmer(index, generator)
    warmer.start()
    assert warmer.warmth.state is WarmState.UNABLE
    assert warm_index(index, generator, progress=_silent).warmth.state is WarmState.UNABLE
    warmer.close()
    generator.close()
