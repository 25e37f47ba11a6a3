"""Whole generations: damage is refused with its reason, a kill loses nothing, one writer at a time."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.errors import GreenpaperError, IndexUnusableError
from rag.index import Index
from rag.index.generations import current_name, names, roll_back
from rag.index.lock import writing
from rag.index.manifest import FORMAT
from rag.removal import remove
from tests.rag.index_fakes import LengthEmbedder, run, write

FILES = ("documents.sqlite", "vectors.faiss", "manifest.json")
PRINT = "lengths-1"


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    return write(folder, cats="# Cats\nCats are counted.\n", dogs="# Dogs\nDogs are not.\n")


@pytest.fixture(scope="module")
def made(docs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two generations: the first has two documents, the current one a third."""
    folder = tmp_path_factory.mktemp("made") / "index"
    run(folder, docs)
    write(docs, birds="# Birds\nBirds fly off.\n")
    run(folder, docs)
    return folder


@pytest.fixture
def index(made: Path, docs: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it, and the documents as they were for the next test."""
    texts = {path: path.read_text() for path in docs.iterdir()}
    yield Path(shutil.copytree(made, tmp_path / "index"))
    for path in docs.iterdir():
        path.unlink()
    for path, text in texts.items():
        path.write_text(text)


def generation(index: Path) -> Path:
    return index / "generations" / (index / "CURRENT").read_text().strip()


def documents(index: Path) -> int:
    with Index.open(index, PRINT) as opened:
        return len(opened.documents())


def refused(index: Path, fingerprint: str | None = PRINT) -> str:
    with pytest.raises(IndexUnusableError) as caught:
        Index.open(index, fingerprint).close()
    return str(caught.value)


def reseal(index: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Changes the manifest as someone would who knows how the digests go."""
    folder = generation(index)
    manifest = json.loads((folder / "manifest.json").read_text())
    change(manifest)
    data = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(data)
    name = f"{folder.name[:8]}-{hashlib.sha256(data).hexdigest()[:16]}"
    folder.rename(folder.parent / name)
    (index / "CURRENT").write_text(f"{name}\n")


def test_nothing_there_says_how_to_begin(tmp_path: Path):
    assert "greenpaper ingest PATH" in refused(tmp_path / "index")


def test_an_index_holds_nothing_but_its_parts(index: Path):
    assert sorted(path.name for path in index.iterdir()) == ["CURRENT", "generations", "writer.lock"]
    assert sorted(path.name for path in generation(index).iterdir()) == sorted(FILES)
    assert [name[:8] for name in names(index)] == ["g-000002", "g-000001"]


def test_one_previous_generation_is_kept(index: Path, docs: Path):
    for n in range(3):
        write(docs, more=f"Text number {n}.\n")
        run(index, docs)
    assert [name[:8] for name in names(index)] == ["g-000005", "g-000004"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("where", [0.0, 0.3, 0.6, 0.999])
@pytest.mark.parametrize("bit", [0, 6])
def test_a_flipped_bit_is_refused_and_named(index: Path, name: str, where: float, bit: int):
    path = generation(index) / name
    data = bytearray(path.read_bytes())
    data[int(where * len(data))] ^= 1 << bit
    path.write_bytes(data)
    message = refused(index)
    assert f"{name} is damaged" in message
    assert f"greenpaper documents roll-back --index {index}`" in message


def test_a_file_is_no_index_and_not_to_be_deleted(tmp_path: Path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"%PDF")
    message = refused(path)
    assert "Not a directory" in message
    assert "elete" not in message


def test_every_bit_of_the_pointer_counts(index: Path):
    good = (index / "CURRENT").read_bytes()
    for at in range(len(good)):
        for bit in range(8):
            data = bytearray(good)
            data[at] ^= 1 << bit
            (index / "CURRENT").write_bytes(data)
            refused(index)
    (index / "CURRENT").write_bytes(good)
    assert documents(index) == 3


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [0, -1, 1])
def test_a_file_of_another_size_is_refused(index: Path, name: str, size: int):
    path = generation(index) / name
    data = path.read_bytes()
    path.write_bytes(data + b"\n" if size == 1 else data[:size])
    assert f"{name} is damaged" in refused(index)


@pytest.mark.parametrize("name", [*FILES, "the folder"])
def test_a_missing_file_is_named(index: Path, name: str):
    if name == "the folder":
        name = generation(index).name
        shutil.rmtree(generation(index))
    else:
        (generation(index) / name).unlink()
    assert f"{name} is missing" in refused(index)


def test_every_damaged_file_is_listed(index: Path):
    for name in FILES[:2]:
        (generation(index) / name).write_bytes(b"x")
    message = refused(index)
    assert "documents.sqlite is damaged" in message
    assert "vectors.faiss is damaged" in message


FIELDS = {
    "format": "it has format 99, written by a newer Greenpaper",
    "embedder": "another embedder",
    "dimension": "dimension",
    "chunker": "another chunker",
    "loader": "damaged",
    "corpus": "corpus",
    "documents": "documents",
    "passages": "passages",
    "libraries": "damaged",
    "files": "lists other files",
}


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_the_manifest_counts(index: Path, field: str):
    """Changed by accident the digest refuses it; changed with all digests put right, its own meaning does."""

    def change(manifest: dict[str, Any]) -> None:
        values = {"files": manifest["files"][:1], "libraries": {"numpy": "0"}, "format": 99}
        manifest[field] = values.get(field, 99 if isinstance(manifest[field], int) else "another")

    path = generation(index) / "manifest.json"
    sealed = path.read_bytes()
    manifest = json.loads(sealed)
    change(manifest)
    path.write_text(json.dumps(manifest))
    assert "manifest.json is damaged" in refused(index)
    path.write_bytes(sealed)
    if FIELDS[field] != "damaged":
        reseal(index, change)
        assert FIELDS[field] in refused(index)


def test_the_cases_above_are_all_fields(index: Path):
    manifest = json.loads((generation(index) / "manifest.json").read_text())
    assert manifest.keys() == FIELDS.keys()
    assert manifest["format"] == FORMAT


def test_all_reasons_come_at_once(index: Path):
    reseal(index, lambda manifest: manifest.update(chunker="old", embedder="other"))
    message = refused(index)
    assert "another embedder" in message
    assert "another chunker" in message
    assert "builds it anew" in message


def test_without_a_fingerprint_any_embedder_will_do(index: Path):
    assert "another embedder (lengths-1, not lengths-2)" in refused(index, "lengths-2")
    with Index.open(index) as opened:
        assert opened.manifest.embedder == PRINT


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../../../secret.txt", id="parent"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("..", id="dots"),
        pytest.param("a/b", id="folder"),
        pytest.param("documents.sqlite\x00", id="NUL"),
        pytest.param("", id="empty"),
        pytest.param(7, id="number"),
    ],
)
def test_a_manifest_cannot_point_out_of_its_folder(index: Path, name: object):
    reseal(index, lambda manifest: manifest["files"][0].update(name=name))
    assert "is not a plain file name" in refused(index)


@pytest.mark.parametrize("name", FILES)
def test_links_are_not_followed(index: Path, tmp_path: Path, name: str):
    path = generation(index) / name
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    refused(index)


def test_a_generation_that_is_a_link_is_refused(index: Path, tmp_path: Path):
    folder = generation(index)
    shutil.move(folder, tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert "is not a generation's folder" in refused(index)


@pytest.mark.parametrize(
    "text", ["", "g-000002", "../generations", "g-000002-" + "0" * 16, "x" * 500, "\udcff"]
)
def test_a_pointer_to_something_else_is_refused(index: Path, text: str):
    (index / "CURRENT").write_bytes(text.encode("utf-8", "surrogateescape"))
    refused(index)


@pytest.mark.parametrize("manifest", ["[]", "{}", "{", '{"format": true}', "[" * 100_000, '{"format": 1}'])
def test_a_manifest_of_another_shape_is_refused(index: Path, manifest: str):
    folder = generation(index)
    (folder / "manifest.json").write_text(manifest)
    name = f"g-000002-{hashlib.sha256(manifest.encode()).hexdigest()[:16]}"
    folder.rename(folder.parent / name)
    (index / "CURRENT").write_text(name)
    assert "cannot be used" in refused(index)


def test_roll_back_goes_to_the_one_before_and_forward_again(index: Path):
    assert roll_back(index).startswith("g-000001")
    assert documents(index) == 2
    assert roll_back(index).startswith("g-000002")
    assert documents(index) == 3


def test_roll_back_passes_over_damage(index: Path):
    (generation(index) / "vectors.faiss").write_bytes(b"")
    refused(index)
    roll_back(index)
    assert documents(index) == 2
    with pytest.raises(IndexUnusableError, match="no other undamaged generation"):
        roll_back(index)


def test_a_lost_pointer_is_put_back_by_the_next_writer(index: Path, docs: Path):
    (index / "CURRENT").unlink()
    assert "CURRENT is missing" in refused(index)
    run(index, docs)
    assert documents(index) == 3


def test_a_writer_refuses_a_damaged_index(index: Path, docs: Path):
    (generation(index) / "documents.sqlite").write_bytes(b"")
    with pytest.raises(IndexUnusableError, match=r"documents\.sqlite is damaged"):
        run(index, docs)


def test_a_reader_keeps_its_view_while_a_writer_commits(index: Path, docs: Path):
    query = LengthEmbedder().embed(["Dogs are not."])[0]
    with Index.open(index, PRINT) as opened:
        before = opened.documents(), opened.dense(query, 9), opened.lexical("dogs cats birds", 9)
        write(docs, dogs="# Dogs\nDogs are counted after all.\n")
        run(index, docs)
        remove(["cats.txt"], index)
        remove(["birds.txt"], index)
        assert (opened.documents(), opened.dense(query, 9), opened.lexical("dogs cats birds", 9)) == before
    assert documents(index) == 1


def test_a_second_writer_is_refused_and_told_who_writes(index: Path, docs: Path):
    with writing(index), pytest.raises(IndexUnusableError, match=f"being changed by process {os.getpid()}"):
        run(index, docs)
    run(index, docs)


def test_a_full_disk_is_explained_and_leaves_the_index(
    index: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write(docs, more="One more.\n")
    monkeypatch.setattr("rag.index.writer.write_file", full)
    with pytest.raises(IndexUnusableError, match=r"No space left on device.*as it was before"):
        run(index, docs)
    monkeypatch.undo()
    assert documents(index) == 3
    assert len(names(index)) == 2
    run(index, docs)
    assert documents(index) == 4


def test_a_place_that_cannot_be_made_is_explained(docs: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(GreenpaperError, match="cannot be written"):
        run(tmp_path / "file", docs)


def _write_for_ever(index: Path, docs: Path) -> None:
    for number in range(1_000_000):
        write(docs, more=f"Text number {number}.\n")
        run(index, docs)


@pytest.mark.parametrize("delay", [0.02, 0.05, 0.09, 0.14])
def test_a_killed_writer_loses_nothing_and_holds_no_lock(index: Path, docs: Path, delay: float):
    process = multiprocessing.get_context("fork").Process(target=_write_for_ever, args=(index, docs))
    process.start()
    start = current_name(index)
    while current_name(index) == start:
        time.sleep(0.001)
    until = time.monotonic() + delay
    while time.monotonic() < until:
        assert documents(index) == 4  # a reader never waits, and never sees half of anything
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    process.close()
    assert documents(index) == 4
    write(docs, more="The last text.\n")
    run(index, docs)
    with Index.open(index, PRINT) as opened:
        assert opened.document("more.txt").text == "The last text.\n"
    assert len(names(index)) == 2
    assert not list((index / "generations").glob("building-*"))
