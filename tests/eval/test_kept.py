"""Evaluations in their folder: named, found again, and told apart from what is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.kept import KEY, kept, new_folder, read, run_of, suite_of
from eval.run_info import info_from_toml, info_to_toml
from eval.systems.choose import choose
from rag.errors import GreenpaperError
from rag.llm.settings import EngineSettings
from tests.eval.harbour import RIGHT, Scripted, go, write_suite


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("", "evaluation"),
        ("问题", "evaluation"),
        ("Geräte & Öl", "gerate-ol"),
        ("a" * 300, "a" * 40),
        ("CON", "con"),
    ],
)
def test_whatever_it_is_called_it_becomes_a_folder_of_its_own(tmp_path: Path, name: str, key: str) -> None:
    first, second = new_folder(tmp_path / "all", name), new_folder(tmp_path / "all", name)
    assert (first, second) == (tmp_path / "all" / key, tmp_path / "all" / f"{key}-2")
    assert KEY.fullmatch(second.name)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "all").write_text("a file")
    with pytest.raises(GreenpaperError, match="No folder can be made in"):
        new_folder(tmp_path / "all", "x")


def test_an_evaluation_is_told_before_its_run_in_it_and_after(tmp_path: Path) -> None:
    root = tmp_path / "all"
    assert kept(root) == ()
    folder = new_folder(root, "Harbour")
    assert kept(root) == (), "nothing was saved yet"
    write_suite(suite_of(folder))
    before = read(folder)
    assert (before.key, before.name, before.cases, before.total) == ("harbour", "Harbour", 3, 0)
    assert not before.page.exists()

    with pytest.raises(KeyboardInterrupt):
        go(folder, {"one": Scripted({**RIGHT, "master": KeyboardInterrupt()})}, out=run_of(folder))
    begun = read(folder)
    assert (begun.done, begun.total, begun.finished, begun.fault) == (1, 3, "", "")
    go(folder, {"one": Scripted(RIGHT)}, out=run_of(folder))
    assert read(folder).done == 3
    assert read(folder).finished


def test_what_cannot_be_read_is_listed_with_its_fault(tmp_path: Path) -> None:
    folder = new_folder(tmp_path, "Broken")
    suite_of(folder).mkdir()
    (tmp_path / "Not a key").mkdir()
    (found,) = kept(tmp_path)
    assert found.name == "broken"
    assert "There is no suite in" in found.fault


def test_it_says_with_which_models_it_was_begun(tmp_path: Path, smollm2_path: Path) -> None:
    folder = new_folder(tmp_path, "Harbour")
    write_suite(suite_of(folder))
    go(folder, {"one": Scripted(RIGHT)}, out=run_of(folder))
    path = run_of(folder) / "run.toml"
    chosen = choose([str(smollm2_path)], (), exact=False, settings=EngineSettings(threads=1))
    info = replace(info_from_toml(path.read_text()), systems=tuple(one.entry for one in chosen))
    path.write_text(info_to_toml(info))
    (run_of(folder) / "results.jsonl").unlink()
    found = read(folder)
    assert found.models == (found.baselines_of,)
    assert found.models[0] in smollm2_path.name
