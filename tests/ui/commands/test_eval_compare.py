"""`greenpaper eval compare` and `greenpaper eval gate`: what they print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ui.commands.eval_folders import ALL_RIGHT, APPEALS, DECLINED, RIGHT, WRONG, run_folder
from ui.cli import run

WORSE = (RIGHT, WRONG, DECLINED)


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return run_folder(tmp_path / "before", {"model": ALL_RIGHT, "silent": (DECLINED,) * 3})


@pytest.fixture
def baseline(before: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert run(["eval", "report", str(before)]) == 0
    capsys.readouterr()
    return before / "report.json"


def test_compare_names_the_cases_that_changed(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = run_folder(tmp_path / "after", {"model": WORSE})
    assert run(["eval", "compare", str(before), str(after)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("3 cases in both runs\n")
    assert "model: Resolved\n  100 % (29 to 100) -> 67 %" in said
    assert "−33 points" in said
    assert "p = 1.00: chance alone could do as much" in said
    assert "    appeal: 1 -> 0 (right -> wrong): When is it made?\n" in said
    assert "silent" not in said, "models are compared, not baselines"


def test_compare_as_json(before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    after = run_folder(tmp_path / "after", {"model": WORSE})
    options = ["--metric", "correct", "--system", "model", "--json"]
    assert run(["eval", "compare", str(before), str(after), *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["cases"] == 3
    (result,) = found["compared"]
    assert (result["metric"], result["before"]["n"]) == ("correct", 2)
    assert [change["case_id"] for change in result["worse"]] == ["appeal"]


def test_two_models_alone_in_their_runs_are_compared(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = run_folder(tmp_path / "after", {"newer": WORSE})
    assert run(["eval", "compare", str(before), str(after)]) == 0
    assert "model -> newer: Resolved" in capsys.readouterr().out


def test_compare_takes_a_kept_report_too(
    baseline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = run_folder(tmp_path / "after", {"model": ALL_RIGHT})
    assert run(["eval", "compare", str(baseline), str(after)]) == 0
    assert "0 points (−71 to +71)" in capsys.readouterr().out


@pytest.mark.parametrize("metric", ["nonsense", ""])
def test_a_metric_that_is_none_is_said(before: Path, metric: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "compare", str(before), str(before), "--metric", metric]) == 1
    assert f'There is no metric "{metric}"' in capsys.readouterr().err


def test_the_gate_passes_the_same_run(
    baseline: Path, before: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", "gate", str(before), "--baseline", str(baseline)]) == 0
    assert capsys.readouterr().out.endswith("passed: 3 cases held, 0 cases got worse, 0 allowed\n")


def test_the_gate_fails_with_the_cases_that_got_worse(
    baseline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = run_folder(tmp_path / "after", {"model": (RIGHT, WRONG, WRONG)})
    assert run(["eval", "gate", str(after), "--baseline", str(baseline)]) == 1
    said = capsys.readouterr()
    assert "    appeal: 1 -> 0 (right -> wrong): When is it made?\n" in said.out
    assert "    nowhere: 1 -> 0 (rightly declined -> false answer): Who is the harbour master?\n" in said.out
    assert said.out.endswith("failed: 3 cases held, 2 cases got worse, 0 allowed\n")
    assert said.err == ""
    assert run(["eval", "gate", str(after), "--baseline", str(baseline), "--allow", "2"]) == 0


def test_the_gate_as_json(baseline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    after = run_folder(tmp_path / "after", {"model": WORSE})
    assert run(["eval", "gate", str(after), "--baseline", str(baseline), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["passed"] is False
    assert [worse["change"]["case_id"] for worse in found["worse"]] == ["appeal"]


def test_the_gate_fails_for_an_unfinished_run(
    baseline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = run_folder(tmp_path / "after", {"model": (RIGHT, APPEALS, None)})
    assert run(["eval", "gate", str(after), "--baseline", str(baseline)]) == 1
    assert "nowhere: 1 -> unscored (rightly declined -> not run)" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "{}", '{"format": 1}'])
def test_a_baseline_that_is_none_is_said(
    before: Path, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(content)
    assert run(["eval", "gate", str(before), "--baseline", str(file)]) == 1
    assert "is no report of an evaluation" in capsys.readouterr().err


def test_a_gate_needs_its_baseline(before: Path) -> None:
    assert run(["eval", "gate", str(before)]) == 2
