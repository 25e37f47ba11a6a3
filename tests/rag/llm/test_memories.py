"""Models of every kind of memory, tiny and really run: what can be joined is, what cannot is read whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from rag.doctor import Level, examine
from rag.errors import GreenpaperError
from rag.llm.calibration import in_force
from rag.llm.catalogue import resolve_model
from rag.llm.generator import Draft, LlamaGenerator
from rag.llm.hub_names import HubFile, hub_path, note
from rag.llm.llama import StoppedError, stitching_obstacle
from rag.llm.measure import calibrate
from rag.llm.model_files import sha256_of
from rag.llm.settings import EngineSettings
from tests.rag.llm.runnable_models import write_full_attention, write_recurrent, write_sliding_window

PASSAGES = (
    "[Harbour Act > Fees]\nThe harbour fee is 14 crowns a day. Fishing boats pay nothing.\n\n",
    "[Harbour Act > Office]\nThe harbour master is Ada Lund. She reports to the council.\n\n",
)
SETTINGS = EngineSettings(context=2048, threads=1, cost_of_four=1.0, cost_of_eight=1.0)
"""With passes that cost nothing more, everything is proposed."""
HUB_NAME = "someone/tiny/tiny.gguf"
FALLING_BACK = {
    "sliding window": (write_sliding_window, "a sliding window of 16 tokens"),
    "recurrent": (write_recurrent, "its memory is recurrent"),
}


def _open(path: Path, *, settings: EngineSettings = SETTINGS, exact: bool = False) -> LlamaGenerator:
    return LlamaGenerator(
        resolve_model(str(path)),
        instructions="Answer.",
        introduction="Passages:\n\n",
        settings=settings,
        exact=exact,
    )


@contextmanager
def _reading(
    generator: LlamaGenerator, passages: tuple[str, ...] = PASSAGES, stop: Callable[[], bool] | None = None
) -> Iterator[Draft]:
    with generator.draft(passages, "Question: Who is it?", "Answer:", stop=stop) as draft:
        assert list(draft.read()) == list(range(len(passages) + 1))
        yield draft


def _written(generator: LlamaGenerator, passages: tuple[str, ...] = PASSAGES) -> str:
    with _reading(generator, passages) as draft:
        return "".join(draft.write(max_tokens=80))


@pytest.fixture(params=FALLING_BACK)
def falling_back(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LlamaGenerator]:
    write, _ = FALLING_BACK[request.param]
    generator = _open(write(tmp_path / "tiny.gguf"))
    yield generator
    generator.close()


def test_what_cannot_be_moved_is_read_whole_behind_the_start_that_is_kept(
    falling_back: LlamaGenerator, tmp_path: Path
) -> None:
    assert not falling_back.stitches
    first = _written(falling_back)
    with _reading(falling_back) as draft:
        assert draft.usage.cached_tokens == len(falling_back._texts.start) > 0
    fresh = _open(tmp_path / "tiny.gguf", exact=True)
    assert _written(fresh) == first
    fresh.close()
    assert _written(falling_back, PASSAGES[:1]) != first, "the passages count"
    assert _written(falling_back) == first


def test_proposed_tokens_never_change_what_is_written(falling_back: LlamaGenerator) -> None:
    """A recurrent state cannot forget a proposal that was wrong."""
    proposing = _written(falling_back)
    falling_back.lookup = False
    assert _written(falling_back) == proposing


def test_another_question_over_the_same_passages_is_as_if_nothing_had_been_written(
    falling_back: LlamaGenerator,
) -> None:
    with _reading(falling_back) as draft:
        before = draft.chance("\nOr say: Not stated.", "Answer:", "N")
    with _reading(falling_back) as draft:
        list(draft.write(max_tokens=80))
        assert draft.chance("\nOr say: Not stated.", "Answer:", "N") == pytest.approx(before, rel=1e-4)
        assert draft.chance("\nOr say: Not stated.", "Answer:", "N") == pytest.approx(before, rel=1e-4)


def test_a_stop_leaves_nothing_behind(falling_back: LlamaGenerator) -> None:
    expected = _written(falling_back)
    for steps in (1, 3, 40, 80):
        asked = itertools.count()
        with (
            pytest.raises(StoppedError),
            _reading(falling_back, stop=lambda asked=asked, steps=steps: next(asked) > steps) as draft,
        ):
            list(draft.write(max_tokens=80))
        assert _written(falling_back) == expected


@pytest.mark.parametrize("kind", FALLING_BACK)
def test_the_doctor_says_why_it_is_slow(tmp_path: Path, kind: str) -> None:
    write, why = FALLING_BACK[kind]
    path = hub_path(HUB_NAME)
    path.parent.mkdir(parents=True)
    assert why in stitching_obstacle(write(path))
    size, digest = path.stat().st_size, sha256_of(path)
    note(HubFile(repo="someone/tiny", file=path.name, revision="1", bytes=size, sha256=digest, licence=None))
    found = {finding.name: finding for finding in examine(tmp_path / "index")}[f"passages {HUB_NAME}"]
    assert found.level is Level.WARN
    assert why in found.fact
    assert "Only the prompt's start is reused" in found.fact


@pytest.fixture
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that wait for each other take long where tests run beside each other."""
    monkeypatch.setattr("rag.llm.calibration.physical_cores", lambda: 1)
    monkeypatch.setattr("rag.llm.measure.allowed_cores", lambda: 1)


@pytest.mark.usefixtures("one_core")
@pytest.mark.parametrize("kind", FALLING_BACK)
def test_it_can_be_calibrated_all_the_same(tmp_path: Path, kind: str) -> None:
    model = resolve_model(str(FALLING_BACK[kind][0](tmp_path / "tiny.gguf")))
    found = calibrate(model, progress=lambda line: None, budget_s=0.0)
    assert all(trial.decode > 0 for trial in found.trials)


# --- full attention, whatever its heads -----------------------------------------------------------


@pytest.mark.parametrize("head", [32, 64, 80, 96, 128])
@pytest.mark.parametrize("flash_attention", [False, True])
def test_states_are_joined_whatever_the_length_of_a_head(
    tmp_path: Path, head: int, flash_attention: bool
) -> None:
    """They are run in f16 and stored in 8 bits: of keys in q8_0 llama.cpp moves only some lengths."""
    path = write_full_attention(tmp_path / "tiny.gguf", head=head)
    generator = _open(
        path, settings=replace(SETTINGS, kv_type="f16", packed=True, flash_attention=flash_attention)
    )
    assert stitching_obstacle(path) == ""
    default = in_force(resolve_model(str(path)), SETTINGS)
    for used in (generator.settings, default):
        assert (used.kv_type, used.packed) == ("f16", True)
    cold = _written(generator)
    with _reading(generator) as draft:
        assert draft.usage.cached_tokens > 0.8 * draft.usage.prompt_tokens
        assert "".join(draft.write(max_tokens=80)) == cold
    assert generator.bytes_per_token() < 0.6 * 2 * 2 * 2 * 2 * head + 20, "layers, both, heads, f16"
    generator.close()


@pytest.mark.usefixtures("one_core")
def test_eight_bits_are_refused_in_words_where_they_would_end_the_process(tmp_path: Path) -> None:
    path = write_full_attention(tmp_path / "tiny.gguf", head=96)
    with pytest.raises(GreenpaperError, match="--kv f16"):
        _open(path, settings=replace(SETTINGS, kv_type="q8_0"))
    found = calibrate(resolve_model(str(path)), progress=lambda line: None, budget_s=0.0)
    assert found.tuning.kv_type == "f16"
