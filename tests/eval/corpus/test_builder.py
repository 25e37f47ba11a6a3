"""What the PDF of a document is made of: charts, turns of the page, links, rows with marks; and German."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pypdfium2
import pytest

from eval.corpus.model import Points, Source, Switch, imprint
from eval.corpus.source import SourceError, parse_body
from eval.corpus.to_docx import to_docx
from eval.corpus.to_html import to_html
from eval.corpus.to_pdf import to_pdf

CHART = """\
```points
unit = "billions"
point = [
  { label = "Small", day = 2020-01-01, value = 1 },
  { label = "Middle", day = 2021-07-02, value = 10, left = true },
  { label = "Large", day = 2022-12-31, value = 100, left = true },
]
```
"""


def written(text: str, language: str = "en") -> Source:
    blocks, notes = parse_body(text)
    return Source(
        file="made.pdf",
        title="Made",
        subtitle="",
        version="1.2",
        day=date(2025, 3, 1),
        language=language,
        fictional=True,
        blocks=blocks,
        notes=notes,
    )


def pages(data: bytes) -> list[tuple[str, str]]:
    """The label and the text of each page."""
    pdf = pypdfium2.PdfDocument(data)
    try:
        return [(pdf.get_page_label(at), pdf[at].get_textpage().get_text_range()) for at in range(len(pdf))]
    finally:
        pdf.close()


def places(data: bytes, words: list[str]) -> dict[str, tuple[float, float]]:
    """Left and bottom edge of each word on the first page."""
    pdf = pypdfium2.PdfDocument(data)
    try:
        text = pdf[0].get_textpage()
        found = {}
        for word in words:
            start, count = text.search(word, match_case=True).get_next()
            boxes = [text.get_charbox(at) for at in range(start, start + count)]
            found[word] = (min(box[0] for box in boxes), min(box[1] for box in boxes))
        return found
    finally:
        pdf.close()


def test_points_stand_where_their_day_and_their_value_put_them() -> None:
    blocks, _ = parse_body(CHART)
    assert isinstance(blocks[0], Points)
    data = to_pdf(written(f"Figure 1. A figure\n\n{CHART}"))
    at = places(data, ["Small", "Middle", "Large", "2020", "2021", "2022"])
    heights = [at[label][1] for label in ("Small", "Middle", "Large")]
    # Each value is ten times the one before: on a logarithmic axis the steps are equal. "g" has a tail.
    first, second = (above - below for below, above in pairwise(heights))
    assert first == pytest.approx(second, abs=2.5)
    assert at["Small"][0] > at["2020"][0]
    years = [at[year][0] for year in ("2020", "2021", "2022")]
    assert years[1] - years[0] == pytest.approx(years[2] - years[1], abs=0.5)


def test_a_point_without_a_logarithm_is_refused() -> None:
    with pytest.raises(SourceError, match="'Small' is not above zero"):
        parse_body(CHART.replace("value = 1 }", "value = 0 }"))


def test_a_turn_of_the_page_makes_a_page_and_never_an_empty_one() -> None:
    text = "<!-- page -->\n\nOne.\n\n<!-- page -->\n\nTwo.\n\n<!-- body -->\n<!-- page -->\n\nThree.\n"
    found = pages(to_pdf(written(text)))
    assert [label for label, _ in found] == ["i", "ii", "iii", "1"]
    assert [word in text for word, (_, text) in zip(("Made", "One", "Two", "Three"), found, strict=True)]
    assert "One." not in found[0][1]


@pytest.mark.parametrize("write", [to_html, to_docx], ids=["html", "docx"])
def test_only_a_pdf_has_turns_and_charts(write: object) -> None:
    assert callable(write)
    for text in ("<!-- page -->\n", CHART):
        with pytest.raises(ValueError, match=r"made\.pdf: .* has no"):
            write(written(text))
    assert Switch("page") is Switch.PAGE


def test_an_address_can_be_followed_and_read() -> None:
    data = to_pdf(written("See <https://example.org/a?b=1&c=2> and [this page](https://example.org/d).\n"))
    assert b"/URI (https://example.org/a?b=1&c=2)" in data
    assert b"/URI (https://example.org/d)" in data
    assert "https://example.org/a?b=1&c=2 and this page." in pages(data)[0][1]


def test_a_mark_that_a_narrow_column_would_break_stops_the_build() -> None:
    notes = "".join(f"\n[^n{number}]: Note {number}.\n" for number in range(12))
    marks = "".join(f"[^n{number}]" for number in range(11))
    long = f" {'words and ' * 6}|"
    table = f"|{' Heading |' * 14}\n|{' --- |' * 14}\n| word[^n11] |{long * 13}\n"
    with pytest.raises(ValueError, match="too narrow for the mark"):
        to_pdf(written(f"Text.{marks}\n\n{table}{notes}"))


def test_a_row_sets_its_notes_at_the_foot_of_its_own_page() -> None:
    rows = "".join(f"| Row {number}[^n{number}] | text |\n" for number in range(60))
    notes = "".join(f"\n[^n{number}]: Source of row {number}.\n" for number in range(60))
    found = pages(to_pdf(written(f"| Head | Other |\n| --- | --- |\n{rows}{notes}")))
    assert len(found) > 2
    for _, text in found:
        assert text.count("Head") == 1
    for number in range(60):
        on = [at for at, (_, text) in enumerate(found) if f"Row {number}" in text.replace("\r", "")]
        noted = [at for at, (_, text) in enumerate(found) if f"Source of row {number}." in text]
        assert noted
        assert set(noted) <= set(on)


def test_german_has_its_own_words() -> None:
    source = written("Tabelle 1. Eine Tabelle\n\nText.[^n]\n\n[^n]: Quelle.\n", language="de")
    assert imprint(source) == (
        "Fassung 1.2, 1. März 2025",
        "Startbibliothek von Greenpaper. Lizenz: CC BY 4.0.",
        "Erfundenes Beispiel: die Stelle, ihre Regeln und ihre Zahlen sind erfunden.",
    )
    assert b"Anmerkungen und Quellen" in to_html(replace(source, file="made.html"))
    assert b'w:val="de-DE"' in to_docx(replace(source, file="made.docx"))
    contents = replace(source, blocks=(Switch.CONTENTS, *source.blocks))
    assert "Inhalt" in pages(to_pdf(contents))[0][1]
