"""The library in the repository is what its sources say, to the byte, and every format keeps every note."""

import hashlib
import re
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from selectolax.lexbor import LexborHTMLParser

from eval.corpus.build import CORPUS, build, built, place, sources
from eval.corpus.build import SOURCES as FOLDER
from eval.corpus.model import Heading, ListItem, Paragraph, Runs, Source, Table, plain
from eval.corpus.source import SourceError, parse_body
from eval.corpus.to_scan import run_lengths

SOURCES = {path.stem: source for path, source in sources(FOLDER)}
MANIFEST = tomllib.loads((CORPUS / "manifest.toml").read_text(encoding="utf-8"))["document"]


def named(suffix: str) -> list[Source]:
    return [source for source in SOURCES.values() if source.file.endswith(suffix)]


def library(source: Source) -> Path:
    return CORPUS / place(source)


def standing(corpus: Path) -> set[str]:
    return {
        path.relative_to(corpus).as_posix()
        for kind in ("library", "scans")
        for path in (corpus / kind).iterdir()
    }


def squeezed(text: str) -> str:
    """Letters and digits only, so that line ends, hyphens and spaces do not count."""
    return re.sub(r"[\W_]+", "", text)


def all_runs(source: Source) -> Iterator[Runs]:
    """The runs of every block, a table's cells one by one."""
    for block in source.blocks:
        if isinstance(block, Table):
            yield from (cell for row in (block.head, *block.rows) for cell in row)
        elif isinstance(block, Heading | Paragraph | ListItem):
            yield block.runs


def marked_after(source: Source) -> dict[int, str]:
    """For each note the last letters before its first mark, and the mark."""
    found: dict[int, str] = {}
    for runs in all_runs(source):
        for index, run in enumerate(runs):
            if run.note is not None and run.note not in found:
                found[run.note] = squeezed(plain(runs[:index]))[-10:] + str(run.note)
    return found


def marks(page: str, context: str) -> bool:
    """Whether `context` is on the page, or so much of its end as stands there after the page's turn."""
    return context in page or any(context[cut:] in page[:60] for cut in range(1, len(context) - 4))


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    build(FOLDER, tmp_path)
    for folder in (CORPUS, tmp_path):
        assert (folder / "manifest.toml").is_file()
    assert (tmp_path / "manifest.toml").read_bytes() == (CORPUS / "manifest.toml").read_bytes()
    assert standing(tmp_path) == standing(CORPUS)
    for file in standing(CORPUS):
        assert (tmp_path / file).read_bytes() == (CORPUS / file).read_bytes(), file


def test_the_manifest_describes_every_file_with_its_digest() -> None:
    assert {entry["file"] for entry in MANIFEST} == standing(CORPUS)
    for entry in MANIFEST:
        data = (CORPUS / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["file"]
        assert entry["licence"] == "CC-BY-4.0"
        assert entry["language"] in {"en", "de", "fr"}
        assert isinstance(entry["fictional"], bool)
        assert entry["title"]
        assert entry["version"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["date"])


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_every_document_names_its_sources_and_its_fiction(source: Source) -> None:
    assert source.fictional or len(source.notes) >= 5
    if source.fictional:
        text = " ".join(plain(block.runs) for block in source.blocks if isinstance(block, Paragraph))
        assert re.search(r"fictional|invented|fictif|erfunden", text), (
            "the text itself must say that it is invented"
        )


@pytest.mark.parametrize(
    "source", [s for s in named(".pdf") if not s.scanned], ids=lambda source: source.file
)
def test_a_pdf_numbers_its_pages_and_sets_each_note_on_the_page_that_marks_it(source: Source) -> None:
    pdf = pypdfium2.PdfDocument(library(source))
    try:
        labels = [pdf.get_page_label(index) for index in range(len(pdf))]
        texts = [pdf[index].get_textpage().get_text_range() for index in range(len(pdf))]
    finally:
        pdf.close()
    front = labels.index("1")
    assert labels[:front] == ["i", "ii", "iii", "iv"][:front]
    assert labels[front:] == [str(number + 1) for number in range(len(labels) - front)]
    for label, text in zip(labels, texts, strict=True):
        assert text.rstrip().splitlines()[-1].strip() == label or label in text.splitlines()[:3]
    contexts = marked_after(source)
    for number, runs in enumerate(source.notes, start=1):
        note = squeezed(f"{number} {plain(runs)}")
        pages = [text for text in map(squeezed, texts) if note in text]
        assert pages, f"note {number} is nowhere"
        assert marks(pages[0], contexts[number]), f"note {number} stands on a page that does not mark it"


def test_a_scan_has_pages_and_no_text() -> None:
    for source in SOURCES.values():
        if source.scanned:
            pdf = pypdfium2.PdfDocument(library(source))
            try:
                assert len(pdf) >= 1
                for index in range(len(pdf)):
                    assert pdf[index].get_textpage().get_text_range() == ""
                    darkest, lightest = pdf[index].render(grayscale=True).to_pil().getextrema()
                    assert (darkest, lightest) == (0, 255), "a page is blank"
            finally:
                pdf.close()


@pytest.mark.parametrize(
    ("data", "encoded"),
    [
        (b"", b"\x80"),
        (b"aaaa", b"\xfda\x80"),
        (b"ab", b"\x01ab\x80"),
        (b"abccccd", b"\x01ab\xfdc\x00d\x80"),
        (b"z" * 129, b"\x81z\x00z\x80"),
        (bytes(range(130)), b"\x7f" + bytes(range(128)) + b"\x01\x80\x81\x80"),
    ],
    ids=["nothing", "a run", "no run", "both", "a long run", "a long stretch without runs"],
)
def test_run_lengths_follow_the_standard(data: bytes, encoded: bytes) -> None:
    assert run_lengths(data) == encoded


@pytest.mark.parametrize("source", named(".docx"), ids=lambda source: source.file)
def test_a_docx_holds_real_footnotes(source: Source) -> None:
    with zipfile.ZipFile(library(source)) as archive:
        document = archive.read("word/document.xml").decode()
        notes = archive.read("word/footnotes.xml").decode()
    marks = re.findall(r'<w:footnoteReference w:id="(\d+)"/>', document)
    assert [int(mark) for mark in dict.fromkeys(marks)] == list(range(1, len(source.notes) + 1))
    for number, runs in enumerate(source.notes, start=1):
        body = re.search(rf'<w:footnote w:id="{number}">(.*?)</w:footnote>', notes)
        assert body
        assert squeezed(plain(runs)) in squeezed(re.sub(r"<[^>]+>", "", body[1]).replace("&amp;", "&"))


@pytest.mark.parametrize("source", named(".html"), ids=lambda source: source.file)
def test_a_page_of_html_links_marks_and_notes_both_ways(source: Source) -> None:
    tree = LexborHTMLParser(library(source).read_bytes())
    idents = {node.attributes["id"] for node in tree.css("[id]")}
    targets = {(node.attributes["href"] or "")[1:] for node in tree.css('a[href^="#"]')}
    assert idents == targets
    assert len(tree.css('[role="doc-endnotes"] li')) == len(source.notes)
    assert len(tree.css("table")) == sum(isinstance(block, Table) for block in source.blocks)


@pytest.mark.parametrize("source", [*named(".html"), *named(".md")], ids=lambda source: source.file)
def test_no_text_is_lost_between_source_and_file(source: Source) -> None:
    data = library(source).read_text(encoding="utf-8")
    text = LexborHTMLParser(data).text() if source.file.endswith(".html") else data
    for runs in all_runs(source):
        for run in runs:
            assert squeezed(run.text) in squeezed(text)


def test_two_writings_of_one_source_are_equal() -> None:
    source = next(iter(SOURCES.values()))
    assert built(source) == built(source)


def test_notes_are_numbered_by_their_first_mark() -> None:
    blocks, notes = parse_body(
        "One.[^b] Two.[^a] Three.[^b]\n\n[^a]: Source A.\n[^b]: Source B,\n    page 2.\n"
    )
    assert isinstance(blocks[0], Paragraph)
    assert [run.note for run in blocks[0].runs if run.note] == [1, 2, 1]
    assert [plain(runs) for runs in notes] == ["Source B, page 2.", "Source A."]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("A mark.[^x]\n", r"\[\^x\] has no footnote"),
        ("No mark.\n\n[^y]: A note.\n", "without a mark: y"),
        ("![picture](a.png)\n", "'image'"),
        ("<!-- sideways -->\n", "'sideways'"),
        ("```python\n1\n```\n", "'python'"),
    ],
    ids=["mark without note", "note without mark", "picture", "unknown comment", "unknown fence"],
)
def test_a_source_that_would_lose_something_is_refused(text: str, fault: str) -> None:
    with pytest.raises(SourceError, match=fault):
        parse_body(text)
