"""`greenpaper eval run`: what it refuses before anything is loaded, and what it says on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.eval.harbour import write_suite
from tests.ui.commands.eval_folders import ALL_RIGHT, run_folder
from ui.cli import run
from ui.commands.eval_run import time_left


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return write_suite(tmp_path / "suite")


@pytest.mark.parametrize(
    "option",
    [
        ("--context", "all"),
        ("--system", "magic"),
        ("--limit", "0"),
        ("--threads", "513"),
    ],
    ids=" ".join,
)
def test_a_wrong_option_is_status_2(
    suite: Path, tmp_path: Path, option: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", "run", str(suite), "--out", str(tmp_path / "out"), *option]) == 2
    assert option[0] in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("http://192.168.1.5:8080/v1", "is not an address of this machine, and nothing may leave it"),
        ("http://127.0.0.1:9/v1", "No server answers at http://127.0.0.1:9/v1"),
        ("qwen9", "There is no model called 'qwen9'"),
        ("nowhere.gguf", "There is no file nowhere.gguf"),
    ],
)
def test_a_model_that_cannot_be_had_is_told_before_anything_is_begun(
    suite: Path, tmp_path: Path, model: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", "run", str(suite), "--out", str(tmp_path / "out"), "--model", model]) == 1
    seen = capsys.readouterr().err
    assert said in seen
    assert seen.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_suite_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "run", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "There is no suite in" in capsys.readouterr().err


def test_a_split_that_is_none_is_told(
    suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", "run", str(suite), "--out", str(tmp_path / "out"), "--split", "dev"]) == 1
    assert "is in the split 'dev'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "time left unknown"),
        (0, "under a minute left"),
        (59.9, "under a minute left"),
        (90, "about 2 min left"),
        (3599, "about 1 h 0 min left"),
        (7800, "about 2 h 10 min left"),
    ],
)
def test_the_time_left_is_said_for_people(seconds: float | None, said: str) -> None:
    assert time_left(seconds) == said


def test_a_folder_without_a_run_is_not_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "score", str(tmp_path / "nowhere")]) == 1
    assert "There is no run in" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_a_run_whose_index_is_gone_is_not_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run_folder(tmp_path / "run", {"model": ALL_RIGHT})
    assert run(["eval", "score", str(folder)]) == 1
    assert "There is no index in /home/somebody/index" in capsys.readouterr().err
