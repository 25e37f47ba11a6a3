"""The viewer: what is shown of a document, from what the browser asks for; hostile requests first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rag.errors import DocumentError
from rag.types import Block, BlockKind, Document, Span
from tests.ui.web.scripted_library import (
    CARDS,
    EARLIER,
    HOSTILE_NAME,
    MODELS,
    MOVED,
    POLICY,
    Shelf,
    shelf,
    span,
)
from ui.web.show.opening import opens
from ui.web.show.reading import reading
from ui.web.show.versions import differing
from ui.web.show.viewer import viewer
from ui.web.texts import Words
from ui.web.viewer.view import PART, View, Viewer, parts
from ui.web.viewer.wanted import Wanted, wanted

WORDS = Words("en")
BLOOM = "The second answer was public. BigScience was a workshop of one year"
IDLE = "With the making of the machines and the power they take when idle, BLOOM comes to 50.5 tonnes."
TESTED = (
    "4.1 Before a model is used, its model owner must test it with at least 200 examples from the intended "
    "use."
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def documents() -> Iterator[Viewer]:
    opened = Viewer()
    yield opened
    opened.close()


def ask(library: Shelf, name: str, quote: str = "", **more: Any) -> Wanted:
    document = library.named(name)
    if not quote:
        return Wanted(document=document.doc_id, **more)
    place = span(document, quote)
    return Wanted(document=document.doc_id, start=place.start, end=place.end, **more)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(None, Wanted(document=""), id="nothing"),
        pytest.param([1, 2], Wanted(document=""), id="list"),
        pytest.param({"document": ["a"], "start": "1"}, Wanted(document="['a']"), id="wrong-types"),
        pytest.param({"document": "a", "start": -3, "end": 1.5}, Wanted(document="a"), id="no-numbers"),
        pytest.param({"document": "a", "page": True, "marker": 2**80}, Wanted(document="a"), id="too-much"),
        pytest.param(
            {"document": "a", "start": 3, "end": 9}, Wanted(document="a", start=3, end=9), id="good"
        ),
    ],
)
def test_what_the_browser_sends_is_not_taken_on_trust(data: object, expected: Wanted) -> None:
    assert wanted(data) == expected


def test_a_document_that_is_not_there(library: Shelf, documents: Viewer) -> None:
    class Strict(Shelf):
        def document(self, id_or_name: str, /) -> Document:
            raise DocumentError(f"No document has the id {id_or_name}.")

    with pytest.raises(DocumentError, match="No document has the id x"):
        documents.open(Strict(library.held), Wanted(document="x"))


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 3), (0, 10**9)])
def test_a_quote_that_is_none_opens_the_first_page(
    library: Shelf, documents: Viewer, start: int, end: int
) -> None:
    asked = Wanted(document=library.named(POLICY).doc_id, start=start, end=end)
    view = documents.open(library, asked)
    assert (view.span, view.number, view.versions) == (None, 1, ())


def test_a_page_opens_at_the_quote_with_a_box_for_each_line(library: Shelf, documents: Viewer) -> None:
    view = documents.open(library, ask(library, MODELS, BLOOM))
    assert (view.number, view.count, view.page_label) == (4, 14, "1")
    assert view.section.endswith("1. Six years of releases > 1.2 Volunteers and a public machine")
    assert view.picture is not None
    (boxes,) = view.picture.boxes
    assert boxes is not None
    assert len(boxes) == 2
    markup = viewer(WORDS, view, ask(library, MODELS, BLOOM, marker=2, markers=3))
    assert markup.count('class="gp-box"') == 2
    assert f"<mark>{BLOOM}</mark>" in markup
    assert "page 4 (printed 1) of 14" in markup
    assert "Citation 2 of 3" in markup


def test_a_quote_that_goes_on_over_the_page_is_marked_on_both(library: Shelf, documents: Viewer) -> None:
    asked = ask(library, MODELS, IDLE)
    first = documents.open(library, asked)
    after = documents.open(library, ask(library, MODELS, IDLE, page=7))
    away = documents.open(library, ask(library, MODELS, IDLE, page=2))
    assert (first.number, first.quote_on, first.quote_ends) == (6, 6, 7)
    shown = [viewer(WORDS, view, asked) for view in (first, after, away)]
    marked = [markup.split("<mark>")[1].split("</mark>")[0].strip() for markup in shown[:2]]
    assert " ".join(marked) == IDLE
    assert ["The quote goes on" in markup for markup in shown] == [True, False, False]
    assert ["To the quote" in markup for markup in shown] == [False, False, True]
    assert 'class="gp-box"' in shown[1]
    assert 'class="gp-box"' not in shown[2]


@pytest.mark.parametrize(("page", "number"), [(0, 4), (1, 1), (14, 14), (99, 14)])
def test_pages_that_are_not_there_are_the_nearest(
    library: Shelf, documents: Viewer, page: int, number: int
) -> None:
    view = documents.open(library, ask(library, MODELS, BLOOM, page=page))
    markup = viewer(WORDS, view, ask(library, MODELS))
    assert view.number == number
    assert (
        'data-turn-page="before" aria-label="Previous page" title="Previous page" disabled' in markup
    ) == (number == 1)
    assert ('data-turn-page="after" aria-label="Next page" title="Next page" disabled' in markup) == (
        number == 14
    )


def test_where_the_file_was_moved_the_text_is_shown_and_why(library: Shelf, documents: Viewer) -> None:
    quote = "Those who put a model to use know the use."
    view = documents.open(library, ask(library, MOVED, quote))
    assert view.picture is None
    markup = viewer(WORDS, view, ask(library, MOVED))
    assert "Only the text can be shown, as it was read." in markup
    assert "no longer where it was read" in markup
    assert f"<mark>{quote}</mark>" in markup
    assert "gp-paper" not in markup


def test_characters_without_places_are_marked_in_the_text_and_it_is_said(
    library: Shelf, documents: Viewer
) -> None:
    class Older(Shelf):
        def places(self, doc_id: str, /) -> Any:
            from rag.places import NOWHERE

            return NOWHERE

    view = documents.open(Older(library.held), ask(library, MODELS, BLOOM))
    markup = viewer(WORDS, view, ask(library, MODELS))
    assert view.picture is not None
    assert 'class="gp-box"' not in markup
    assert "cannot be marked on this page" in markup


def test_another_version_says_otherwise_beside_the_quote(library: Shelf, documents: Viewer) -> None:
    view = documents.open(library, ask(library, POLICY, TESTED))
    (version,) = view.versions
    assert version.document.name == EARLIER
    assert version.span is not None
    said = version.document.text[version.span.start : version.span.end]
    assert said == TESTED.replace("200", "50")
    markup = viewer(WORDS, view, ask(library, POLICY))
    assert "with at least <ins>50</ins> examples" in markup
    assert opens(version.document.doc_id, version.span) in markup
    assert markup.count("Version 2.0 of 2025-10-01") == 1


def test_a_version_without_such_a_sentence_or_with_the_same(library: Shelf, documents: Viewer) -> None:
    gone = documents.open(
        library, ask(library, POLICY, "5.2 Data on the security of the port must not be given to any model.")
    )
    same = documents.open(
        library, ask(library, POLICY, "3.1 Staff may use an open model only if it is in the register.")
    )
    assert [one.span is None for one in (*gone.versions, *same.versions)] == [True, False]
    assert "No sentence there corresponds" in viewer(WORDS, gone, ask(library, POLICY))
    assert "It says the same." in viewer(WORDS, same, ask(library, POLICY))


def test_a_whole_passage_is_not_held_against_versions(library: Shelf, documents: Viewer) -> None:
    text = library.named(POLICY).text
    start = text.index("4.1 Before")
    asked = Wanted(document=library.named(POLICY).doc_id, start=start, end=text.index("5 Data"))
    assert documents.open(library, asked).versions == ()


def test_hostile_text_stays_text(library: Shelf, documents: Viewer) -> None:
    asked = ask(library, HOSTILE_NAME, "onerror")
    markup = viewer(WORDS, documents.open(library, asked), asked)
    assert "<script" not in markup
    assert "<img" not in markup
    assert "<mark>onerror</mark>=alert(1)&gt;" in markup


def test_headings_lists_and_tables_of_a_page_of_the_web(library: Shelf) -> None:
    document = library.named(CARDS)
    row = span(document, "")
    markup = reading(document, [(0, len(document.text))], row)
    assert markup.count("<table>") == len(set(_tables(document)))
    cells = document.text[row.start : row.end].split(" | ")
    assert "".join(f"<td><mark>{cell}</mark></td>" for cell in cells) in markup
    assert "<h3>" in markup
    assert '<ul class="gp-items"><li>' in markup


def _tables(document: Document) -> Iterator[int]:
    """A number for each run of rows that only a line break parts."""
    rows = [block for block in document.blocks if block.kind is BlockKind.TABLE_ROW]
    number = 0
    for before, row in zip([None, *rows], rows, strict=False):
        number += before is None or document.text[before.end : row.start] != "\n"
        yield number


def made(*blocks: tuple[BlockKind, str]) -> Document:
    """A document of these blocks; rows that follow each other belong to one table."""
    text, found = "", []
    for kind, words in blocks:
        after_row = found and found[-1].kind is kind is BlockKind.TABLE_ROW
        text += "" if not found else "\n" if after_row else "\n\n"
        found.append(
            Block(start=len(text), end=len(text) + len(words), kind=kind, level=1 if kind == "heading" else 0)
        )
        text += words
    return Document(
        doc_id="d", name="d.md", title="D", text=text, blocks=tuple(found), pages=(), sections=(),
        sha256="0" * 64, source="/d.md", media_type="text/markdown",
    )  # fmt: skip


def test_a_quote_over_blocks_and_cells_is_marked_in_each() -> None:
    document = made(
        (BlockKind.PARAGRAPH, "One & two."),
        (BlockKind.TABLE_ROW, "a | b"),
        (BlockKind.TABLE_ROW, "c | d"),
        (BlockKind.LIST_ITEM, "- x"),
        (BlockKind.LIST_ITEM, "- y"),
        (BlockKind.FOOTNOTE, "¹ note"),
    )
    start, end = document.text.index("two"), document.text.index(" | d")
    whole = reading(document, [(0, len(document.text))], Span(doc_id="d", start=start, end=end))
    assert whole == (
        "<p>One &amp; <mark>two.</mark></p>"
        '<div class="gp-scroll"><table><tr><td><mark>a</mark></td><td><mark>b</mark></td></tr>'
        "<tr><td><mark>c</mark></td><td>d</td></tr></table></div>"
        '<ul class="gp-items"><li>- x</li><li>- y</li></ul><p class="gp-footnote">¹ note</p>'
    )
    assert reading(document, [(4, 7)], None) == "<p>&amp; t</p>"


def test_a_long_document_without_pages_is_read_in_parts() -> None:
    document = made(*[(BlockKind.PARAGRAPH, "word " * 1500 + str(number)) for number in range(6)])
    found = parts(document)
    assert len(found) == 3
    assert "".join(document.text[start:end] for start, end in found) == document.text
    assert all(end - start <= PART for start, end in found)
    assert parts(made((BlockKind.PARAGRAPH, "short"))) == ((0, 5),)
    view = View(
        document=document, span=None, number=2, count=3, quote_on=0, quote_ends=0, text=found[1:2],
        picture=None, trouble="", versions=(),
    )  # fmt: skip
    assert "part 2 of 3" in viewer(WORDS, view, Wanted(document="d"))


@pytest.mark.parametrize(
    ("ours", "theirs", "shown"),
    [
        ("within 30 days", "within 60 days", "within <ins>60</ins> days"),
        ("A & b.", "A & c.", "A &amp; <ins>c</ins>."),
        ("same", "same", "same"),
        ("one two", "one", "one"),
        ("", "<b>", "<ins>&lt;b&gt;</ins>"),
    ],
)
def test_words_that_differ_are_marked(ours: str, theirs: str, shown: str) -> None:
    assert "".join(differing(ours, theirs)) == shown


def test_a_sentence_without_end_is_shown_unmarked_and_at_once() -> None:
    ours, theirs = "a & " * 5_000, "b & " * 5_000
    assert "".join(differing(ours, theirs)) == theirs.replace("&", "&amp;")


@pytest.mark.parametrize("language", ["en", "de"])
def test_everything_is_said_in_every_language(library: Shelf, documents: Viewer, language: str) -> None:
    asked = ask(library, MODELS, BLOOM, marker=1, markers=2)
    assert ("Nächste Seite" in viewer(Words(language), documents.open(library, asked), asked)) == (
        language == "de"
    )
