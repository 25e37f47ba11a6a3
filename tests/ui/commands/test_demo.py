"""The demo's index: read into an empty one, used where the library is in it, never mixed into others."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.llm.model_files import models_dir
from ui.cli import run


@pytest.fixture
def models(smollm2_path: Path, minilm_dir: Path) -> None:
    models_dir().mkdir(parents=True)
    for model in (smollm2_path, minilm_dir):
        (models_dir() / model.name).symlink_to(model)


def demo(index: Path) -> int:
    return run(["demo", "--index", str(index), "--model", "smollm2-135m-instruct"])


def test_without_a_model_it_says_what_to_get(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(tmp_path / "index") == 1
    assert "greenpaper models pull" in capsys.readouterr().err
    assert not (tmp_path / "index").exists()


def test_other_documents_are_left_alone(
    tmp_path: Path, models: None, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.md").write_text("# Fees\n\nThe harbour fee is 14 crowns a day.\n", encoding="utf-8")
    assert run(["ingest", str(tmp_path / "own.md"), "--index", str(tmp_path / "index")]) == 0
    assert demo(tmp_path / "index") == 1
    said = capsys.readouterr().err
    assert "holds other documents" in said
    assert "greenpaper demo --index FOLDER" in said
    run(["documents", "list", "--index", str(tmp_path / "index")])
    assert "own.md" in capsys.readouterr().out
