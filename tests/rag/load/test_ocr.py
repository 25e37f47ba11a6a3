"""Text recognition: Tesseract's table, its languages, pages that are pictures, a scan read for real."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from rag.errors import DocumentError
from rag.load import load
from rag.load.ocr import (
    Picture,
    Tesseract,
    chosen_languages,
    find_tesseract,
    need_tesseract,
    parse_tsv,
    unheard,
)
from rag.load.pdf.glyphs import read_page
from rag.load.pdf.scans import Scans
from rag.load.worker import LoadWorker

PROJECT = Path(__file__).parents[3]
LETTER = PROJECT / "corpus" / "scans" / "auditors-letter-scanned.pdf"
needs_tesseract = pytest.mark.skipif(
    find_tesseract() is None, reason="Tesseract is not installed: apt install tesseract-ocr"
)
HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def word(
    line: int, text: str, left: int = 10, conf: str = "90", height: int = 40, top: int | None = None
) -> str:
    place = 100 * line if top is None else top
    return f"5\t1\t1\t1\t{line}\t1\t{left}\t{place}\t{20 * len(text)}\t{height}\t{conf}\t{text}"


@pytest.fixture
def scripted(tmp_path: Path) -> Callable[..., Tesseract]:
    """A program in Tesseract's place that prints what it is told to, or does what the script says."""

    def make(*rows: str, script: str = "", seconds: float = 20) -> Tesseract:
        table = tmp_path / "table.tsv"
        table.write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
        program = tmp_path / "tesseract"
        program.write_text(f"#!/bin/sh\n{script or f'cat >/dev/null; cat {table}'}\n")
        program.chmod(0o755)
        return Tesseract(program=str(program), version="0", languages=("eng",), turns=True, seconds=seconds)

    return make


def image_page(width: int = 612, height: int = 792) -> str:
    """A black picture of two pixels, drawn over so many points of the page."""
    return f"q {width} 0 0 {height} 0 0 cm BI /W 2 /H 1 /CS /G /BPC 8 ID \x00\x00 EI Q"


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(HEAD, [], id="head-only"),
        pytest.param(f"{HEAD}\n{word(1, 'The')}\n{word(1, 'act', 100)}\n{word(2, 'applies.')}\n",
                     [["The", "act"], ["applies."]], id="two-lines"),
        pytest.param(f"{HEAD}\r\n{word(1, 'The')}\r\n", [["The"]], id="windows-line-ends"),
        pytest.param(f"{HEAD}\n{word(1, 'ghost', conf='-1')}\n{word(1, '  ')}\n", [], id="no-word"),
        pytest.param(f"{HEAD}\n{word(1, 'cut')}\n5\t1\t1", [["cut"]], id="cut-short"),
    ],
)  # fmt: skip
def test_the_table_becomes_lines_of_words(table: str, lines: list[list[str]]) -> None:
    assert [[one.text for one in line] for line in parse_tsv(table)] == lines


def test_a_word_has_its_box_and_confidence() -> None:
    ((one,),) = parse_tsv(word(3, "act", left=7, conf="87.5", height=30))
    assert (one.left, one.top, one.right, one.bottom, one.confidence) == (7, 300, 67, 330, 0.875)


@pytest.mark.parametrize(
    ("installed", "locale", "chosen"),
    [
        pytest.param(["eng", "osd"], "", ("eng",), id="debian"),
        pytest.param(["deu", "eng", "fra", "osd"], "", ("eng", "deu", "fra"), id="few-are-all"),
        pytest.param(["osd", "equ"], "", (), id="none"),
        pytest.param(["script/Latin", "deu"], "", ("deu",), id="scripts-left-out"),
        pytest.param(["afr", "deu", "eng", "fra", "ita"], "de_DE.UTF-8", ("eng", "deu"), id="many"),
        pytest.param(["afr", "deu", "eng", "fra", "ita"], "C", ("eng",), id="many-no-locale"),
        pytest.param(["afr", "amh", "ara", "asm", "aze"], "C", ("afr",), id="many-without-english"),
    ],
)
def test_the_languages_are_those_installed(
    installed: list[str], locale: str, chosen: tuple[str, ...]
) -> None:
    assert chosen_languages(installed, locale) == chosen


def test_without_an_engine_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_tesseract() is None
    with pytest.raises(DocumentError, match="apt install tesseract-ocr"):
        need_tesseract()


def test_a_picture_is_a_pgm_file() -> None:
    assert Picture(width=2, height=1, grey=b"\x00\xff", dpi=300).pgm() == b"P5 2 1 255\n\x00\xff"


def test_pages_are_chosen_one_by_one(pdf: Any, scripted: Callable[..., Tesseract]) -> None:
    """Text stays as it is, a picture is read, a page with a small picture or none is blank."""
    text = pdf.page(marks=pdf.column(["The agency keeps a register of all its models.", "It is public."]))
    stamped = pdf.page(marks=pdf.column(["p. 2"], y=20), raw=image_page())
    path = pdf.write(text, stamped, pdf.page(raw=image_page(60, 60)), pdf.page())
    engine = scripted(word(1, "Recognised"), word(1, "words of the act.", left=230))
    told: list[tuple[int, int]] = []
    loaded = load(path, name="x.pdf", engine=engine, told=lambda page, count: told.append((page, count)))
    assert told == [(2, 4)]
    assert "Recognised words of the act." in loaded.document.text
    assert "register of all its models" in loaded.document.text
    assert [(run.number, run.ocr) for run in loaded.document.pages] == [(1, None), (2, 0.9)]
    assert loaded.pictures == ()
    assert loaded.findings == (
        "page(s) 2 were read by text recognition (90% sure)",
        "pages 3-4 have no text: blank, or drawn without letters",
    )


def test_headings_lists_and_columns_are_found_in_what_was_recognised(
    pdf: Any, scripted: Callable[..., Tesseract]
) -> None:
    rows = [word(1, "Findings", height=80)]
    rows += [word(n, f"The body of the report goes on in line {n} here", left=100) for n in range(3, 7)]
    rows += [word(n, f"{n}. an entry of the list that stands below", left=100) for n in (8, 9)]
    document = load(pdf.write(pdf.page(raw=image_page())), name="x", engine=scripted(*rows)).document
    shown = [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]
    assert shown[0] == ("heading", "Findings")
    assert shown[1][0] == "paragraph"
    assert [kind for kind, text in shown if text.startswith(("8.", "9."))] == ["list_item", "list_item"]


def test_a_page_that_is_hard_to_read_is_said_to_be(pdf: Any, scripted: Callable[..., Tesseract]) -> None:
    engine = scripted(word(1, "blurred", conf="61"))
    loaded = load(pdf.write(pdf.page(raw=image_page())), name="x.pdf", engine=engine)
    assert "page(s) 1 are hard to recognise: compare quotes with the page" in loaded.findings


@pytest.mark.parametrize(
    ("script", "seconds", "problem"),
    [
        pytest.param("exec sleep 30", 0.3, "took text recognition more than 0 seconds", id="hangs"),
        pytest.param("cat >/dev/null; exit 3", 20, r"could not be read .*\(exit status 3\)", id="fails"),
        pytest.param("kill -9 $$", 20, r"could not be read .*\(exit status -9\)", id="is-killed"),
    ],
)
def test_an_engine_that_fails_costs_its_page(
    pdf: Any, scripted: Callable[..., Tesseract], script: str, seconds: float, problem: str
) -> None:
    text = pdf.page(marks=pdf.column(["The agency keeps a register of all its models."]))
    engine = scripted(script=script, seconds=seconds)
    loaded = load(pdf.write(text, pdf.page(raw=image_page())), name="x.pdf", engine=engine)
    assert loaded.pictures == (2,)
    assert re.search(f"page 2 {problem}", loaded.findings[0])
    assert "page 2 has no text but a picture, probably a scan: --ocr reads it" in loaded.findings


def test_a_picture_without_words_is_nothing_to_be_sure_of(
    pdf: Any, scripted: Callable[..., Tesseract]
) -> None:
    text = pdf.page(marks=pdf.column(["The agency keeps a register of all its models."]))
    loaded = load(pdf.write(text, pdf.page(raw=image_page())), name="x.pdf", engine=scripted())
    assert loaded.pictures == ()
    assert loaded.findings == ("page 2 has no text: blank, or drawn without letters",)


def test_a_file_cannot_keep_recognition_busy_for_ever(pdf: Any, scripted: Callable[..., Tesseract]) -> None:
    """Tries count that fail, too: the time is up after the first."""
    document = pypdfium2.PdfDocument(pdf.write(*[pdf.page(raw=image_page())] * 4))
    scans = Scans(scripted(script="cat >/dev/null; exit 3"), unheard, seconds=0.001)
    for number in range(1, 5):
        page = document[number - 1]
        scans.read(page, read_page(page, number), 4)
        page.close()
    document.close()
    assert scans.unread == [1, 2, 3, 4]
    failed, late = scans.findings()
    assert failed.startswith("page 1 could not be read")
    assert late.startswith("page(s) 2-4 were not read: text recognition took too long")


def test_without_recognition_a_picture_is_named(pdf: Any, read: Callable[..., Any]) -> None:
    text = pdf.page(marks=pdf.column(["The agency keeps a register of all its models."]))
    loaded = read(pdf.write(text, pdf.page(raw=image_page()))).loaded
    assert (loaded.pictures, loaded.document.pages[0].ocr) == ((2,), None)
    assert loaded.findings == ("page 2 has no text but a picture, probably a scan: --ocr reads it",)
    with pytest.raises(DocumentError, match=r"1 of its 1 page\(s\) are pictures.*ingest --ocr"):
        read(pdf.write(pdf.page(raw=image_page())))


def test_a_worker_without_an_engine_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with LoadWorker(ocr=True) as worker, pytest.raises(DocumentError, match="apt install tesseract-ocr"):
        worker.load(LETTER, name="letter.pdf")


@needs_tesseract
def test_our_scanned_letter_is_read() -> None:
    """At least 98 of 100 words of the source, with headings, list and pages, from inside the worker."""
    told: list[tuple[str, int, int]] = []
    with LoadWorker(ocr=True, told=lambda *page: told.append(page)) as worker:
        loaded = worker.load(LETTER, name="letter.pdf")
    document = loaded.document
    source = (PROJECT / "eval" / "corpus" / "sources" / "auditors-letter.md").read_text(encoding="utf-8")
    wanted = Counter(re.findall(r"\w+", source.split("+++")[2].replace("<!-- body -->", "")))
    found = Counter(re.findall(r"\w+", document.text))
    assert (wanted & found).total() / wanted.total() > 0.98
    assert told == [("letter.pdf", 1, 2), ("letter.pdf", 2, 2)]
    assert {run.number for run in document.pages} == {1, 2}
    assert all(run.ocr is not None and run.ocr > 0.9 for run in document.pages)
    assert document.heading_path(document.text.index("Seven of the nine"))[-1] == "What we found"
    start = document.text.index("118 hours")
    assert document.ocr_between(start, start + 9) == document.pages[1].ocr


@needs_tesseract
def test_recognition_is_off_unless_asked_for() -> None:
    assert shutil.which("tesseract")
    with LoadWorker() as worker, pytest.raises(DocumentError, match="pictures, probably scans"):
        worker.load(LETTER, name="letter.pdf")
