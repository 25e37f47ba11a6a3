"""`ingest` and `documents` as they are typed: what is printed, where, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.rag.index_fakes import LengthEmbedder, LineLoader, write
from ui.cli import run

CATS = "# Cats\nCats are counted, naïvely.\n\n\tEach year. 🙂 "


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.llm.catalogue.embedder_dir", lambda: Path("none"))
    monkeypatch.setattr("rag.embedding.SentenceTransformerEmbedder", lambda _: LengthEmbedder())
    monkeypatch.setattr("rag.ingest._worker", lambda *_, **__: LineLoader())


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write(tmp_path / "docs", cats=CATS, dogs="# [Dogs]\nDogs are not.\n")


def test_ingest_ends_with_a_line_for_each_file(docs: Path, capsys: pytest.CaptureFixture[str]):
    write(docs, broken="!It is encrypted.\nSave it without a password.", copy=CATS)
    assert run(["ingest", str(docs)]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"failed     {docs}/broken.txt",
        "           It is encrypted. Save it without a password.",
        f"added      {docs}/cats.txt  (3 pages, 1 passages)",
        f"duplicate  {docs}/copy.txt  (3 pages, 1 passages)",
        f"           same content as {docs}/cats.txt",
        f"added      {docs}/dogs.txt  (2 pages, 1 passages)",
        "1 failed, 2 added, 1 duplicate; 5 pages and 2 passages are new",
    ]
    assert f"reading {docs}/cats.txt (2 of 4)" in err.splitlines()


def test_ingest_without_failures_is_0_and_prune_removes(docs: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["ingest", str(docs)]) == 0
    (docs / "dogs.txt").unlink()
    assert run(["ingest", str(docs), "--prune"]) == 0
    assert "removed    dogs.txt" in capsys.readouterr().out


def test_nothing_is_warmed_unless_asked_and_without_a_model_nothing_is_begun(
    docs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """No generator is on this machine: plain ingestion does not miss it, --warm says so before it reads."""
    assert run(["ingest", str(docs), "--warm"]) == 1
    assert "greenpaper models pull" in capsys.readouterr().err
    assert run(["documents", "list"]) == 1, "nothing was read"
    assert run(["ingest", str(docs), "--model", "smollm2-135m-instruct"]) == 1
    assert "--warm" in capsys.readouterr().err
    assert run(["ingest", str(docs)]) == 0
    assert not list(tmp_path.rglob("states-*.bin"))


def test_the_index_may_be_named(docs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["ingest", str(docs), "--index", str(tmp_path / "other")]) == 0
    assert run(["documents", "list"]) == 1
    assert "There is no index" in capsys.readouterr().err
    assert run(["documents", "list", "--index", str(tmp_path / "other")]) == 0


def test_the_list_in_words_and_as_json(docs: Path, capsys: pytest.CaptureFixture[str]):
    run(["ingest", str(docs)])
    capsys.readouterr()
    assert run(["documents", "list"]) == 0
    table = capsys.readouterr().out
    assert "cats.txt" in table
    assert "[Dogs]" in table
    assert run(["documents", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["pages"], row["passages"]) for row in rows] == [
        ("cats.txt", 3, 1),
        ("dogs.txt", 2, 1),
    ]


def test_text_is_printed_exactly(docs: Path, capsys: pytest.CaptureFixture[str]):
    run(["ingest", str(docs)])
    capsys.readouterr()
    assert run(["documents", "text", "cats.txt"]) == 0
    assert capsys.readouterr().out == CATS


def test_the_list_can_be_narrowed_as_asking_can(docs: Path, capsys: pytest.CaptureFixture[str]):
    write(docs / "old", cats="# Cats\nCats were not counted then.\n")
    run(["ingest", str(docs)])
    for words, names in {
        ("old",): ["old/cats.txt"],
        ("cats.txt", "old"): ["cats.txt", "old/cats.txt"],
        ("--newest",): ["cats.txt", "dogs.txt", "old/cats.txt"],
        ("--since", "1999"): [],
    }.items():
        capsys.readouterr()
        assert run(["documents", "list", *words, "--json"]) == 0
        assert [row["name"] for row in json.loads(capsys.readouterr().out)] == names
    assert run(["documents", "list", "--until", "tomorrow"]) == 1
    assert "is not a date" in capsys.readouterr().err
    assert run(["documents", "list", "nothing"]) == 1


def test_removing_is_for_good(docs: Path, capsys: pytest.CaptureFixture[str]):
    run(["ingest", str(docs)])
    assert run(["documents", "remove", "cats.txt", "nothing"]) == 1
    assert "'nothing'" in capsys.readouterr().err
    assert run(["documents", "remove", "cats.txt"]) == 0
    assert capsys.readouterr().out == (
        f"removed cats.txt (1 passages)\n        its file stays where it is: {docs}/cats.txt\n"
    )
    assert run(["documents", "text", "cats.txt"]) == 1
    assert run(["documents", "roll-back"]) == 1
    assert "no other undamaged generation" in capsys.readouterr().err


def test_roll_back_undoes_an_ingestion(docs: Path, capsys: pytest.CaptureFixture[str]):
    run(["ingest", str(docs)])
    write(docs, cats="# Cats\nNobody counts cats.\n")
    run(["ingest", str(docs)])
    assert run(["documents", "roll-back"]) == 0
    assert run(["documents", "text", "cats.txt"]) == 0
    assert capsys.readouterr().out.endswith(CATS)


def test_an_empty_path_is_not_the_working_directory(capsys: pytest.CaptureFixture[str]):
    assert run(["ingest", ""]) == 1
    assert "A path is empty" in capsys.readouterr().err
