"""What may be done with the documents behind the chat, over a dictionary in place of the index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.errors import GreenpaperError
from rag.types import FileStatus
from tests.ui.web.scripted import Scripted, library
from tests.ui.web.shelf_fake import FakeIngestion, FakeShelf
from ui.web.collection import Collection, Progress
from ui.web.engine import Engine
from ui.web.handed import MAX_FILE, kept, left_out, receiving_folder, typed_path
from ui.web.show.ingestion import reading
from ui.web.show.shelf import ROWS, View, shelf
from ui.web.texts import Words

WORDS = Words("en")


class Refusing(FakeShelf):
    """A disk without room."""

    def __init__(self) -> None:
        return None

    def ingest(self, paths: Sequence[Path], *, base: Path | None, ocr: bool) -> FakeIngestion:
        raise GreenpaperError("No room.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def collection(folder: Path) -> Collection:
    held = library()
    engine = Engine(lambda model: Scripted(held))
    engine.wait()
    return Collection(engine, FakeShelf(engine), folder)


def written(folder: Path, **texts: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.txt" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text)
    return paths


def ended(collection: Collection) -> Progress:
    (*_, last) = collection.follow(0.01)
    return last


def test_what_is_read_can_be_asked_and_what_is_not_is_not_kept(collection: Collection, folder: Path):
    collection.read(written(folder, good="A good text.", broken="!It is encrypted.", copy="A good text."))
    last = ended(collection)
    assert [report.status for report in last.reports] == [
        FileStatus.ADDED,
        FileStatus.FAILED,
        FileStatus.DUPLICATE,
    ]
    assert (last.running, last.error, last.stopped) == (False, None, False)
    assert "good.txt" in [info.name for info in collection.infos()]
    assert [path.name for path in folder.iterdir()] == ["good.txt"]


def test_files_of_the_readers_own_are_never_deleted(collection: Collection, tmp_path: Path):
    (broken,) = written(tmp_path / "mine", broken="!It is encrypted.")
    collection.read([broken])
    ended(collection)
    assert broken.exists()


def test_one_thing_at_a_time_and_it_can_be_stopped(collection: Collection, folder: Path):
    collection.read(written(folder, good="A text.", slow="Another.", third="A third."))
    with pytest.raises(GreenpaperError, match="are being read"):
        collection.read([folder])
    while len(collection.progress.reports) < 1:
        collection.wait()
    collection.stop()
    last = ended(collection)
    assert last.stopped
    assert [report.status for report in last.reports] == [FileStatus.ADDED]
    assert [path.name for path in folder.iterdir()] == ["good.txt"]
    collection.read(written(folder, third="A third."))
    assert not ended(collection).stopped


def test_a_choice_follows_documents_that_are_read_anew_and_leaves_those_that_are_gone(
    collection: Collection, folder: Path
):
    (path,) = written(folder, act="The first text.")
    collection.read([path])
    ended(collection)
    act = next(info.doc_id for info in collection.infos() if info.name == "act.txt")
    scope = frozenset({"a", "b", act})
    path.write_text("The text as amended.")
    collection.read([path])
    assert ended(collection).reports[0].status is FileStatus.REPLACED
    collection.remove(["b"])
    now = collection.current(scope)
    assert now is not None
    names = {info.name for info in collection.infos() if info.doc_id in now}
    assert names == {"act.txt", "briefs/open-weights.pdf"}
    assert len(now) == 2
    assert collection.current(None) is None


def test_uploads_are_taken_from_their_folder_only(tmp_path: Path, folder: Path):
    receiving = receiving_folder()
    (receiving / "digest").mkdir()
    (secret,) = written(tmp_path, secret="mine")
    for path in (str(secret), str(receiving / ".." / "y"), "relative", str(receiving), str(receiving / "no")):
        with pytest.raises(PermissionError):
            kept([{"path": path, "name": "x.txt"}], receiving, folder)
    for name in ("x", "y"):
        (receiving / "digest" / name).write_text("text")
    handed = [("x", "../../a\x00ct.txt"), ("x", "again.txt"), ("y", "licence.txt")]
    given = [{"path": str(receiving / "digest" / path), "name": name} for path, name in handed]
    assert kept(given, receiving, folder) == (folder / "a_ct.txt", folder / "licence.txt")
    assert list(receiving.iterdir()) == []
    assert receiving.stat().st_mode & 0o077 == 0
    (receiving.parent / "4194305").mkdir()
    assert receiving_folder() == receiving
    assert [path.name for path in receiving.parent.iterdir()] == [receiving.name]


def test_without_an_answerer_nothing_that_was_handed_over_is_deleted(folder: Path):
    def fails(model: str | None) -> Scripted:
        raise GreenpaperError("No model.")

    engine = Engine(fails)
    engine.wait()
    collection = Collection(engine, Refusing(), folder)
    collection.read(written(folder, act="A text."))
    last = ended(collection)
    assert (last.running, str(last.error)) == (False, "No room.")
    assert [path.name for path in folder.iterdir()] == ["act.txt"]
    collection.read([])
    assert not ended(collection).running


def test_what_the_browser_keeps_back_has_its_line():
    big, odd = left_out([{"name": "big.pdf", "size": MAX_FILE + 1}, {"name": "a.exe", "size": 1}], {".pdf"})
    assert "200 MB" in big.findings[0]
    assert odd.findings == ("files .exe are not read; those are: .pdf",)


@pytest.mark.parametrize("text", ["", " ", "relative/path", "/no/such/folder", "~nobody-here/x", "\x00"])
def test_a_path_has_to_be_whole_and_there(text: str):
    with pytest.raises(GreenpaperError, match="whole path"):
        typed_path(text)


def test_the_report_folds_away_what_needs_no_remark(collection: Collection, folder: Path):
    texts = {f"t{n}": f"Text {chr(97 + n)}." for n in range(3)}
    collection.read(written(folder, broken="!It is <b>encrypted</b>.", **texts))
    shown = reading(WORDS, ended(collection), collection.infos(), folder)
    assert "3 read · 1 not read" in shown
    assert "It is &lt;b&gt;encrypted&lt;/b&gt;." in shown
    assert "3 files without remarks" in shown
    assert shown.index("broken.txt") < shown.index("<details") < shown.index("t0.txt")
    assert str(folder) not in shown
    assert reading(WORDS, Progress(), (), folder) == ""


def test_the_list_shows_a_screen_at_a_time(collection: Collection, folder: Path):
    collection.read(written(folder, **{f"n{n:03}": f"Number {n:03}" for n in range(ROWS + 5)}))
    ended(collection)
    infos = collection.infos()
    first = shelf(WORDS, View(), infos, None)
    assert first.count("<tr data-id") == ROWS
    assert f"1 to {ROWS} of {len(infos)}" in first
    last = shelf(WORDS, View(first=10_000), infos, {"a"})
    assert last.count("<tr data-id") == len(infos) - ROWS
    falling = shelf(WORDS, View(order="title", falling=True), infos, {"a"})
    assert falling.index("What open means") < falling.index("Number 044")
    assert falling.count(" checked ") == 1
