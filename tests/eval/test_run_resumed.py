"""A run that was stopped goes on where it was, and only as it was begun."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.store import RunError, locked, read_run, read_scores
from eval.systems.contexts import ContextKind
from tests.eval.harbour import BASELINES, CASES, MASTER, RIGHT, Heard, Scripted, go, scores, write_suite

ROOT = Path(__file__).parents[2]


def test_stopped_by_hand_it_goes_on_where_it_was(tmp_path: Path) -> None:
    impatient = Scripted({**RIGHT, "master": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path, {"right": impatient, **BASELINES})
    assert not impatient.open
    assert len(read_run(tmp_path / "out").results) == 1
    heard, patient = Heard(), Scripted(RIGHT)
    run = go(tmp_path, {"right": patient, **BASELINES}, heard)
    assert patient.asked == ["master", "wage"]
    assert run.whole
    assert "1 of 9 answers are there already; going on with the rest" in heard.lines
    assert {line["attempt"] for line in run.results} == {1}, "a stop by hand is not the case's fault"
    assert heard.steps[0].done == 1
    assert heard.steps[0].total == 9


def test_a_run_that_is_whole_asks_nothing_again(tmp_path: Path) -> None:
    first = go(tmp_path, {"right": Scripted(RIGHT)})
    again = Scripted(RIGHT)
    second = go(tmp_path, {"right": again})
    assert again.asked == []
    assert second.results == first.results
    assert second.info == first.info


def test_failed_cases_are_asked_again_only_when_told(tmp_path: Path) -> None:
    go(tmp_path, {"right": Scripted({**RIGHT, "fee": RuntimeError("the server was down")})})
    go(tmp_path, {"right": (second := Scripted(RIGHT))})
    assert second.asked == []
    run = go(tmp_path, {"right": (third := Scripted(RIGHT))}, retry_failed=True)
    assert third.asked == ["fee"]
    assert run.results[0]["error"] is None
    assert run.results[0]["attempt"] == 2
    assert scores(run, "resolved")["right", "fee"] == 1


def test_a_case_that_ends_the_program_waits_until_the_others_are_done(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path, {"right": Scripted({**RIGHT, "fee": KeyboardInterrupt()})})
    attempts = tmp_path / "out" / "attempts.jsonl"
    attempts.write_text('{"case": "fee", "system": "right", "event": "begun"}\n' * 2, "utf-8")
    heard, system = Heard(), Scripted(RIGHT)
    run = go(tmp_path, {"right": system}, heard)
    assert system.asked == ["master", "wage", "fee"]
    assert "the program has ended 2 times while right answered fee" in heard.lines
    assert run.results[0]["attempt"] == 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"context": ContextKind.GOLD}, "context: retrieved then, gold now"),
        ({"limit": 2}, "limit: none then, 2 now"),
        ({"seed": 1}, "seed: 0 then, 1 now"),
        ({"primary": "f1"}, "primary: resolved then, f1 now"),
    ],
)
def test_another_setting_is_refused_by_name(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    before = go(tmp_path, {"right": Scripted(RIGHT)})
    with pytest.raises(RunError, match="was begun otherwise") as refused:
        go(tmp_path, {"right": Scripted(RIGHT)}, **changed)
    assert f"- {said}" in str(refused.value)
    assert "another --out" in str(refused.value)
    assert read_run(tmp_path / "out").results == before.results


def test_other_systems_and_other_cases_are_refused(tmp_path: Path) -> None:
    go(tmp_path, {"right": Scripted(RIGHT)})
    with pytest.raises(RunError, match="system left: only now"):
        go(tmp_path, {"left": Scripted(RIGHT)})
    changed = ({**CASES[0], "answers": ["15 crowns"]}, *CASES[1:])
    write_suite(tmp_path / "suite", changed)
    with pytest.raises(RunError, match="cases: "):
        go(tmp_path, {"right": Scripted(RIGHT)})


def test_other_code_is_refused_unless_it_is_accepted(tmp_path: Path) -> None:
    stopping = Scripted({**RIGHT, "wage": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path, {"right": stopping})
    info = tmp_path / "out" / "run.toml"
    code = read_run(tmp_path / "out").info.fingerprint["code"]
    info.write_text(info.read_text("utf-8").replace(code, "0123456789abcdef"), "utf-8")
    with pytest.raises(RunError, match=f"code: 0123456789abcdef then, {code} now"):
        go(tmp_path, {"right": Scripted(RIGHT)})
    run = go(tmp_path, {"right": Scripted(RIGHT)}, accept=("code",))
    assert [line["fingerprint"]["code"] for line in run.results] == [code] * 3
    assert run.info.fingerprint["code"] == "0123456789abcdef"


def test_documents_that_change_meanwhile_change_nothing_in_the_run(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path, {"right": Scripted({**RIGHT, "wage": KeyboardInterrupt()})})
    (tmp_path / "suite" / "documents" / "master.txt").write_text(MASTER.replace("Ada", "Eva"), "utf-8")
    run = go(tmp_path, {"right": Scripted(RIGHT)})
    assert run.whole
    assert scores(run, "resolved")["right", "master"] == 1


def test_a_second_process_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    write_suite(tmp_path / "suite")
    with locked(tmp_path / "out"), pytest.raises(RunError, match=f"Process {os.getpid()} is writing to"):
        go(tmp_path, {"right": Scripted(RIGHT)})
    assert go(tmp_path, {"right": Scripted(RIGHT)}).whole


def _said(folder: Path) -> dict[tuple[str, str], str]:
    return {(line["system"], line["case"]): line["answer"]["text"] for line in read_run(folder).results}


@pytest.mark.process
def test_killed_again_and_again_it_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    cases = tuple({**CASES[0], "id": f"c{number}", "question": f"Fee {number}?"} for number in range(12))
    write_suite(tmp_path / "suite", cases)
    command = [sys.executable, "-m", "tests.eval.harbour", str(tmp_path / "suite")]

    def start(out: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*command, str(out), "0.05"], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )

    draw = random.Random(6)
    out, kills = tmp_path / "out", 0
    while kills < 6:
        process = start(out)
        assert process.stdout is not None
        for _ in range(draw.randint(2, 4)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.stdout.read()
        process.stdout.close()
        kills += process.wait() == -signal.SIGKILL
        if (out / "results.jsonl").exists() and draw.random() < 0.7:
            with (out / "results.jsonl").open("ab") as file:
                file.write(b'{"case": "c1", "sys')
        if len(read_run(out).results) == 24:
            break
    assert kills >= 4
    assert start(out).communicate(timeout=120)
    assert start(tmp_path / "whole").communicate(timeout=120)
    lines = [json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) == len({(line["case"], line["system"]) for line in lines}) == 24
    assert _said(out) == _said(tmp_path / "whole")
    assert (
        read_scores(out)[0]["scores"]["resolved"] == read_scores(tmp_path / "whole")[0]["scores"]["resolved"]
    )
