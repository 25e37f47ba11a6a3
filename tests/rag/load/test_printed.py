"""From the characters of a page to the offsets of a text."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import pytest

from rag.load.printed import PlacesBuilder, Printed, aligned, joined
from rag.places import Places


def printed(chars: str, first: int = 0) -> Printed:
    """The characters that are no blanks, numbered as if the blanks counted."""
    numbers = [first + n for n, char in enumerate(chars) if not char.isspace()]
    return Printed(chars="".join(chars.split()), at=array("I", numbers))


@pytest.mark.parametrize(
    ("text", "chars", "numbers"),
    [
        pytest.param("a b", "a b", [0, None, 2], id="as-it-is"),
        pytest.param("risk", "ri-\nsk", [0, 1, 4, 5], id="hyphen-at-a-line-end"),
        pytest.param("well-known", "well-\nknown", [0, 1, 2, 3, 4, 6, 7, 8, 9, 10], id="hyphen-kept"),
        pytest.param("file", "\ufb01le", [0, 0, 1, 2], id="ligature"),
        pytest.param("x²", "x2", [0, 1], id="raised"),
        pytest.param("x¹²", "x[12]", [0, 2, 3], id="raised-brackets"),
        pytest.param("10⁻⁶", "10-6", [0, 1, 2, 3], id="minus"),
        pytest.param("Aims … 4", "Aims ......... 4", [0, 1, 2, 3, None, 5, None, 15], id="leaders"),
        pytest.param("a | b", "a b", [0, None, None, None, 2], id="cells"),
        pytest.param("a | |", "a |", [0, None, 2, None, None], id="a-printed-bar"),
        pytest.param("caf\u00e9.", "cafe\u0301.", [0, 1, 2, 3, 5], id="accent-apart"),
        pytest.param("ab", "a\u200b\u00adb", [0, 3], id="invisible"),
        pytest.param("a\U0001f600b", "a\U0001f600b", [0, 1, 2], id="astral"),
        pytest.param("ab", "", [None, None], id="nothing-printed"),
        pytest.param("", "ab", [], id="no-text"),
        pytest.param("xay", "ab", [None, 0, None], id="letters-that-are-not-printed"),
    ],
)
def test_every_character_finds_its_own(text: str, chars: str, numbers: list[int | None]) -> None:
    found = dict(aligned(text, printed(chars)))
    assert [found.get(offset) for offset in range(len(text))] == numbers


def test_parts_follow_each_other() -> None:
    whole = joined([printed("ab", 5), printed(""), printed("c", 1)])
    assert (whole.chars, list(whole.at)) == ("abc", [5, 6, 1])


def test_a_line_is_one_run_and_blanks_go_along() -> None:
    builder = PlacesBuilder()
    builder.add(0, "one two", printed("one two", 10))
    builder.add(7, " three", printed("three", 19))
    builder.add(15, "next", printed("next", 3))
    places = builder.places()
    assert places == Places(starts=(0, 8, 15), firsts=(10, 19, 3), counts=(7, 5, 4))
    assert [places.at(offset) for offset in (0, 6, 7, 8, 12, 13, 15, 18, 19)] == [
        *(10, 16, None, 19, 23, None, 3, 6, None)
    ]
    assert list(places.between(6, 9)) == [(6, 16), (8, 19)]


def test_nothing_has_no_place() -> None:
    assert not Places()
    assert Places().at(0) is None
    assert not PlacesBuilder().places()


def test_every_letter_of_a_pdf_has_a_place_and_only_what_was_put_in_has_none(
    read: Callable[..., Any], pdf: Any
) -> None:
    page = pdf.page(
        marks=[
            *pdf.column(["The agency shall keep a regis-", "ter of models, and the com-", "mittee too."]),
            pdf.mark(x=72, y=400, text="2024"),
            pdf.mark(x=172, y=400, text="1,200"),
            pdf.mark(x=272, y=400, text="3 of them"),
        ]
    )
    loaded = read(pdf.write(page)).loaded
    text = loaded.document.text
    assert "keep a register of models, and the committee too.\n\n2024 | 1,200 | 3 of them" in text
    without = {text[n] for n in range(len(text)) if loaded.places.at(n) is None}
    assert {char for char in without if not char.isspace()} == {"|"}


def test_other_formats_have_no_places(read: Callable[..., Any]) -> None:
    assert not read("A note.\n\nOf two paragraphs.").loaded.places
