"""Calibrations: what is stored is used, a damaged file is told of and ignored, and only clear gains count."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.llm.calibration import (
    Calibration,
    Load,
    Trial,
    calibration_path,
    default_tuning,
    describe,
    find_calibration,
    in_force,
    save_calibration,
)
from rag.llm.catalogue import resolve_model
from rag.llm.generator import LlamaGenerator
from rag.llm.gpu import ALL, layers_that_fit
from rag.llm.llama import Gpu, gpus, stitching_obstacle
from rag.llm.measure import Sample, calibrate, choose, costs
from rag.llm.model_files import ModelFile
from rag.llm.settings import EngineSettings, RunSettings, Tuning
from tests.rag.llm.tiny_models import gguf, text

TUNING = Tuning(threads=3, batch=64, kv_type="f16", flash_attention=False, packed=True, draft=7, mmap=False)
FOUND = Calibration(
    model="tiny",
    machine="a machine",
    build="a build",
    date="2026-11-23",
    tuning=TUNING,
    trials=(Trial(name="q8_0", prefill=9.0, question_s=0.5, decode=4.0, ratio=1.0, spread=0.0, chosen=True),),
    loads=(Load(name="mmap", seconds=0.25, chosen=True),),
)


@pytest.fixture
def model(tmp_path: Path) -> ModelFile:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(gguf())
    return resolve_model(str(path))


def test_what_was_stored_is_found_and_used(model: ModelFile) -> None:
    assert find_calibration(model) == (None, "")
    assert in_force(model, EngineSettings()).threads == default_tuning().threads
    save_calibration(model, FOUND)
    assert find_calibration(model) == (FOUND, "")
    used = in_force(model, EngineSettings(context=2048))
    assert (used.threads, used.memory, used.context) == (3, TUNING.memory, 2048)
    assert in_force(model, EngineSettings(threads=1)).threads == 1
    assert in_force(model, EngineSettings(calibrated=False)).memory == default_tuning().memory


def test_another_model_has_a_calibration_of_its_own(model: ModelFile) -> None:
    save_calibration(model, FOUND)
    other = replace(model, sha256="0" * 64)
    assert find_calibration(other) == (None, "")
    save_calibration(other, replace(FOUND, tuning=replace(TUNING, threads=1)))
    assert find_calibration(model) == (FOUND, "")


def _damage(change: Any) -> str:
    stored = json.loads(calibration_path().read_text("utf-8"))
    (row,) = stored["calibrations"].values()
    change(row)
    return json.dumps(stored)


DAMAGES = {
    "not JSON": lambda: "{",
    "not text": lambda: "\ud800",
    "another shape": lambda: "[]",
    "another format": lambda: '{"format": 99, "calibrations": {}}',
    "a row that is no row": lambda: _damage(dict.clear),
    "no tuning": lambda: _damage(lambda row: row.pop("tuning")),
    "a field too few": lambda: _damage(lambda row: row["tuning"].pop("draft")),
    "a field too many": lambda: _damage(lambda row: row["tuning"].update(hurry=True)),
    "text for a number": lambda: _damage(lambda row: row["tuning"].update(threads="3")),
    "yes for a number": lambda: _damage(lambda row: row["tuning"].update(threads=True)),
    "no threads": lambda: _damage(lambda row: row["tuning"].update(threads=0)),
    "threads that crash": lambda: _damage(lambda row: row["tuning"].update(threads=10**6)),
    "what cannot be run": lambda: _damage(lambda row: row["tuning"].update(kv_type="q8_0", packed=False)),
    "a trial without figures": lambda: _damage(lambda row: row["trials"][0].update(prefill=None)),
    "trials that are none": lambda: _damage(lambda row: row.update(trials=7)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_told_of_and_ignored(
    model: ModelFile, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    save_calibration(model, FOUND)
    calibration_path().write_text(DAMAGES[damage](), "utf-8", "surrogatepass")
    found, problem = find_calibration(model)
    assert found is None
    assert str(calibration_path()) in problem
    assert "greenpaper doctor --calibrate" in problem
    with caplog.at_level(logging.WARNING):
        used = in_force(model, EngineSettings())
    assert used.memory == default_tuning().memory
    assert caplog.messages == [problem]
    save_calibration(model, FOUND)
    assert find_calibration(model) == (FOUND, "")


def test_what_is_in_force_is_told_in_words() -> None:
    settings = RunSettings(threads=1, mlock=True, gpu_layers=-1)
    words = describe(settings)
    assert words.startswith("1 thread, batches of 512, keys and values in f16, stored in 8 bits, no flash")
    assert words.endswith("mapped into memory, locked there, all layers on the GPU")
    assert "GPU" not in describe(replace(settings, gpu_layers=0))


# --- choosing -------------------------------------------------------------------------------------


def _samples(*seconds: float, four: float = 1.8, eight: float = 2.8) -> list[Sample]:
    """Rounds whose typical answer takes `seconds`."""
    return [
        Sample(passage_s=s - 0.4, question_s=0.0, token_s=0.01, four_s=four * 0.01, eight_s=eight * 0.01)
        for s in seconds
    ]


@pytest.mark.parametrize(
    ("others", "margin", "chosen"),
    [
        pytest.param({}, 0.05, "first", id="nothing else"),
        pytest.param({"b": (9.0, 9.0, 9.0)}, 0.05, "b", id="a clear gain"),
        pytest.param({"b": (9.6, 9.6, 9.6)}, 0.05, "first", id="below the margin"),
        pytest.param({"b": (9.0, 9.0, 9.0)}, 0.15, "first", id="below the margin of what voids the cache"),
        pytest.param({"b": (5.0, 9.0, 13.0)}, 0.05, "first", id="a gain within the spread"),
        pytest.param({"b": (9.0, 9.0, 9.0), "c": (8.0, 8.0, 8.0)}, 0.05, "c", id="the greatest gain"),
        pytest.param({"b": (11.0, 12.0, 13.0)}, 0.05, "first", id="slower"),
    ],
)
def test_only_a_clear_gain_leads_away_from_the_default(
    others: dict[str, tuple[float, ...]], margin: float, chosen: str
) -> None:
    measured = {"first": _samples(10.0, 10.0, 10.0)}
    measured |= {name: _samples(*seconds) for name, seconds in others.items()}
    assert choose(measured, margin) == chosen


def test_rounds_are_compared_with_their_own_default() -> None:
    """A machine that grows busy slows both: the gain of each round is what counts."""
    assert choose({"first": _samples(10.0, 30.0), "b": _samples(8.0, 24.0)}, 0.05) == "b"


@pytest.mark.parametrize(
    ("four", "eight", "expected"),
    [
        pytest.param(1.8, 2.8, {"four": 1.8, "eight": 2.8}, id="as measured"),
        pytest.param(0.9, 2.0, {"four": 1.0, "eight": 2.0}, id="never less than one"),
        pytest.param(2.0, 1.5, {"four": 2.0, "eight": 2.0}, id="never less than half of it"),
    ],
)
def test_what_passes_cost_is_counted_in_passes_of_one_token(
    four: float, eight: float, expected: dict[str, float]
) -> None:
    assert costs(_samples(10.0, 10.0, four=four, eight=eight)) == expected


# --- GPU ------------------------------------------------------------------------------------------


def _head(path: Path) -> Path:
    """A file of 4 layers with 4096 bytes of weights each, and as much outside of them."""
    path.write_bytes(
        gguf(
            pairs=[
                text("tiny.block_count") + _u32(4),
                text("tiny.embedding_length") + _u32(64),
                text("tiny.attention.head_count") + _u32(4),
                text("tiny.attention.head_count_kv") + _u32(2),
            ],
            tensors=[(f"blk.{n}.w", 1024) for n in range(4)] + [("output", 4096)],
        )
    )
    return path


def _u32(value: int) -> bytes:
    return (4).to_bytes(4, "little") + value.to_bytes(4, "little")


MIB = 2**20


@pytest.mark.parametrize(
    ("free", "layers"),
    [
        pytest.param((), 0, id="no GPU"),
        pytest.param((100 * MIB,), 0, id="no room beside the work space"),
        pytest.param((602 * MIB,), ALL, id="room for all"),
        pytest.param((600 * MIB + 9000,), 2, id="room for two layers"),
        pytest.param((600 * MIB + 5000, 600 * MIB + 5000), 2, id="two GPUs"),
    ],
)
def test_as_many_layers_as_fit(tmp_path: Path, free: tuple[int, ...], layers: int) -> None:
    """A layer takes 4096 bytes and, for a context of two tokens in f16, 2 * 2 * 64 * 2 / 2 = 256 more."""
    settings = RunSettings(threads=1, kv_type="f16", context=2)
    found = [Gpu(name="a GPU", free=size, total=size) for size in free]
    assert layers_that_fit(_head(tmp_path / "m.gguf"), settings, found) == layers


def test_a_gpu_is_found_and_the_cache_works_on_it(smollm2_path: Path) -> None:
    """Runs on a machine with a GPU and a build that uses it; elsewhere it says that it did not."""
    found = gpus()
    if not found:
        pytest.skip("no GPU that this build of llama.cpp can use: nothing was checked")
    assert all(0 < gpu.free <= gpu.total for gpu in found)
    model = resolve_model(str(smollm2_path))
    assert in_force(model, EngineSettings()).gpu_layers == ALL
    generator = LlamaGenerator(model, instructions="Answer.", introduction="Passages:\n")
    written = []
    for _ in range(2):
        with generator.draft(
            ("The fee is 14 crowns.\n\n", "Oil goes to the quay.\n\n"), "What?", "A:"
        ) as draft:
            list(draft.read())
            written.append("".join(draft.write(max_tokens=24)))
            cached = draft.usage.cached_tokens
    generator.close()
    assert written[0] == written[1]
    assert cached > len(generator._texts.start)


# --- with the real small model --------------------------------------------------------------------


def test_a_model_is_calibrated_and_run_so(smollm2_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.llm.calibration.physical_cores", lambda: 1)
    monkeypatch.setattr("rag.llm.measure.allowed_cores", lambda: 1)
    model = resolve_model(str(smollm2_path))
    told: list[str] = []
    found = calibrate(model, progress=told.append, budget_s=0.0)
    assert (found.model, found.tuning.threads) == (model.name, 1)
    assert all(trial.prefill > 1 and trial.decode > 1 and trial.question_s > 0 for trial in found.trials)
    assert sum(trial.chosen for trial in found.trials) == 2
    assert sum(load.chosen for load in found.loads) == 1
    assert len(told) == 2 * len(found.loads) + 2 * len(found.trials)
    save_calibration(model, found)
    assert find_calibration(model) == (found, "")
    assert in_force(model, EngineSettings()).memory == found.tuning.memory


def test_a_model_with_full_attention_can_be_stitched(smollm2_path: Path) -> None:
    assert stitching_obstacle(smollm2_path) == ""
