"""`eval export` as it is typed: the files of each format, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import ir_measures
import pytest

from eval.json_lines import replace_file
from eval.run_info import info_to_toml
from eval.store import read_run
from tests.eval import made
from tests.rag.index_fakes import run as ingest
from tests.rag.index_fakes import write
from tests.ui.commands.eval_folders import ALL_RIGHT, DECLINED, run_folder
from ui.cli import run

SILENT = [{**DECLINED, "retrieved": None}] * 3


def give(folder: Path, to: str, out: Path, *more: str) -> int:
    return run(["eval", "export", str(folder), "--to", to, "--out", str(out), *more])


def test_each_format_has_its_files_and_names_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = run_folder(tmp_path / "run", {"a/b": ALL_RIGHT, "c": ALL_RIGHT, "silent": SILENT})
    assert give(folder, "inspect", tmp_path / "logs") == 0
    named = capsys.readouterr().out.splitlines()
    assert sorted(map(Path, named)) == sorted((tmp_path / "logs").iterdir())
    assert [Path(one).name.split("_")[1] for one in named] == ["a-b", "c", "silent"]
    assert give(folder, "card", tmp_path / "cards") == 0
    assert sorted(path.name for path in (tmp_path / "cards").iterdir()) == ["a-b.md", "c.md"]
    assert give(folder, "card", tmp_path / "one", "--system", "silent") == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["silent.md"]


def test_trec_files_are_read_by_ir_measures(tmp_path: Path):
    papers = write(tmp_path / "papers", rules=made.RULES, other=made.OTHER)
    (papers / "rules.txt").rename(papers / "rules.pdf.txt")
    ingest(tmp_path / "index", papers)
    place = {"document": "rules.pdf.txt", "start": 0, "end": len(made.RULES)}
    found = made.found(place, {"document": "other.txt", "start": 0, "end": len(made.OTHER)})
    results = [{**result, "retrieved": found} for result in ALL_RIGHT]
    folder = run_folder(tmp_path / "run", {"finds": results, "silent": SILENT})
    cases = (folder / "cases.jsonl").read_text().replace('"rules.pdf"', '"rules.pdf.txt"')
    (folder / "cases.jsonl").write_text(cases)
    info = replace(read_run(folder).info, index=str(tmp_path / "index"))
    replace_file(folder / "run.toml", info_to_toml(info).encode())
    assert give(folder, "trec", tmp_path / "trec") == 0
    assert sorted(path.name for path in (tmp_path / "trec").iterdir()) == ["finds.run", "qrels.txt"]
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "trec" / "qrels.txt")))
    ranked = list(ir_measures.read_trec_run(str(tmp_path / "trec" / "finds.run")))
    assert {one.query_id for one in qrels} == {"fee", "appeal"}
    assert len(ranked) == 6
    assert ir_measures.calc_aggregate([ir_measures.RR], qrels, ranked)[ir_measures.RR] == 1.0


def test_what_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = run_folder(tmp_path / "run", {"silent": SILENT})
    (tmp_path / "file").write_text("")
    for to, out, more, why in (
        ("trec", "x", (), "No system of the run"),
        ("card", "x", (), "only baselines"),
        ("card", "x", ("--system", "gpt"), "no system 'gpt'"),
        ("inspect", "file", (), "Give another folder with --out"),
    ):
        assert give(folder, to, tmp_path / out, *more) == 1
        assert why in capsys.readouterr().err
    assert give(tmp_path / "nothing", "inspect", tmp_path / "x") == 1
    assert "There is no run in" in capsys.readouterr().err
    assert give(folder, "csv", tmp_path / "x") == 2
    assert not (tmp_path / "x").exists()
