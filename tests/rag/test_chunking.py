"""Passages hold every non-space character once, fit the embedder whole, and follow the structure."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chunking import TARGET_TOKENS, chunk, embedded_text, split_oversize, top_section_starts
from rag.types import Block, BlockKind, Document, Passage, Section, Span


def words(text: str) -> int:
    """Tokens as a child counts them: words and signs, and two specials."""
    return len(re.findall(r"\w+|[^\w\s]", text)) + 2


def letters(text: str) -> int:
    """A token count that is not additive over words: four characters each, white space too."""
    return len(text) // 4 + 2


def make(*parts: tuple[BlockKind, str, int], gap: str = "\n\n", title: str = "Act") -> Document:
    """A document of the parts (kind, text, level), joined by `gap`."""
    text, blocks, sections = "", [], []
    for kind, body, level in parts:
        start = len(text)
        text += body
        if body.strip():
            blocks.append(Block(start=start, end=len(text), kind=kind, level=level))
            if kind is BlockKind.HEADING:
                sections.append(Section(start=start, level=level, title=" ".join(body.split())))
        text += gap
    return Document(
        doc_id="d1",
        name="act.md",
        title=title,
        text=text,
        blocks=tuple(blocks),
        pages=(),
        sections=tuple(sections),
        sha256="0" * 64,
        source="/act.md",
        media_type="text/markdown",
    )


def heading(text: str, level: int = 1) -> tuple[BlockKind, str, int]:
    return BlockKind.HEADING, text, level


def paragraph(text: str) -> tuple[BlockKind, str, int]:
    return BlockKind.PARAGRAPH, text, 0


def assert_whole(document: Document, passages: tuple[Passage, ...]) -> None:
    """Every non-space character exactly once, in order; no passage starts or ends in white space."""
    at = 0
    for passage in passages:
        start, end = passage.span.start, passage.span.end
        assert not document.text[at:start].strip()
        assert passage.text == document.text[start:end]
        assert passage.text == passage.text.strip()
        assert passage.passage_id == f"d1:{start}-{end}"
        at = end
    assert not document.text[at:].strip()


def only_headings(document: Document, start: int, end: int) -> bool:
    """Whether no other text stands there: what headings announce is what follows them."""
    text = document.text
    headings = [block for block in document.blocks if block.kind is BlockKind.HEADING]
    inside = [
        text[max(b.start, start) : min(b.end, end)] for b in headings if b.start < end and b.end > start
    ]
    return sum(len("".join(part.split())) for part in inside) == len("".join(text[start:end].split()))


kinds = st.sampled_from(list(BlockKind))
bodies = st.text(
    alphabet=st.sampled_from("abcDE fgh.;,\n\t\u00a0éß中\U0001f600§)(1"), min_size=0, max_size=400
).map(str.strip)
parts = st.lists(st.tuples(kinds, bodies, st.integers(1, 4)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    parts=parts,
    gap=st.sampled_from([" ", "\n", "\n\n"]),
    limit=st.sampled_from([14, 30, 256]),
    count=st.sampled_from([words, letters]),
)
def test_nothing_is_lost_or_cut_off(parts, gap, limit, count):
    document = make(*parts, gap=gap)
    passages = chunk(document, count_tokens=count, max_tokens=limit)
    assert_whole(document, passages)
    tops = top_section_starts(document.sections)
    for passage in passages:
        text = embedded_text(passage, title="Act", count_tokens=count, max_tokens=limit)
        assert count(text) <= limit
        assert text.endswith(passage.text)
        for top in tops:
            if passage.span.start < top < passage.span.end:
                assert only_headings(document, passage.span.start, top)


def test_offsets_survive_a_text_that_repeats_itself():
    text = ("same words again; " * 300).strip()
    spans = split_oversize(text, 20, lambda piece: max(1, words(piece) - 2))
    assert "".join(text[a:b] for a, b in spans).replace(" ", "") == text.replace(" ", "")
    assert all(words(text[a:b]) - 2 <= 20 for a, b in spans)
    assert [a for a, _ in spans] == sorted({a for a, _ in spans})


def test_passages_end_at_sentences_near_the_target():
    sentences = [f"Agency number {n} shall report to Congress each year on its own use." for n in range(60)]
    document = make(paragraph(" ".join(sentences)))
    passages = chunk(document, count_tokens=words, max_tokens=256)
    assert_whole(document, passages)
    assert all(passage.text.endswith("use.") for passage in passages)
    assert all(abs(words(passage.text) - 2 - TARGET_TOKENS) < 45 for passage in passages)


def test_a_top_section_is_never_crossed_and_a_heading_never_comes_last():
    long = "The agency shall publish an inventory of its use cases in the register. " * 20
    document = make(
        heading("The Act"),
        heading("Purpose", 2),
        paragraph("Short."),
        heading("Duties", 2),
        paragraph(long),
        heading("Exceptions", 3),
        paragraph("None are made here."),
        heading("Costs", 2),
        paragraph("Few."),
    )
    passages = chunk(document, count_tokens=words, max_tokens=256)
    assert_whole(document, passages)
    assert passages[0].text == "The Act\n\nPurpose\n\nShort."
    firsts = {passage.heading_path for passage in passages[1:]}
    assert firsts >= {("The Act", "Duties"), ("The Act", "Costs")}
    assert not [p for p in passages if p.text.endswith("Exceptions")]


def test_a_heading_without_text_goes_with_what_follows():
    document = make(
        heading("Code Policy"),
        heading("5. Reuse", 2),
        heading("5.1 Pilot", 3),
        paragraph("Agencies release a fifth."),
        heading("5.2 Community", 3),
        paragraph("They take part."),
    )
    passages = chunk(document, count_tokens=words, max_tokens=256)
    assert [passage.text.split("\n\n") for passage in passages] == [
        ["Code Policy", "5. Reuse", "5.1 Pilot", "Agencies release a fifth."],
        ["5.2 Community", "They take part."],
    ]


def test_small_sections_below_the_top_are_kept_together():
    parts = [heading("One", 1)]
    for n in range(4):
        parts += [
            heading(f"Point {n}", 2),
            paragraph("Each agency keeps a record of what it did and why. " * 3),
        ]
    parts += [heading("Two", 1), paragraph("End.")]
    passages = chunk(make(*parts), count_tokens=words, max_tokens=256)
    assert [passage.heading_path for passage in passages] == [("One",), ("Two",)]


def test_table_rows_stay_whole():
    rows = [
        (BlockKind.TABLE_ROW, f"Row {n}. | " + "A cell says so. It has two sentences. | " * 4, 0)
        for n in range(30)
    ]
    document = make(*rows, gap="\n")
    passages = chunk(document, count_tokens=words, max_tokens=256)
    assert_whole(document, passages)
    starts = {block.start for block in document.blocks}
    assert len(passages) > 3
    assert {passage.span.start for passage in passages} <= starts


def test_a_row_larger_than_the_embedder_is_split_not_cut_off():
    document = make((BlockKind.TABLE_ROW, "cell of words " * 200, 0))
    passages = chunk(document, count_tokens=words, max_tokens=64)
    assert_whole(document, passages)
    assert max(words(passage.text) for passage in passages) <= 64


def test_a_word_that_is_one_unknown_token_still_counts_by_its_length():
    document = make(paragraph("x" * 50_000))
    passages = chunk(document, count_tokens=lambda text: len(text.split()) + 2, max_tokens=256)
    assert_whole(document, passages)
    assert max(len(passage.text) for passage in passages) <= 256 * 11


@pytest.mark.parametrize(
    ("levels", "starts"),
    [
        pytest.param([], [], id="none"),
        pytest.param([1], [0], id="a title alone"),
        pytest.param([1, 2, 2, 3], [0, 10, 20], id="one title over all"),
        pytest.param([1, 2, 1, 2], [0, 20], id="several at the top"),
        pytest.param([3, 2, 3], [0, 10, 20], id="the first repeated level is lower"),
        pytest.param([1, 2, 3], [0], id="a ladder"),
    ],
)
def test_top_sections(levels: list[int], starts: list[int]):
    sections = [Section(start=10 * n, level=level, title="t") for n, level in enumerate(levels)]
    assert top_section_starts(sections) == starts


def test_headings_go_in_front_and_the_outermost_give_way():
    passage = Passage(
        passage_id="d1:0-18",
        span=Span(doc_id="d1", start=0, end=18),
        text="It applies to all.",
        heading_path=("Part " + "long " * 40, "Scope"),
    )
    text = embedded_text(passage, title="Act", count_tokens=words, max_tokens=64)
    assert text == "Scope\nIt applies to all."
    text = embedded_text(passage, title="Act", count_tokens=words, max_tokens=256)
    assert text == "Act > Part " + "long " * 39 + "long > Scope\nIt applies to all."


def test_what_the_text_begins_with_is_not_said_twice():
    passage = Passage(
        passage_id="d1:0-9",
        span=Span(doc_id="d1", start=0, end=9),
        text="Scope\n\nAll.",
        heading_path=("Act", "Scope"),
    )
    assert embedded_text(passage, title="Act", count_tokens=words, max_tokens=64) == "Act\nScope\n\nAll."


def test_an_embedder_without_room_is_refused():
    with pytest.raises(ValueError, match="leaves no room"):
        chunk(make(paragraph("Text.")), count_tokens=words, max_tokens=6)


def test_chunking_is_deterministic():
    document = make(heading("A"), paragraph("One sentence. Another one. " * 60))
    once = chunk(document, count_tokens=words, max_tokens=64)
    assert once == chunk(document, count_tokens=words, max_tokens=64)
