"""Where a document's characters were printed: kept with it, gone with it, and not asked of an older index."""

from __future__ import annotations

import random
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from rag.index import Index
from rag.index.disk import sha256_file
from rag.index.generations import DATABASE, GENERATIONS, current_name, new_build, publish
from rag.index.manifest import FileEntry, parse_manifest
from rag.index.schema import places_blob, to_places
from rag.places import Places
from rag.removal import remove
from tests.rag.index_fakes import run, write

TEXT = "# Cats\nAgencies count cats.\n"


@pytest.mark.parametrize(
    "places",
    [
        pytest.param(Places(starts=(0,), firsts=(0,), counts=(1,)), id="one"),
        pytest.param(Places(starts=(5, 90), firsts=(3000, 4), counts=(70, 1)), id="backwards"),
        pytest.param(
            Places(starts=(0, 2**30), firsts=(2**31 - 1, 0), counts=(2**20, 2**31 - 1)), id="far-apart"
        ),
    ],
)
def test_places_come_back_as_they_were(places: Places) -> None:
    assert to_places(places_blob(places)) == places


def test_a_line_of_print_costs_few_bytes() -> None:
    dice = random.Random(0)
    lengths = [dice.randint(55, 90) for _ in range(2000)]
    starts = tuple(sum(lengths[:n]) for n in range(2000))
    places = Places(starts=starts, firsts=tuple(start % 4000 for start in starts), counts=tuple(lengths))
    assert len(places_blob(places)) < 6 * 2000


def test_places_are_kept_with_their_document_and_go_with_it(tmp_path: Path) -> None:
    docs = write(tmp_path / "docs", cats=TEXT, dogs="Dogs.\n")
    run(tmp_path / "index", docs)
    with Index.open(tmp_path / "index") as index:
        cats = index.document("cats.txt")
        assert index.places(cats.doc_id) == Places(starts=(0, 7), firsts=(7, 7), counts=(6, 20))
        assert not index.places("nobody")
    write(docs, cats="Cats.\n")
    run(tmp_path / "index", docs)
    remove(["dogs.txt"], tmp_path / "index")
    with Index.open(tmp_path / "index") as index:
        assert not index.places(cats.doc_id)
        assert index.places(index.document("cats.txt").doc_id).counts == (5,)
    with sqlite3.connect(_database(tmp_path / "index")) as connection:
        assert connection.execute("SELECT count(*) FROM places").fetchone() == (1,)
    connection.close()


def test_an_index_from_before_places_opens_and_gets_them_with_the_next_ingestion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = write(tmp_path / "docs", cats=TEXT)
    with monkeypatch.context() as before:
        before.setattr("rag.ingest.LOADER", "1")
        run(tmp_path / "index", docs)
    _without_places(tmp_path / "index")
    with Index.open(tmp_path / "index") as index:
        doc_id = index.document("cats.txt").doc_id
        assert not index.places(doc_id)
    run(tmp_path / "index", docs)
    with Index.open(tmp_path / "index") as index:
        assert index.places(doc_id).counts == (6, 20)


def _database(folder: Path) -> Path:
    name = current_name(folder)
    assert name
    return folder / GENERATIONS / name / DATABASE


def _without_places(folder: Path) -> None:
    """Publishes the current generation once more, without the table."""
    base = current_name(folder)
    assert base
    build = new_build(folder)
    for file in (folder / GENERATIONS / base).iterdir():
        shutil.copyfile(file, build / file.name)
    connection = sqlite3.connect(build / DATABASE)
    connection.execute("DROP TABLE places")
    connection.commit()
    connection.close()
    manifest = parse_manifest((build / "manifest.json").read_bytes())
    (build / "manifest.json").unlink()
    entries = tuple(
        FileEntry(
            name=one.name, bytes=(build / one.name).stat().st_size, sha256=sha256_file(build / one.name)
        )
        for one in manifest.files
    )
    publish(folder, build, replace(manifest, files=entries), base)
