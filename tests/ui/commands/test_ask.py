"""`greenpaper ask`: what it refuses before anything is loaded, and what it says then."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui.cli import run


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"null", id="null"),
        pytest.param(b"{}", id="object"),
        pytest.param(b'"abc"', id="text"),
        pytest.param(b"[1]", id="number-for-a-turn"),
        pytest.param(b'[{"question": "a"}]', id="no-answer"),
        pytest.param(b'[{"question": 1, "answer": 2}]', id="numbers"),
        pytest.param(b'[{"question": "a", "answer": null}]', id="nulls"),
        pytest.param(b'[{"question": "\\ud800", "answer": "b"}]', id="half-a-character"),
        pytest.param(b"\xff\xfe[", id="another-encoding"),
        pytest.param(b"[" * 100_000, id="too-deep"),
    ],
)
def test_history_that_is_none(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "turns.json"
    path.write_bytes(content)
    assert run(["ask", "Who?", "--history", str(path), "--index", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert f"{path} is not a list of earlier turns" in said
    assert '[{"question": "...", "answer": "..."}]' in said


def test_history_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "Who?", "--history", str(tmp_path), "--index", str(tmp_path)]) == 1
    assert "check --history" in capsys.readouterr().err


@pytest.mark.parametrize("question", ["", " \n\t", "What is \udcff open?"], ids=["empty", "blank", "bytes"])
def test_question_that_is_none(question: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", question, "--index", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("greenpaper: The question is")


def test_more_threads_than_llama_cpp_takes_are_a_wrong_option() -> None:
    """It crashes the whole process above 512."""
    assert run(["ask", "Who?", "--threads", "513"]) == 2


def test_a_question_without_quotes_is_told_to_use_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", "What", "is", "open?"]) == 1
    assert "in quotes" in capsys.readouterr().err
