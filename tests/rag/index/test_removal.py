"""A removed document leaves nothing of its text on the disk; an index of the layout before can be used."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.index import Index
from rag.index.generations import names, roll_back
from rag.index.reader import rows_of
from rag.removal import remove
from tests.rag.index_fakes import run, write

CANARY = "xylocanary"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    lines = "".join(f"The {CANARY} of part {n} is counted by zebrafinches{n}.\n" for n in range(300))
    return write(tmp_path / "docs", cats="# Cats\nCats are counted.\n", secret=f"# Secrets\n{lines}")


@pytest.fixture
def index(docs: Path, tmp_path: Path) -> Path:
    """Two generations; the text to be removed is in both."""
    run(tmp_path / "index", docs)
    write(docs, dogs="# Dogs\nDogs are not.\n")
    run(tmp_path / "index", docs)
    return tmp_path / "index"


def traces(index: Path) -> list[str]:
    """Files of the index that hold the canary or one of the removed document's own words."""
    files = [path for path in index.rglob("*") if path.is_file()]
    return [
        path.name for path in files if any(w in path.read_bytes() for w in (CANARY.encode(), b"zebrafinch"))
    ]


def test_a_removed_document_leaves_no_trace_of_its_text(index: Path):
    assert len(traces(index)) == 2, "the control: it is found while it is there"
    remove(["secret.txt"], index)
    assert traces(index) == []
    assert len(names(index)) == 1
    with Index.open(index) as opened:
        assert [info.name for info in opened.documents()] == ["cats.txt", "dogs.txt"]
        assert [hit.passage.text for hit in opened.lexical("dogs", 9)] == ["# Dogs\nDogs are not."]


def test_pruning_leaves_no_trace_either(index: Path, docs: Path):
    (docs / "secret.txt").unlink()
    run(index, docs, prune=True)
    assert traces(index) == []


def test_a_replaced_document_is_kept_for_going_back(index: Path, docs: Path):
    write(docs, secret="# Secrets\nNone.\n")
    run(index, docs)
    assert len(traces(index)) == 1
    roll_back(index)
    with Index.open(index) as opened:
        assert CANARY in opened.document("secret.txt").text


def test_a_document_says_when_it_was_read_and_what_is_odd_about_it(tmp_path: Path):
    docs = write(tmp_path / "docs", odd="A text with a finding.\n")
    run(tmp_path / "index", docs)
    with Index.open(tmp_path / "index") as opened:
        (info,) = opened.documents()
    assert info.findings == ("it has a finding",)
    assert info.ingested
    assert info.ingested.endswith("Z")
    assert datetime.now(UTC) - datetime.fromisoformat(info.ingested) < timedelta(minutes=5)


def as_in_layout_1(index: Path) -> None:
    """The index as the Greenpaper before wrote it."""
    folder = index / "generations" / (index / "CURRENT").read_text().strip()
    connection = sqlite3.connect(folder / "documents.sqlite", isolation_level=None)
    connection.execute("ALTER TABLE documents DROP COLUMN ingested")
    connection.close()
    manifest = json.loads((folder / "manifest.json").read_text()) | {"format": 1}
    for entry in manifest["files"]:
        data = (folder / entry["name"]).read_bytes()
        entry.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    (folder / "manifest.json").write_text(json.dumps(manifest))
    digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()[:16]
    folder.rename(folder.with_name(f"{folder.name[:8]}-{digest}"))
    (index / "CURRENT").write_text(f"{folder.name[:8]}-{digest}\n")


def test_an_index_of_the_layout_before_is_read_and_brought_up_to_date(index: Path, docs: Path):
    as_in_layout_1(index)
    with Index.open(index, "lengths-1") as opened:
        assert {info.ingested for info in opened.documents()} == {None}
        assert opened.document("cats.txt").text == "# Cats\nCats are counted.\n"
    write(docs, birds="# Birds\nBirds fly off.\n")
    assert {report.status.value for report in run(index, docs)} == {"unchanged", "added"}
    with Index.open(index, "lengths-1") as opened:
        assert [info.name for info in opened.documents() if info.ingested] == ["birds.txt"]
        assert opened.manifest.format == 2
        assert len(rows_of(opened._connection, "SELECT ingested FROM documents")) == 4
    remove(["birds.txt"], index)
    with Index.open(index) as opened:
        assert len(opened.documents()) == 3
