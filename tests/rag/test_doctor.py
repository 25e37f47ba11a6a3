"""The doctor's findings, on a machine where nothing is there yet, and where something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.doctor import Finding, Level, examine
from rag.llm.calibration import calibration_path
from rag.llm.catalogue import embedder, entry_named
from rag.llm.model_files import entry_path
from rag.offline import active
from rag.question_embedding import question_embedder
from tests.rag.index_fakes import LengthEmbedder, write
from tests.rag.index_fakes import run as run_ingest
from ui.cli import run


def findings(index_dir: Path) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(index_dir)}


def test_an_empty_machine_is_told_what_to_get(tmp_path: Path) -> None:
    found = findings(tmp_path / "index")
    failed = {name: finding.fact for name, finding in found.items() if finding.level is Level.FAIL}
    assert set(failed) == {"embedder", "answers", "index"}
    assert "greenpaper models pull" in failed["embedder"]
    assert "greenpaper models pull" in failed["answers"]
    assert "greenpaper ingest" in failed["index"]
    assert active()
    assert found["offline guard"].level is Level.OK
    assert found["llama.cpp"].fact.startswith("llama-cpp-python ")


def test_a_damaged_model_is_named_with_its_cure(tmp_path: Path) -> None:
    entry_path(embedder()).mkdir(parents=True)
    found = findings(tmp_path / "index")
    damaged = found[f"model {embedder().name}"]
    assert damaged.level is Level.WARN
    assert "incomplete" in damaged.fact
    assert f"greenpaper models pull {embedder().name}" in damaged.fact
    assert found["embedder"].level is Level.FAIL


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENPAPER_CACHE", str(tmp_path / "cache"))
    assert findings(tmp_path / "index")["cache"].level is Level.OK
    (tmp_path / "cache").write_bytes(b"")
    found = findings(tmp_path / "index")["cache"]
    assert found.level is Level.WARN
    assert "GREENPAPER_CACHE" in found.advice


def test_a_real_embedder_is_verified(tmp_path: Path, minilm_dir: Path) -> None:
    target = entry_path(embedder())
    target.parent.mkdir(parents=True)
    target.symlink_to(minilm_dir)
    found = findings(tmp_path / "index")
    assert found["embedder"].level is Level.OK
    assert "verified" in found[f"model {embedder().name}"].fact


class _AnotherEmbedder(LengthEmbedder):
    """Vectors as long as the real embedder's, and not the same."""

    dimension = 384


def test_an_embedder_that_makes_other_vectors_than_those_stored_is_told(
    tmp_path: Path, minilm_dir: Path
) -> None:
    """The same fingerprint, and yet another arithmetic: seen only by embedding again."""
    entry_path(embedder()).parent.mkdir(parents=True)
    entry_path(embedder()).symlink_to(minilm_dir)
    real = question_embedder(entry_path(embedder()))
    docs = write(
        tmp_path / "docs", fees="# Fees\nThe fee is 14 crowns.\n# Boats\nFishing boats pay nothing.\n"
    )
    run_ingest(tmp_path / "real", docs, embedder=real)
    assert findings(tmp_path / "real")["index"].level is Level.OK
    run_ingest(tmp_path / "other", docs, embedder=_AnotherEmbedder(real.fingerprint))
    found = findings(tmp_path / "other")["index"]
    assert found.level is Level.WARN
    assert "least cosine -0." in found.fact
    assert "greenpaper ingest" in found.advice


def test_how_a_model_is_run_is_told(tmp_path: Path, smollm2_path: Path) -> None:
    entry = entry_named("smollm2-135m-instruct")
    entry_path(entry).parent.mkdir(parents=True)
    entry_path(entry).symlink_to(smollm2_path)
    found = findings(tmp_path / "index")
    assert found[f"passages {entry.name}"].level is Level.OK
    assert "stitched" in found[f"passages {entry.name}"].fact
    settings = found[f"settings {entry.name}"]
    assert settings.fact.startswith("defaults: ")
    assert f"--calibrate --model {entry.name}" in settings.advice
    calibration_path().write_text("{", "utf-8")
    settings = findings(tmp_path / "index")[f"settings {entry.name}"]
    assert settings.level is Level.WARN
    assert str(calibration_path()) in settings.fact


def test_a_model_option_without_calibrating_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--model", "smollm2-135m-instruct"]) == 1
    assert "--calibrate --model" in capsys.readouterr().err


def test_the_command_prints_a_line_each_and_fails(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["doctor", "--index", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok    python: 3.")
    assert lines[-1] == "Not ready for questions yet: embedder, answers, index."
    assert all(line.startswith(("ok    ", "warn  ", "fail  ", "      ")) for line in lines[:-1])


def test_json_is_one_object_with_the_same_findings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["doctor", "--json", "--index", str(tmp_path)]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["ready"] is False
    assert [finding["name"] for finding in report["findings"]] == list(findings(tmp_path))
    assert set(report["findings"][0]) == {"name", "level", "fact", "advice"}
