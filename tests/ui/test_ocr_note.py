"""A quote that text recognition read says so, and below a threshold is not called verbatim."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.types import Citation, Document, PageRun, Span
from tests.ui.records.made import Library, abstention, document
from ui.ocr_note import ocr_note
from ui.web.show.phrases import recognised
from ui.web.state import as_citations
from ui.web.texts import Words


def cited(ocr: float | None) -> Citation:
    return Citation(
        marker=1,
        span=Span(doc_id="d", start=0, end=4),
        document="scan.pdf",
        title="A scan",
        page=1,
        page_label=None,
        section=None,
        quote="text",
        ocr=ocr,
    )


@pytest.mark.parametrize(
    ("ocr", "note"),
    [
        pytest.param(None, "", id="own-text"),
        pytest.param(0.954, "read by text recognition (95% sure)", id="sure"),
        pytest.param(0.9, "read by text recognition (90% sure)", id="just-sure"),
        pytest.param(
            0.61,
            "read by text recognition, not surely verbatim (61% sure): compare it with the page",
            id="unsure",
        ),
    ],
)
def test_the_note(ocr: float | None, note: str) -> None:
    assert ocr_note(cited(ocr)) == note
    assert recognised(Words("en"), ocr) == note


@pytest.mark.parametrize(
    ("start", "end", "sure"),
    [(0, 3, None), (0, 11, 0.9), (12, 15, 0.9), (12, 25, 0.6), (22, 25, 0.6), (28, 33, None)],
)
def test_the_least_sure_page_of_a_quote_counts(start: int, end: int, sure: float | None) -> None:
    runs = [(0, None), (10, 0.9), (20, 0.6), (27, None)]
    document = Document(
        doc_id="d",
        name="d",
        title="d",
        text="x" * 40,
        blocks=(),
        pages=tuple(PageRun(start=at, number=n, label=None, ocr=ocr) for n, (at, ocr) in enumerate(runs, 1)),
        sections=(),
        sha256="",
        source="",
        media_type="application/pdf",
    )
    assert document.ocr_between(start, end) == sure


def test_a_passage_that_is_only_near_is_marked_too() -> None:
    pages = (PageRun(start=0, number=1, label=None, ocr=0.8),)
    scan = replace(document("scan.pdf", "Hard to read."), pages=pages)
    (near,) = as_citations(abstention(scan).hits, Library((scan,)))  # type: ignore[arg-type]
    assert (near.quote, near.ocr, near.verbatim) == ("Hard to read.", 0.8, False)
