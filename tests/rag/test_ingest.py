"""Each file gets its line, nothing is embedded twice, and what a file is, is its content."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.errors import DocumentError, IndexUnusableError
from rag.index import Index
from rag.ingest import ingest, ingest_each
from rag.load import Loaded
from rag.removal import remove
from rag.types import FileReport, FileStatus, Stage
from tests.rag.index_fakes import LengthEmbedder, LineLoader, run, write

CATS = "# Cats\nAgencies shall count their cats each year.\nThey report the count to Congress.\n"
DOGS = "# Dogs\nDogs are exempt from the count until further notice.\n"
BIRDS = "# Birds\nNobody counts birds, and nobody shall.\n"


def statuses(reports: tuple[FileReport, ...]) -> dict[str, str]:
    return {Path(report.path).name: report.status.value for report in reports}


def names(index: Path) -> list[str]:
    with Index.open(index, "lengths-1") as opened:
        return [document.name for document in opened.documents()]


def text_of(index: Path, name: str) -> str:
    with Index.open(index, "lengths-1") as opened:
        return opened.document(name).text


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write(tmp_path / "docs", cats=CATS, dogs=DOGS)


def test_files_are_added_with_pages_and_passages(index: Path, docs: Path):
    reports = run(index, docs)
    assert statuses(reports) == {"cats.txt": "added", "dogs.txt": "added"}
    assert [(report.pages, report.passages) for report in reports] == [(3, 1), (2, 1)]
    with Index.open(index, "lengths-1") as opened:
        assert [document.name for document in opened.documents()] == ["cats.txt", "dogs.txt"]
        document = opened.document("cats.txt")
        assert document.text == CATS
        assert document.source == str(docs / "cats.txt")
        assert document.heading_path(20) == ("Cats",)
        (hit,) = opened.lexical("further notice", 5)
        assert hit.passage.text == DOGS.strip()
        assert hit.passage.span.start == 0


def test_unchanged_files_are_skipped_and_nothing_is_written(index: Path, docs: Path):
    run(index, docs)
    before = (index / "CURRENT").read_text()
    embedder = LengthEmbedder()
    assert statuses(run(index, docs, embedder=embedder)) == {"cats.txt": "unchanged", "dogs.txt": "unchanged"}
    assert embedder.seen == []
    assert (index / "CURRENT").read_text() == before


def test_a_new_file_never_embeds_the_rest_again(index: Path, docs: Path):
    run(index, docs)
    write(docs, birds=BIRDS)
    embedder = LengthEmbedder()
    run(index, docs, embedder=embedder)
    assert embedder.seen == [f"Birds\n{BIRDS.strip()}"]


def test_a_changed_file_is_replaced_and_keeps_the_vectors_of_what_stayed(index: Path, tmp_path: Path):
    docs = write(tmp_path / "docs", law="# One\nThe first part.\n# Two\nThe second part.\n")
    run(index, docs)
    write(docs, law="# One\nThe first part.\n# Two\nThe second part was amended.\n")
    embedder = LengthEmbedder()
    reports = run(index, docs, embedder=embedder)
    assert statuses(reports) == {"law.txt": "replaced"}
    assert embedder.seen == ["One > Two\n# Two\nThe second part was amended."]
    with Index.open(index, "lengths-1") as opened:
        assert len(opened.documents()) == 1
        assert [hit.passage.text for hit in opened.lexical("second", 9)] == [
            "# Two\nThe second part was amended."
        ]
        assert len(opened.dense(LengthEmbedder().embed(["The"])[0], 9)) == 2
        assert opened.least_agreement(LengthEmbedder()) > 0.999


def test_a_failing_file_stops_nothing_and_is_named(index: Path, docs: Path):
    write(docs, broken="!It is encrypted: save it without a password.")
    reports = run(index, docs)
    assert statuses(reports) == {"broken.txt": "failed", "cats.txt": "added", "dogs.txt": "added"}
    assert reports[0].findings == ("It is encrypted: save it without a password.",)


def test_a_version_that_fails_leaves_the_earlier_one(index: Path, docs: Path):
    run(index, docs)
    write(docs, cats="!half a file")
    (report, *_) = run(index, docs)
    assert report.status is FileStatus.FAILED
    assert report.findings == ("half a file", "its earlier version stays in the index")
    assert text_of(index, "cats.txt") == CATS


def test_the_same_content_is_kept_once(index: Path, docs: Path):
    write(docs, copy=CATS)
    reports = run(index, docs)
    assert statuses(reports) == {"cats.txt": "added", "copy.txt": "duplicate", "dogs.txt": "added"}
    assert "same content as" in reports[1].findings[0]
    assert reports[1].doc_id == reports[0].doc_id
    assert statuses(run(index, docs)) == {
        "cats.txt": "unchanged",
        "copy.txt": "duplicate",
        "dogs.txt": "unchanged",
    }
    assert names(index) == ["cats.txt", "dogs.txt"]


def test_the_same_content_under_another_suffix_is_tried_for_itself(index: Path, docs: Path):
    class OnlyText(LineLoader):
        def load(self, path: Path, *, name: str) -> Loaded:
            if path.suffix == ".pdf":
                raise DocumentError(f"{path.name} is no PDF")
            return super().load(path, name=name)

    for name in ("ants.pdf", "bees.pdf", "wasps.txt"):
        (docs / name).write_text(BIRDS)
    reports = ingest([docs], index, LengthEmbedder(), loading=OnlyText)
    assert [(Path(one.path).name, one.status.value, one.findings[:1]) for one in reports] == [
        ("ants.pdf", "failed", ("ants.pdf is no PDF",)),
        ("bees.pdf", "failed", ("bees.pdf is no PDF",)),
        ("cats.txt", "added", ()),
        ("dogs.txt", "added", ()),
        ("wasps.txt", "added", ()),
    ]


def test_a_name_that_is_no_text_is_found_as_it_is_typed(index: Path, docs: Path):
    (docs / "bad\udcff.txt").write_text(BIRDS)
    run(index, docs)
    assert "bad\\udcff.txt" in names(index)
    assert text_of(index, "bad\udcff.txt") == BIRDS


def test_a_file_that_becomes_a_copy_gives_up_its_document(index: Path, docs: Path):
    run(index, docs)
    write(docs, dogs=CATS)
    assert statuses(run(index, docs)) == {"cats.txt": "unchanged", "dogs.txt": "duplicate"}
    assert names(index) == ["cats.txt"]


def test_a_moved_file_keeps_its_index_data(index: Path, docs: Path):
    run(index, docs)
    (docs / "sub").mkdir()
    (docs / "cats.txt").rename(docs / "sub" / "felines.txt")
    embedder = LengthEmbedder()
    reports = run(index, docs, embedder=embedder, prune=True)
    assert statuses(reports) == {"felines.txt": "unchanged", "dogs.txt": "unchanged"}
    assert ("moved from cats.txt",) in [report.findings for report in reports]
    assert embedder.seen == []
    assert names(index) == ["dogs.txt", "sub/felines.txt"]


def test_two_files_may_change_places(index: Path, docs: Path):
    run(index, docs)
    write(docs, cats=DOGS, dogs=CATS)
    embedder = LengthEmbedder()
    assert statuses(run(index, docs, embedder=embedder)) == {"cats.txt": "unchanged", "dogs.txt": "unchanged"}
    assert embedder.seen == []
    assert (text_of(index, "cats.txt"), text_of(index, "dogs.txt")) == (DOGS, CATS)


def test_a_file_may_take_the_place_of_another(index: Path, docs: Path):
    run(index, docs)
    (docs / "dogs.txt").replace(docs / "cats.txt")
    assert statuses(run(index, docs)) == {"cats.txt": "unchanged"}
    assert names(index) == ["cats.txt"]
    assert text_of(index, "cats.txt") == DOGS


def test_prune_removes_what_is_gone_from_the_given_folder_only(index: Path, docs: Path, tmp_path: Path):
    other = write(tmp_path / "other", birds=BIRDS)
    run(index, docs, other)
    (docs / "dogs.txt").unlink()
    (other / "birds.txt").unlink()
    reports = run(index, docs)
    assert statuses(reports) == {"cats.txt": "unchanged", "dogs.txt": "skipped"}
    assert "--prune" in reports[-1].findings[0]
    assert statuses(run(index, docs, prune=True)) == {"cats.txt": "unchanged", "dogs.txt": "removed"}
    assert names(index) == ["birds.txt", "cats.txt"]


def test_a_folder_that_is_not_there_prunes_nothing(index: Path, docs: Path, tmp_path: Path):
    run(index, docs)
    docs.rename(tmp_path / "elsewhere")
    (report,) = run(index, docs, prune=True)
    assert report.status is FileStatus.FAILED
    assert names(index) == ["cats.txt", "dogs.txt"]


def test_what_is_not_read_is_mentioned(index: Path, docs: Path):
    (docs / "sheet.xlsx").write_bytes(b"x")
    (docs / ".hidden.txt").write_text(CATS)
    (docs / "link").symlink_to(docs)
    reports = run(index, docs)
    (note,) = [report.findings[0] for report in reports if report.status is FileStatus.SKIPPED]
    assert (
        note
        == "not read: 2 of kinds that are not read (.xlsx: 1, no suffix: 1; link, sheet.xlsx) and 1 hidden"
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("sheet.xlsx", "are not read", id="unsupported"),
        pytest.param("nothing.txt", "cannot be found", id="missing"),
        pytest.param("pipe.txt", "not a plain file", id="pipe"),
    ],
)
def test_a_file_named_itself_fails_with_a_reason(index: Path, docs: Path, name: str, reason: str):
    (docs / "sheet.xlsx").write_bytes(b"x")
    os.mkfifo(docs / "pipe.txt")
    (report,) = run(index, docs / name)
    assert report.status is FileStatus.FAILED
    assert reason in report.findings[0]


def test_names_that_are_taken_get_their_folder_in_front(index: Path, tmp_path: Path):
    for n, text in enumerate((CATS, DOGS, BIRDS)):
        write(tmp_path / str(n) / "acts", act=text)
    run(index, tmp_path / "0" / "acts", tmp_path / "1" / "acts", tmp_path / "2" / "acts" / "act.txt")
    assert names(index) == ["2/acts/act.txt", "act.txt", "acts/act.txt"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(b"new\nline.txt", id="newline"),
        pytest.param(b"\x1b[31mred.txt", id="escape sequence"),
        pytest.param(b"latin-\xe9.txt", id="not UTF-8"),
        pytest.param("rtl-\u202etxt.txt".encode(), id="right-to-left override"),
        pytest.param(b"'; DROP TABLE documents; --.txt", id="SQL"),
        pytest.param(b"-rf .txt", id="option"),
        pytest.param(("é" * 120 + ".txt").encode(), id="long"),
        pytest.param(b"[bold].txt", id="markup"),
    ],
)
def test_hostile_file_names_are_ingested_under_a_printable_name(index: Path, tmp_path: Path, name: bytes):
    folder = tmp_path / "docs"
    folder.mkdir()
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    path.write_text(CATS)
    (report,) = run(index, folder)
    assert report.status is FileStatus.ADDED
    (shown,) = names(index)
    assert shown.isprintable()
    assert report.path.isprintable()
    assert text_of(index, shown) == CATS
    assert statuses(run(index, folder, prune=True)) == {Path(report.path).name: "unchanged"}
    with Index.open(index) as opened:
        assert opened.documents()[0].source == str(path)


def test_another_version_is_noticed(index: Path, docs: Path):
    parts = [f"# Part {n}\nRule {n} applies to every agency there is.\n" for n in range(6)]
    write(docs, v1="".join(parts), v2="".join(parts[:5]) + "# Part 5\nRule 5 was repealed.\n")
    reports = {Path(report.path).name: report for report in run(index, docs)}
    assert reports["v2.txt"].findings == (
        "shares 83% of its passages with v1.txt: perhaps another version of it",
    )
    assert reports["dogs.txt"].findings == ()


def test_findings_are_told_again_for_an_unchanged_file(index: Path, docs: Path):
    write(docs, odd="A text with a finding.\n")
    run(index, docs)
    assert run(index, docs)[-1].findings == ("it has a finding",)


def test_another_embedder_embeds_every_stored_document_anew(index: Path, docs: Path):
    run(index, docs)
    (docs / "cats.txt").unlink()
    embedder = LengthEmbedder("lengths-2")
    run(index, docs / "dogs.txt", embedder=embedder)
    assert len(embedder.seen) == 2
    with Index.open(index, "lengths-2") as opened:
        assert len(opened.documents()) == 2
        assert len(opened.lexical("count", 9)) == 2


def test_another_chunker_embeds_only_what_it_cuts_otherwise(
    index: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as older:
        older.setattr("rag.index.writer.CHUNKER", "older")
        run(index, docs)
    with pytest.raises(IndexUnusableError, match="another chunker"):
        Index.open(index)
    embedder = LengthEmbedder()
    run(index, docs, embedder=embedder)
    assert embedder.seen == []
    with Index.open(index, "lengths-1") as opened:
        assert opened.least_agreement(LengthEmbedder()) > 0.999
        assert len(opened.lexical("count", 9)) == 2


def test_another_loader_version_reads_the_file_again(
    index: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
):
    run(index, docs)
    monkeypatch.setattr("rag.ingest.LOADER", "another")
    embedder = LengthEmbedder()
    assert statuses(run(index, docs, embedder=embedder)) == {"cats.txt": "replaced", "dogs.txt": "replaced"}
    assert embedder.seen == []


def test_it_commits_as_it_goes_and_goes_on_from_there(
    index: Path, docs: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("rag.ingest.COMMIT_SECONDS", 0.0)

    class Stopped(LineLoader):
        def load(self, path: Path, *, name: str):
            if name == "dogs.txt":
                raise RuntimeError("power cut")
            return super().load(path, name=name)

    with pytest.raises(RuntimeError):
        ingest([docs], index, LengthEmbedder(), loading=Stopped)
    assert names(index) == ["cats.txt"]
    assert statuses(run(index, docs)) == {"cats.txt": "unchanged", "dogs.txt": "added"}


def test_ctrl_c_keeps_what_was_done(index: Path, docs: Path):
    class Interrupted(LineLoader):
        def load(self, path: Path, *, name: str):
            if name == "dogs.txt":
                raise KeyboardInterrupt
            return super().load(path, name=name)

    with pytest.raises(KeyboardInterrupt):
        ingest([docs], index, LengthEmbedder(), loading=Interrupted)
    assert names(index) == ["cats.txt"]


def test_leaving_off_keeps_what_was_done(index: Path, docs: Path):
    each = ingest_each([docs], index, LengthEmbedder(), loading=LineLoader)
    assert next(each).status is FileStatus.ADDED
    each.close()
    assert names(index) == ["cats.txt"]


def test_files_below_the_base_are_called_by_their_paths_from_there(index: Path, docs: Path, tmp_path: Path):
    other = write(tmp_path / "elsewhere", birds=BIRDS)
    paths = [docs / "cats.txt", other / "birds.txt"]
    ingest(paths, index, LengthEmbedder(), base=tmp_path / "nowhere", loading=LineLoader)
    assert names(index) == ["birds.txt", "cats.txt"]
    ingest([docs / "dogs.txt"], index, LengthEmbedder(), base=tmp_path, loading=LineLoader)
    assert names(index) == ["birds.txt", "cats.txt", "docs/dogs.txt"]


def test_progress_tells_what_is_read_and_how_far_it_is(index: Path, docs: Path):
    stages: list[Stage] = []
    ingest([docs], index, LengthEmbedder(), progress=stages.append, loading=LineLoader)
    assert [(s.done, s.total) for s in stages if s.name == "reading"] == [(0, 2), (1, 2)]
    assert stages[-1].name == "saving"


def test_no_worker_is_started_for_nothing(index: Path, docs: Path):
    run(index, docs)

    def never() -> LineLoader:
        raise AssertionError("a worker was started")

    ingest([docs], index, LengthEmbedder(), loading=never)


def test_remove_takes_all_or_none(index: Path, docs: Path):
    run(index, docs)
    with pytest.raises(DocumentError, match="nothing"):
        remove(["cats.txt", "nothing.txt"], index)
    assert names(index) == ["cats.txt", "dogs.txt"]
    (report,) = remove(["cats.txt"], index)
    assert (report.status, report.path) == (FileStatus.REMOVED, "cats.txt")
    assert names(index) == ["dogs.txt"]
    with Index.open(index) as opened:
        assert opened.lexical("cats Congress", 9) == ()
        assert len(opened.dense(LengthEmbedder().embed(["The"])[0], 9)) == 1
