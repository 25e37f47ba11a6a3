"""`greenpaper eval judge` with a real, small model: what it prints, and how it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import GreenpaperError
from ui.commands.eval_judge import judge

RATED = [
    {"context": ["A permit lasts six years."], "sentence": "A permit lasts six years.", "supported": "yes"},
    {"context": ["A permit lasts six years."], "sentence": "Whales sing at night.", "supported": "no"},
    {"context": ["Fees are due in May."], "response": "Fees are due in May.", "supported": "yes"},
    {"context": ["Fees are due in May."], "response": "Bread is baked in ovens.", "supported": "no"},
    {"context": ["Fees are due in May."], "response": "How nice!", "supported": "generic"},
    {"context": ["word " * 2000], "response": "word", "supported": "yes"},
]


@pytest.fixture
def rated(tmp_path: Path) -> Path:
    path = tmp_path / "rated.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in RATED), encoding="utf-8")
    return path


def test_the_judge_is_printed_beside_word_overlap(
    rated: Path, smollm2_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge(rated, model=str(smollm2_path), threads=1, context=512)
    out, err = capsys.readouterr()
    assert err == "5 of 5 texts judged\n"
    assert "on rated.jsonl: 2 texts supported, 2 not" in out
    assert "1 unscored, 1 left out" in out
    assert "AUROC of plain word overlap     1.000" in out
    assert "1 of 5 texts is unscored" in out


def test_as_json_it_says_the_same(
    rated: Path, smollm2_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge(rated, model=str(smollm2_path), limit=4, seed=3, threads=1, context=512, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["scored"] + found["unscored"] == 4
    assert found["judge"]
    assert found["file"] == "rated.jsonl"
    assert 0 <= found["says_yes"] <= 1


def test_a_file_that_is_not_there_is_said_before_a_model_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(GreenpaperError, match="cannot be read"):
        judge(tmp_path / "none.jsonl", model="no such model")
