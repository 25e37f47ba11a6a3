"""`greenpaper eval report`: the three files of a run, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.report.to_json import read_report
from tests.ui.commands.eval_folders import ALL_RIGHT, DECLINED, RIGHT, WRONG, run_folder
from ui.cli import run


def test_it_writes_three_files_and_says_what_was_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = run_folder(tmp_path / "run", {"model": ALL_RIGHT, "silent": (DECLINED,) * 3})
    assert run(["eval", "report", str(folder)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("One model and one baseline got 3 cases")
    for name in ("report.html", "report.json", "report.md"):
        assert f"{folder / name}\n" in said
        assert "model" in (folder / name).read_text(encoding="utf-8")
    assert sorted(path.name for path in folder.iterdir() if "report" in path.name) == [
        *("report.html", "report.json", "report.md"),
    ]
    report = read_report(folder / "report.json")
    assert [(system.name, system.rank) for system in report.systems] == [("model", 1), ("silent", None)]


def test_nothing_in_it_names_the_folders_of_this_machine(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", {"model": ALL_RIGHT})
    assert run(["eval", "report", str(folder)]) == 0
    for name in ("report.html", "report.json", "report.md"):
        text = (folder / name).read_text(encoding="utf-8")
        assert "somebody" not in text
        assert str(tmp_path) not in text


def test_the_settings_are_in_it(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", {"model": ALL_RIGHT})
    assert run(["eval", "report", str(folder)]) == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    for said in ("0.1.0", "cores", "model sha256", "0" * 64, "primary metric"):
        assert said in page


def test_another_folder_gets_them_and_an_older_report_is_replaced(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", {"model": ALL_RIGHT})
    out = tmp_path / "new" / "place"
    assert run(["eval", "report", str(folder), "--out", str(out)]) == 0
    before = (out / "report.json").read_bytes()
    (out / "report.json").write_text("old")
    assert run(["eval", "report", str(folder), "--out", str(out)]) == 0
    assert (out / "report.json").read_bytes() == before
    assert not (folder / "report.json").exists()


def test_an_unfinished_run_has_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run_folder(tmp_path / "run", {"model": (RIGHT, None, None), "other": (WRONG, None, None)})
    assert run(["eval", "report", str(folder)]) == 0
    assert "The run is not complete: 4 of 6 answers are missing" in capsys.readouterr().out


def test_a_run_that_was_not_scored_says_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run_folder(tmp_path / "run", {"model": ALL_RIGHT}, scored=False)
    assert run(["eval", "report", str(folder)]) == 1
    assert f"have no scores yet. Make them: greenpaper eval score {folder}" in capsys.readouterr().err


def test_no_run_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "report", str(tmp_path / "nothing")]) == 1
    assert "There is no run in" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run_folder(tmp_path / "run", {"model": ALL_RIGHT})
    file = tmp_path / "file"
    file.write_text("")
    assert run(["eval", "report", str(folder), "--out", str(file)]) == 1
    assert "Give another folder with --out" in capsys.readouterr().err
