"""`greenpaper eval judge` with a real, small model: what it prints, and how it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.run_info import RunInfo, SystemEntry
from eval.store import begin, locked
from rag.errors import GreenpaperError
from tests.eval.made import FEE, case, cite, result
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


def test_a_run_is_judged_beside_the_agreement(
    rated: Path, smollm2_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One answer, one abstention: the figures of the run follow those of the judge."""
    system = SystemEntry(name="ours", baseline=False, fingerprint={})
    texts = dict.fromkeys(("suite", "description", "licence", "context", "split", "source", "index"), "")
    info = RunInfo(**texts, primary="resolved", seed=0, limit=None, systems=(system,))
    with locked(tmp_path / "run"):
        folder = begin(tmp_path / "run", info, [case("c1"), case("c2")])
        folder.append(result("A permit costs 1,600 euros.", citations=[cite(1, FEE)]))
        folder.append(result("The documents do not say.", status="abstained", case_id="c2"))
    judge(rated, model=str(smollm2_path), threads=1, context=512, run=tmp_path / "run")
    out = capsys.readouterr().out
    assert out.index("AUROC of the judge") < out.index("ours, claims: 1, of them unscored: 0")
    assert "words of claims in their quotes 1.000" in out


def test_a_run_that_is_not_there_is_said_before_a_model_is_loaded(rated: Path, tmp_path: Path) -> None:
    with pytest.raises(GreenpaperError, match="no run"):
        judge(rated, model="no such model", run=tmp_path / "none")
