"""Files handed to the chat stay where they are put, overwrite nothing, and go with their documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index import Index
from rag.removal import remove
from rag.uploads import discard, harmless, keep
from tests.rag.index_fakes import run, write


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("act.pdf", ("act.pdf",)),
        ("reports/2024/act.pdf", ("reports", "2024", "act.pdf")),
        ("../../etc/passwd", ("etc", "passwd")),
        ("/etc/cron.d/x", ("etc", "cron.d", "x")),
        ("C:\\Users\\me\\act.pdf", ("C:", "Users", "me", "act.pdf")),
        ("..", ("document",)),
        ("", ("document",)),
        ("./.ssh/./.hidden.txt", ("ssh", "hidden.txt")),
        ("a\x00b\n\x1b[31m.txt", ("a_b__[31m.txt",)),
        ("cod\u202efdp.exe.txt", ("cod_fdp.exe.txt",)),
        ("half \ud800.txt", ("half ?.txt",)),
        ("-rf ; $(x) `y`.txt", ("-rf ; $(x) `y`.txt",)),
        ("x" * 400 + ".pdf", ("x" * 156 + ".pdf",)),
        ("é" * 200 + ".txt", ("é" * 78 + ".txt",)),
        ("e\u0301.txt", ("é.txt",)),
        ("/".join("abcdefghijkl"), tuple("efghijkl")),
    ],
)
def test_names_are_made_harmless(name: str, parts: tuple[str, ...]):
    assert harmless(name) == parts


@given(st.text(max_size=300))
def test_no_name_leads_out_of_the_folder(name: str):
    parts = harmless(name)
    assert parts
    for part in parts:
        assert part not in ("", ".", "..")
        assert "/" not in part
        assert part.isprintable()
        assert not part.startswith(".")
        assert len(part.encode()) <= 160


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "documents"


def handed(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "temporary"
    path.write_text(text)
    return path


def test_nothing_is_overwritten_and_the_same_is_kept_once(tmp_path: Path, folder: Path):
    first = keep(handed(tmp_path, "one"), "eu/act.txt", folder)
    assert first == folder / "eu" / "act.txt"
    assert keep(handed(tmp_path, "one"), "eu/act.txt", folder) == first
    assert keep(handed(tmp_path, "two"), "eu/act.txt", folder) == folder / "eu" / "act (2).txt"
    assert keep(handed(tmp_path, "two"), "eu/act.txt", folder) == folder / "eu" / "act (2).txt"
    assert first.read_text() == "one"
    assert not (tmp_path / "temporary").exists()
    assert first.stat().st_mode & 0o077 == 0


def test_a_file_in_the_way_of_a_folder_and_links_are_gone_around(tmp_path: Path, folder: Path):
    folder.mkdir()
    (folder / "eu").write_text("a file")
    (folder / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    (folder / "home").symlink_to(tmp_path)
    assert keep(handed(tmp_path, "one"), "eu/act.txt", folder) == folder / "eu (2)" / "act.txt"
    assert keep(handed(tmp_path, "one"), "link.txt", folder) == folder / "link (2).txt"
    assert keep(handed(tmp_path, "one"), "home/act.txt", folder) == folder / "home (2)" / "act.txt"
    assert not (tmp_path / "elsewhere.txt").exists()


def test_only_copies_that_nobody_needs_are_discarded(tmp_path: Path, folder: Path):
    needed = keep(handed(tmp_path, "one"), "a/one.txt", folder)
    spare = keep(handed(tmp_path, "two"), "b/c/two.txt", folder)
    own = handed(tmp_path, "mine")
    assert discard([needed, spare, own], folder, needed={str(needed)}) == (spare,)
    assert own.exists()
    assert sorted(path.name for path in folder.iterdir()) == ["a"]


def test_a_removed_document_takes_its_copy_with_it_and_no_other_file(tmp_path: Path, folder: Path):
    own = write(tmp_path / "mine", cats="# Cats\nCats are counted.\n", dogs="# Dogs\nDogs are not.\n")
    copy = keep(handed(tmp_path, "# Birds\nBirds fly.\n"), "birds.txt", folder)
    run(tmp_path / "index", own, copy)
    reports = remove(["birds.txt", "cats.txt"], tmp_path / "index", copies=folder)
    assert [report.findings for report in reports] == [
        ("the copy that was kept of it is deleted",),
        (f"its file stays where it is: {own / 'cats.txt'}",),
    ]
    assert not copy.exists()
    assert (own / "cats.txt").exists()
    with Index.open(tmp_path / "index") as index:
        assert [info.name for info in index.documents()] == ["dogs.txt"]
