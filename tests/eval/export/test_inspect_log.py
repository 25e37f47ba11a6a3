"""Logs for Inspect AI: the shape that it reads, and our figures in it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.export.inspect_log import NO_ANSWER, inspect_log, log_name
from eval.export.scored import ScoredRun, chosen_systems, file_names, read_scored
from eval.store import RunError
from rag.types import Turn
from tests.eval import made
from tests.eval.export.log_schema import LOG, faults
from tests.ui.commands.eval_folders import ALL_RIGHT, APPEALS, DECLINED, RIGHT, WRONG, run_folder

FAILED = made.result(error="RuntimeError: out of memory \ud800 \x1b[31m")


def log_of(scored: ScoredRun, name: str = "model") -> dict[str, Any]:
    (system,) = chosen_systems(scored.run, [name])
    log: dict[str, Any] = json.loads(inspect_log(scored, system))
    return log


@pytest.fixture
def scored(tmp_path: Path) -> ScoredRun:
    answers = {"model": ALL_RIGHT, "other": (WRONG, FAILED, DECLINED), "silent": (DECLINED, None, None)}
    return read_scored(run_folder(tmp_path / "run", answers))


@pytest.mark.parametrize("name", ["model", "other", "silent"])
def test_every_log_has_the_shape_that_inspect_reads(scored: ScoredRun, name: str):
    assert faults(log_of(scored, name), LOG) == []


def test_the_schema_of_the_test_refuses_what_it_should(scored: ScoredRun):
    log = log_of(scored)
    log["samples"][0]["scores"]["f1"] = {"value": True}
    log["samples"][1]["scored"] = log["samples"][1].pop("scores")
    log["eval"]["dataset"]["sample_ids"] = [1]
    log["results"] = None
    assert faults(log, LOG) == [
        "log.eval.dataset.sample_ids[0] is int",
        "log.results is no object",
        "log.samples[0].scores.f1.value is bool",
        "log.samples[1].scores is missing",
        "log.samples[1].scored is unknown",
    ]


def test_a_log_says_what_was_asked_and_answered_and_how_it_scored(scored: ScoredRun):
    log = log_of(scored)
    assert (log["status"], log["eval"]["task"], log["eval"]["model"]) == (
        "success",
        "rules",
        "greenpaper/model",
    )
    first, _, nowhere = log["samples"]
    assert (first["id"], first["input"], first["target"]) == ("fee", "What does a permit cost?", ["1,600"])
    assert first["output"]["completion"] == "It costs 1,600 euros [1]."
    assert [message["role"] for message in first["messages"]] == ["user", "assistant"]
    assert first["scores"]["resolved"] == {"value": 1.0, "answer": "It costs 1,600 euros [1]."}
    assert first["metadata"]["citations"][0]["quote"] == made.FEE
    assert nowhere["target"] == NO_ANSWER
    assert "correct" not in nowhere["scores"]
    results = {result["name"]: result for result in log["results"]["scores"]}
    assert next(iter(results)) == "resolved"
    assert results["correct"]["scored_samples"] == 2
    assert results["correct"]["unscored_samples"] == 1
    assert results["resolved"]["metrics"]["mean"]["value"] == 1.0
    assert results["resolved"]["metrics"]["ci_95_low"]["value"] < 1.0
    assert "ci_95_low" not in results["seconds"]["metrics"]
    assert log["stats"]["model_usage"]["greenpaper/model"]["output_tokens"] == 90


def test_a_failure_is_an_error_and_a_run_that_goes_on_is_not_a_success(scored: ScoredRun):
    other = log_of(scored, "other")
    assert other["status"] == "success"
    assert other["results"]["completed_samples"] == 2
    failed = other["samples"][1]
    assert failed["error"]["message"].startswith("RuntimeError: out of memory")
    assert failed["output"] == {
        **{"model": "greenpaper/other", "choices": [], "completion": "", "usage": None, "time": 3.0}
    }
    assert failed["scores"]["resolved"] == {"value": 0.0, "answer": ""}
    begun = log_of(scored, "silent")
    assert (begun["status"], len(begun["samples"]), begun["results"]["total_samples"]) == ("started", 1, 3)


def test_earlier_turns_are_messages(scored: ScoredRun):
    turn = Turn(question="What is a permit?", answer="A paper.")
    cases = tuple(replace(case, turns=(turn,)) for case in scored.run.cases)
    log = log_of(replace(scored, run=replace(scored.run, cases=cases)))
    assert faults(log, LOG) == []
    assert [one["content"] for one in log["samples"][0]["input"]] == [
        *("What is a permit?", "A paper.", "What does a permit cost?")
    ]
    assert len(log["samples"][0]["messages"]) == 4


def test_the_same_run_has_the_same_log_and_a_name_that_inspect_lists(scored: ScoredRun):
    assert log_of(scored) == log_of(scored)
    name = log_name(scored.run.info, "model")
    moment, system, rest = name.split("_")
    assert moment[10] == "T"
    assert moment.endswith("+00-00")
    assert ":" not in name
    assert system == "model"
    assert rest.endswith(".json")


def test_names_become_file_names_no_two_alike():
    names = ["a/b:c", "a b c", "A-B-C", "../..", "", "qwen2.5-0.5b"]
    assert list(file_names(names).values()) == [
        "a-b-c",
        "a-b-c-2",
        "A-B-C-3",
        "system",
        "system-2",
        "qwen2.5-0.5b",
    ]


def test_a_run_without_scores_or_without_the_system_is_refused(tmp_path: Path):
    folder = run_folder(tmp_path / "run", {"model": (RIGHT, APPEALS, DECLINED)}, scored=False)
    with pytest.raises(RunError, match=r"3 of the 3 results .* greenpaper eval score"):
        read_scored(folder)
    with pytest.raises(RunError, match=r"no system 'gpt'\. It has: model"):
        chosen_systems(read_scored(run_folder(tmp_path / "b", {"model": ALL_RIGHT})).run, ["gpt"])
