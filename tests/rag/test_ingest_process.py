"""Ingestion in a process of its own: it tells what it does, stops when told, and leaves the index whole."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from rag.errors import GreenpaperError
from rag.index import Index
from rag.index.lock import writing
from rag.ingest_process import IngestProcess
from rag.llm.model_files import models_dir
from rag.types import FileReport, FileStatus, Stage
from tests.rag.index_fakes import write

CATS = "Cats are counted each year, and the count is reported to Congress by March.\n"


@pytest.fixture
def embedder(minilm_dir: Path) -> None:
    models_dir().mkdir(parents=True)
    (models_dir() / minilm_dir.name).symlink_to(minilm_dir)


def documents(index: Path) -> list[str]:
    with Index.open(index) as opened:
        return [info.name for info in opened.documents()]


def test_without_an_embedder_the_sentence_arrives(tmp_path: Path):
    process = IngestProcess([write(tmp_path / "docs", cats=CATS)], tmp_path / "index")
    with pytest.raises(GreenpaperError, match="greenpaper models pull"):
        list(process.events())


def test_another_writer_is_named(tmp_path: Path, embedder: None):
    with writing(tmp_path / "index"), pytest.raises(GreenpaperError, match=f"process {os.getpid()}"):
        list(IngestProcess([tmp_path], tmp_path / "index").events())


def test_a_death_is_told_as_a_sentence(tmp_path: Path):
    process = IngestProcess([tmp_path], tmp_path / "index")
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(GreenpaperError, match=r"broke off \(SIGKILL\)"):
        list(process.events())


def test_good_broken_and_hostile_files_each_get_their_report(tmp_path: Path, embedder: None):
    docs = write(tmp_path / "base" / "docs", cats=CATS, copy=CATS)
    (docs / "bomb.pdf").write_bytes(b"%PDF-1.7\n" + b"\x00\xff" * 5_000)
    (docs / "<b>\udcff.txt").write_text("Bold people are <b>counted</b> as well, at least once.\n")
    paths = [*sorted(docs.iterdir()), tmp_path / "gone.txt"]
    events = list(IngestProcess(paths, tmp_path / "index", base=tmp_path / "base").events())
    reports = [event for event in events if isinstance(event, FileReport)]
    assert {Path(report.path).name: report.status for report in reports} == {
        "<b>\\udcff.txt": FileStatus.ADDED,
        "bomb.pdf": FileStatus.FAILED,
        "cats.txt": FileStatus.ADDED,
        "copy.txt": FileStatus.DUPLICATE,
        "gone.txt": FileStatus.FAILED,
    }
    stages = [event.name for event in events if isinstance(event, Stage)]
    assert stages.count("preparing") == 1
    assert stages.index("embedding") < stages.index("preparing") < stages.index("saving")
    assert documents(tmp_path / "index") == ["docs/<b>\\udcff.txt", "docs/cats.txt"]


def test_told_to_stop_it_stops_and_the_index_is_whole(tmp_path: Path, embedder: None):
    docs = write(tmp_path / "docs", long=CATS * 2_000)
    (docs / "bomb.pdf").write_bytes(b"%PDF-1.7\n")
    process = IngestProcess([docs], tmp_path / "index")
    reports = []
    for event in process.events():
        if isinstance(event, FileReport):
            reports.append(event.status)
            process.stop()
    assert reports == [FileStatus.FAILED]
    assert not (tmp_path / "index" / "CURRENT").exists()
    with writing(tmp_path / "index"):
        pass
