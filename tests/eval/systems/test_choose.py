"""From names to systems: each with a name of its own, the baselines always there."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.systems.choose import choose
from eval.systems.system import Kind
from rag.errors import GreenpaperError, ModelError
from rag.llm.settings import EngineSettings

SETTINGS = EngineSettings(threads=1)
BASELINES = [Kind.ALWAYS_ABSTAIN, Kind.FIRST_SENTENCE, Kind.NAIVE, Kind.CLOSED_BOOK]


def test_every_model_is_run_as_asked_and_the_baselines_come_last(smollm2_path: Path) -> None:
    kinds = (Kind.NAIVE, Kind.FIRST_SENTENCE, Kind.EXACT, Kind.NAIVE)
    chosen = choose([str(smollm2_path), str(smollm2_path)], kinds, exact=False, settings=SETTINGS)
    name = smollm2_path.name
    assert [(one.entry.name, one.entry.baseline, one.kind) for one in chosen] == [
        (name, False, Kind.PIPELINE),
        (f"{name} (exact)", False, Kind.EXACT),
        ("always-abstain", True, Kind.ALWAYS_ABSTAIN),
        ("first-sentence", True, Kind.FIRST_SENTENCE),
        (f"{name} (naive prompt)", True, Kind.NAIVE),
        (f"{name} (closed book)", True, Kind.CLOSED_BOOK),
    ]
    told = chosen[0].entry.fingerprint
    assert len(told["model sha256"]) == 64
    assert "threads 1," in told["engine"]
    assert [one.entry.fingerprint["kind"] for one in chosen] == [one.kind.value for one in chosen]


def test_exact_takes_the_place_of_the_pipeline(smollm2_path: Path) -> None:
    chosen = choose([str(smollm2_path)], (), exact=True, settings=SETTINGS)
    assert [one.kind for one in chosen] == [Kind.EXACT, *BASELINES]


def test_the_smallest_model_is_run_as_the_baselines_unless_another_is_named(
    smollm2_path: Path, tmp_path: Path
) -> None:
    larger = tmp_path / "larger.gguf"
    larger.write_bytes(smollm2_path.read_bytes() + b"\0")
    models = [str(larger), str(smollm2_path)]

    def asked_as(kind: Kind, kinds: tuple[Kind, ...] = (), baselines_of: str = "") -> list[str]:
        found = choose(models, kinds, exact=False, settings=SETTINGS, baselines_of=baselines_of)
        return [one.wanted for one in found if one.kind is kind]

    for kind in (Kind.NAIVE, Kind.CLOSED_BOOK):
        assert asked_as(kind) == [str(smollm2_path)]
        assert asked_as(kind, baselines_of=str(larger)) == [str(larger)]
        assert asked_as(kind, kinds=(kind,)) == models
    with pytest.raises(GreenpaperError, match=r"none of the models .*larger\.gguf"):
        asked_as(Kind.NAIVE, baselines_of="qwen9")


def test_two_files_of_one_name_are_refused(smollm2_path: Path, tmp_path: Path) -> None:
    (tmp_path / smollm2_path.name).symlink_to(smollm2_path)
    with pytest.raises(GreenpaperError, match="rename one of the files"):
        choose([str(smollm2_path), str(tmp_path / smollm2_path.name)], (), exact=False, settings=SETTINGS)


def test_without_any_model_on_this_machine_it_says_how_to_get_one() -> None:
    with pytest.raises(ModelError, match="models pull"):
        choose([], (), exact=False, settings=SETTINGS)
