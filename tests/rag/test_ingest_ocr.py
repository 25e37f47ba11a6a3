"""Scanned pages through ingestion: left out, read when asked for, kept afterwards, marked where quoted."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from rag.answering.citations import resolve
from rag.errors import DocumentError
from rag.index import Index
from rag.ingest import ingest
from rag.load.ocr import find_tesseract
from rag.types import FileReport, Span, Stage
from tests.rag.index_fakes import LengthEmbedder

CORPUS = Path(__file__).parents[2] / "corpus"
needs_tesseract = pytest.mark.skipif(
    find_tesseract() is None, reason="Tesseract is not installed: apt install tesseract-ocr"
)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A page with text, then a scanned page."""
    made = pypdfium2.PdfDocument.new()
    for name, page in (("library/open-source-and-security.pdf", 1), ("scans/auditors-letter-scanned.pdf", 1)):
        source = pypdfium2.PdfDocument(CORPUS / name)
        made.import_pages(source, [page])
        source.close()
    made.save(tmp_path / "mixed.pdf")
    made.close()
    return tmp_path / "mixed.pdf"


def brought_in(path: Path, index: Path, *, ocr: bool, stages: list[Stage] | None = None) -> FileReport:
    heard = [] if stages is None else stages
    (report,) = ingest([path], index, LengthEmbedder(), ocr=ocr, progress=heard.append)
    return report


@needs_tesseract
def test_scanned_pages_are_read_once_somebody_agrees(mixed: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    first = brought_in(mixed, index, ocr=False)
    assert (first.status, first.findings) == (
        "added",
        ("page 2 has no text but a picture, probably a scan: --ocr reads it",),
    )
    assert brought_in(mixed, index, ocr=False).status == "unchanged"
    stages: list[Stage] = []
    read = brought_in(mixed, index, ocr=True, stages=stages)
    assert read.status == "replaced"
    assert read.findings[0].startswith("page(s) 2 were read by text recognition (9")
    assert [(s.detail, s.done, s.total) for s in stages if s.name == "recognising"] == [("mixed.pdf", 1, 2)]
    assert brought_in(mixed, index, ocr=False).status == "unchanged"
    assert brought_in(mixed, index, ocr=True).status == "unchanged"


@needs_tesseract
def test_what_was_recognised_is_not_lost_when_a_later_version_reads_files_anew(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_in(mixed, tmp_path / "index", ocr=True)
    monkeypatch.setattr("rag.ingest.LOADER", "later")
    again = brought_in(mixed, tmp_path / "index", ocr=False)
    assert (again.status, again.findings[0][:26]) == ("unchanged", "kept as an earlier version")
    with Index.open(tmp_path / "index") as index:
        assert "118 hours of work a month" in index.document("mixed.pdf").text
    assert brought_in(mixed, tmp_path / "index", ocr=True).status == "replaced"


@needs_tesseract
def test_a_quote_from_a_scanned_page_is_marked(mixed: Path, tmp_path: Path) -> None:
    brought_in(mixed, tmp_path / "index", ocr=True)
    with Index.open(tmp_path / "index") as index:
        document = index.document("mixed.pdf")
    scanned = document.text.index("118 hours of work a month")
    citation = resolve(Span(doc_id=document.doc_id, start=scanned, end=scanned + 25), document, 1)
    assert (citation.quote, citation.page, citation.verbatim) == ("118 hours of work a month", 2, True)
    assert citation.ocr is not None
    assert 0.9 < citation.ocr < 1
    assert resolve(Span(doc_id=document.doc_id, start=0, end=9), document, 2).ocr is None


def test_without_an_engine_nothing_is_begun(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DocumentError, match="apt install tesseract-ocr"):
        brought_in(mixed, tmp_path / "index", ocr=True)
    assert not (tmp_path / "index").exists()
