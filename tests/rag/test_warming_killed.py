"""Warming killed at any moment and states damaged in any bit: what is used is what would be computed anew.

The model is tiny and really run, the index is real. `GREENPAPER_KILLS` and `GREENPAPER_FLIPS` ask for the
counts of docs/log.md.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from rag.index import Index
from rag.llm.catalogue import resolve_model
from rag.llm.generator import LlamaGenerator
from rag.llm.passage_cache import PassageCache
from rag.llm.settings import EngineSettings
from rag.warming import blocks_in_order, warm_index
from tests.rag.index_fakes import run, write
from tests.rag.llm.runnable_models import write_full_attention

KILLS = int(os.environ.get("GREENPAPER_KILLS", "3"))
FLIPS = int(os.environ.get("GREENPAPER_FLIPS", "10"))
RULES = "".join(
    f"# Rule {n}\nBoats of class {n} pay {n} crowns a day and carry {n} lights at night.\n" for n in range(40)
)


def open_tiny(folder: Path, cache: Path) -> LlamaGenerator:
    return LlamaGenerator(
        resolve_model(str(folder / "tiny.gguf")),
        instructions="Answer.",
        introduction="Passages:\n",
        settings=EngineSettings(context=2048, threads=1),
        cache=cache,
    )


@contextmanager
def opened(folder: Path, cache: Path) -> Iterator[tuple[Index, LlamaGenerator]]:
    generator = open_tiny(folder, cache)
    with Index.open(folder / "index", "lengths-1") as index:
        yield index, generator
    generator.close()


def warm(folder: Path, cache: Path) -> None:
    """What the process that is killed does: a line on standard output for each passage."""
    with opened(folder, cache) as (index, generator):
        warm_index(index, generator, progress=lambda now, _: print(now.done, flush=True))  # noqa: T201


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of 40 passages, the model, and `whole`, a cache that nobody disturbed."""
    found = tmp_path_factory.mktemp("killed")
    run(found / "index", write(found / "docs", rules=RULES))
    write_full_attention(found / "tiny.gguf")
    with opened(found, found / "whole") as (index, generator):
        assert warm_index(index, generator, progress=lambda now, heading: None).prefilled == 40
    return found


def _states(cache: PassageCache | None) -> dict[bytes, bytes]:
    """Every state that the cache would let anybody use."""
    assert cache is not None
    found = {key: cache.get(key) for key in list(cache._places)}
    return {key: bytes(state.data) for key, state in found.items() if state}


def test_what_a_killed_warming_left_is_right_and_is_gone_on_from(folder: Path, tmp_path: Path) -> None:
    chance = random.Random(4)
    command = "import sys; from pathlib import Path; from tests.rag.test_warming_killed import warm; "
    command += "warm(*map(Path, sys.argv[1:]))"
    with opened(folder, folder / "whole") as (_, generator):
        right = _states(generator.cache)
    reached = []
    for kill in range(KILLS):
        cache = tmp_path / str(kill // 4)  # four kills upon each other, then from nothing again
        words = [sys.executable, "-c", command, str(folder), str(cache)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert process.stdout is not None
        for _ in range(chance.randrange(1, 9)):
            process.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.random() * 0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with opened(folder, cache) as (_, generator):
            left = _states(generator.cache)
        assert all(right[key] == state for key, state in left.items())
        reached.append(len(left))
    assert max(reached) > 3
    with opened(folder, cache) as (index, generator):
        report = warm_index(index, generator, progress=lambda now, heading: None)
        assert report.stored_before >= reached[-1] - 1, "the start of the prompt is a state too"
        assert _states(generator.cache) == right


def test_no_damaged_bit_reaches_an_answer(folder: Path, tmp_path: Path) -> None:
    """Flips all over the file: the answer is as ever, and what was damaged was computed anew."""
    chance, noticed = random.Random(5), 0
    with opened(folder, tmp_path / "cache") as (index, generator):
        passages = list(blocks_in_order(index))[:6]
        _answer(generator, passages)
        expected, cached = _answer(generator, passages)
        right = _states(generator.cache)
    (path,) = (tmp_path / "cache").rglob("states-*.bin")
    whole = path.read_bytes()
    for _ in range(FLIPS):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        generator = open_tiny(folder, tmp_path / "cache")
        text, from_cache = _answer(generator, passages)
        assert text == expected
        assert _states(generator.cache) == right
        noticed += from_cache < cached
        generator.close()
    assert noticed > 0.8 * FLIPS, "all but those in the start, which counts as read before either way"


def _answer(generator: LlamaGenerator, passages: list[str]) -> tuple[str, int]:
    with generator.draft(passages, "Question: What do boats pay?", "Answer:") as draft:
        list(draft.read())
        return "".join(draft.write(max_tokens=40)), draft.usage.cached_tokens
