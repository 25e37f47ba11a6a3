"""`greenpaper eval run` with the real small models: killed in the middle, gone on with, scored again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.scoring import SHARES
from eval.store import read_run, read_scores
from rag.llm.model_files import models_dir
from tests.eval.harbour import FEES, MASTER, WASTE, write_suite
from ui.cli import run

PROJECT = Path(__file__).parents[3]
SMOLLM2 = "smollm2-135m-instruct"
SYSTEMS = (
    SMOLLM2,
    f"{SMOLLM2} (exact)",
    "always-abstain",
    "first-sentence",
    f"{SMOLLM2} (naive prompt)",
    f"{SMOLLM2} (closed book)",
)


@pytest.fixture
def suite(tmp_path: Path, smollm2_path: Path, minilm_dir: Path) -> Path:
    models_dir().mkdir(parents=True)
    for model in (smollm2_path, minilm_dir):
        (models_dir() / model.name).symlink_to(model)
    folder = write_suite(tmp_path / "suite", _cases())
    for name, text in (("fees", FEES), ("master", MASTER), ("waste", WASTE)):
        (folder / "documents" / f"{name}.txt").unlink()
        (folder / "documents" / f"{name}.md").write_text(text, "utf-8")
    return folder


def _cases() -> tuple[dict[str, Any], ...]:
    fee = {"document": "fees.md", "quote": "The harbour fee is 14 crowns a day."}
    ada = {"document": "master.md", "quote": "The harbour master is Ada Lund."}
    return (
        {"id": "fee", "question": "How much is the harbour fee a day?", "evidence": [fee], "answers": ["14"]},
        {
            "id": "master",
            "question": "Who is the harbour master?",
            "evidence": [ada],
            "answers": ["Ada Lund"],
        },
        {"id": "moon", "question": "When was the lighthouse on the moon built?", "answerable": False},
    )


def _words(suite: Path, out: Path) -> list[str]:
    options = ["--model", SMOLLM2, "--threads", "1", "--system", "exact"]
    return ["eval", "run", str(suite), "--out", str(out), *options]


def _killed_after(suite: Path, out: Path, results: int) -> None:
    """Runs until so many results are there, and then kills it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ui", *_words(suite, out)], cwd=PROJECT, stderr=subprocess.PIPE, env=os.environ
    )
    path = out / "results.jsonl"
    while process.poll() is None and (not path.exists() or path.read_bytes().count(b"\n") < results):
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait() == -signal.SIGKILL, said


def _shares(out: Path) -> list[dict[str, Any]]:
    """What was scored, but for what was measured in seconds and bytes."""
    return [{**line, "scores": {name: line["scores"][name] for name in SHARES}} for line in read_scores(out)]


@pytest.mark.process
def test_killed_in_the_middle_it_ends_with_the_same_answers(
    suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, whole = tmp_path / "out", tmp_path / "whole"
    _killed_after(suite, out, 2)
    before = (out / "results.jsonl").read_bytes()
    assert run(_words(suite, out)) == 0
    heard = capsys.readouterr()
    assert "answers are there already; going on with the rest" in heard.err
    assert str(out / "report.html") in heard.out
    assert (out / "results.jsonl").read_bytes().startswith(before[: before.rfind(b"\n") + 1])

    assert run(_words(suite, whole)) == 0
    resumed, unbroken = read_run(out), read_run(whole)
    assert resumed.whole
    assert [line["answer"]["text"] for line in resumed.results] == [
        line["answer"]["text"] for line in unbroken.results
    ]
    assert _shares(out) == _shares(whole), "stopped and gone on with, it is the same result"
    assert Counter(line["system"] for line in resumed.results) == dict.fromkeys(SYSTEMS, 3)
    assert not (out / "passages").exists()

    scores = {(line["system"], line["case"]): line["scores"] for line in read_scores(out)}
    assert scores["first-sentence", "fee"]["resolved"] == 1
    assert scores["always-abstain", "moon"]["resolved"] == 1
    ours = [scores[SMOLLM2, case["id"]] for case in _cases()]
    assert all(score["healthy"] == 1 for score in scores.values())
    assert all(score["seconds"] > 0 and score["peak_memory_bytes"] > 2**20 for score in ours)
    assert all(score["quotes_verbatim"] in (None, 1) for score in ours)

    kept = (out / "scores.jsonl").read_bytes()
    (out / "scores.jsonl").unlink()
    assert run(["eval", "score", str(out)]) == 0
    assert (out / "scores.jsonl").read_bytes() == kept
    line = json.loads(before.split(b"\n")[0])
    assert len(line["fingerprint"]["model sha256"]) == 64
    assert line["answer"]["fingerprint"]
