"""Boxes over the words of a quote: all of them, and no other. Checked by what stands in the boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from rag.answering.evidence import passage_sentences
from rag.load import Loaded, load
from rag.load.pdf.boxes import boxes
from rag.proof import printed
from rag.types import Span
from tests.rag.load.box_check import check, covered, letters, middles

LIBRARY = sorted((Path(__file__).resolve().parents[3] / "corpus" / "library").glob("*.pdf"))
LEFT = [f"left column line {n} of the text that" for n in ["one", "two", "three", "four", "five", "six"]]
RIGHT = [f"right column line {n} of the text it" for n in ["one", "two", "three", "four", "five", "six"]]
BODY = [
    "The agency shall keep a public register of the models that it has reviewed so far,",
    "and shall publish the reasons for each of its decisions within a period of ninety days",
]


@contextmanager
def opened(path: Path, number: int) -> Iterator[tuple[pdfium.PdfPage, pdfium.PdfTextPage]]:
    document = pdfium.PdfDocument(path)
    page = document[number - 1]
    textpage = page.get_textpage()
    yield page, textpage
    for one in (textpage, page, document):
        one.close()


def found(loaded: Loaded, quote: str, number: int = 1) -> tuple[list[tuple[float, ...]], str]:
    """The boxes of a quote on a page, and what is printed in them."""
    document = loaded.document
    start = document.text.index(quote)
    span = Span(doc_id=document.doc_id, start=start, end=start + len(quote))
    numbers = [at for at, _ in printed(document, loaded.places, number, span)]
    with opened(Path(document.source), number) as (page, textpage):
        lines = boxes(page, textpage, numbers)
        return [*lines], covered(page, lines, middles(textpage))


@pytest.mark.parametrize("scrambled", [False, True], ids=["in-order", "stream-in-wrong-order"])
def test_a_quote_that_runs_over_two_columns(read: Callable[..., Any], pdf: Any, scrambled: bool) -> None:
    marks = [*pdf.column(LEFT, x=72), *pdf.column([*RIGHT[:-1], "right ends."], x=320)]
    loaded = read(pdf.write(pdf.page(marks=marks[::-1] if scrambled else marks))).loaded
    quote = "line six of the text that right column line one"
    lines, words = found(loaded, quote)
    assert words == letters(quote)
    assert len(lines) == 2
    (x0, y0, width, _), (x1, y1, _, _) = lines
    assert x0 + width < 0.5 < x1 < 0.6
    assert y0 > y1


def test_a_quote_around_a_footnote_leaves_the_note_out(read: Callable[..., Any], pdf: Any) -> None:
    first = pdf.page(
        marks=[
            *pdf.column(BODY, y=300),
            pdf.mark(x=72, y=104, text="1", size=5),
            pdf.mark(x=80, y=100, text="The register is kept under section four of the act.", size=8),
        ],
        rules=[(72, 200, 115)],
    )
    second = pdf.page(marks=pdf.column(["without delay, as the law demands."]))
    loaded = read(pdf.write(first, second)).loaded
    quote = "a period of ninety days without delay, as"
    assert found(loaded, quote, 1)[1] == letters("a period of ninety days")
    assert found(loaded, quote, 2)[1] == letters("without delay, as")
    note = "¹ The register is kept under section four"
    assert found(loaded, note, 1)[1] == letters(note)


def test_a_word_that_a_hyphen_parts_is_covered_whole(read: Callable[..., Any], pdf: Any) -> None:
    loaded = read(pdf.write(pdf.page(marks=pdf.column(["All of the regis-", "ters are public now."])))).loaded
    lines, words = found(loaded, "registers")
    assert words == "registers"
    assert len(lines) == 2
    assert found(loaded, "of the")[1] == "ofthe"


def test_ligatures_and_half_of_one(read: Callable[..., Any], pdf: Any) -> None:
    line = pdf.mark(x=72, y=700, text="The \x01rst \x02ag of the of\x01ce is here.", font="F3", size=12)
    loaded = read(pdf.write(pdf.page(marks=[line]))).loaded
    assert loaded.document.text == "The first flag of the office is here."
    for quote in ("first flag", "office", "The first flag of the office is here."):
        assert found(loaded, quote)[1] == letters(quote)
    assert found(loaded, "irst")[1] == "first"


def test_a_row_of_cells_has_a_box_for_each(read: Callable[..., Any], pdf: Any) -> None:
    cells = [pdf.mark(x=x, y=400, text=text) for x, text in ((72, "2024"), (172, "1,200"), (272, "of them"))]
    loaded = read(pdf.write(pdf.page(marks=[*pdf.column(BODY), *cells]))).loaded
    lines, words = found(loaded, "2024 | 1,200 | of them")
    assert words == "20241200ofthem"
    assert len(lines) == 3


def test_text_that_is_turned_on_its_page(read: Callable[..., Any], pdf: Any) -> None:
    marks = [
        pdf.mark(x=100 + 14 * n, y=72, text=text, turn=True)
        for n, text in enumerate(["the first line is turned", "the second line as well"])
    ]
    loaded = read(pdf.write(pdf.page(marks=marks))).loaded
    lines, words = found(loaded, "second line")
    assert sorted(words) == sorted("secondline")
    ((_, _, width, height),) = lines
    assert width * 612 < 15 < height * 792


def test_a_page_that_is_shown_turned(read: Callable[..., Any], pdf: Any) -> None:
    upright = read(pdf.write(pdf.page(marks=pdf.column(BODY)))).loaded
    ((x, y, width, height),) = found(upright, "public register")[0]
    turned = read(pdf.write(pdf.page(marks=pdf.column(BODY), extra="/Rotate 90"))).loaded
    ((left, top, wide, high),) = found(turned, "public register")[0]
    assert (left, top, wide, high) == pytest.approx((1 - y - height, x, height, width), abs=2e-6)


def test_a_page_whose_corner_is_elsewhere(read: Callable[..., Any], pdf: Any) -> None:
    plain = read(pdf.write(pdf.page(marks=pdf.column(BODY)))).loaded
    ((x, y, width, height),) = found(plain, "public register")[0]
    cropped = read(pdf.write(pdf.page(marks=pdf.column(BODY), extra="/CropBox [50 92 562 792]"))).loaded
    ((left, top, wide, high),) = found(cropped, "public register")[0]
    assert left * 512 + 50 == pytest.approx(x * 612, abs=0.01)
    assert top * 700 == pytest.approx(y * 792, abs=0.01)
    assert (wide * 512, high * 700) == pytest.approx((width * 612, height * 792), abs=0.01)


def test_the_check_sees_a_box_that_is_a_word_too_wide_or_too_narrow(
    read: Callable[..., Any], pdf: Any
) -> None:
    loaded = read(pdf.write(pdf.page(marks=pdf.column(BODY)))).loaded
    ((x, y, width, height),), words = found(loaded, "keep a public register")
    assert words == "keepapublicregister"
    with opened(Path(loaded.document.source), 1) as (page, textpage):
        chars = middles(textpage)
        assert covered(page, [(x, y, width + 0.03, height)], chars) != words
        assert covered(page, [(x, y, width - 0.03, height)], chars) != words
        assert covered(page, [(x, y + 0.015, width, height)], chars) != words


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_every_third_sentence_of_the_library(path: Path) -> None:
    loaded = load(path, name=path.name)
    sentences = [*passage_sentences(loaded.document, 0, len(loaded.document.text))][::3]
    document = pdfium.PdfDocument(path)
    looked, wrong = check(loaded, document, sentences)
    document.close()
    assert looked >= 4 * loaded.page_count
    assert wrong == []
