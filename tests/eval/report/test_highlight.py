"""Which words of the evidence a quote covers."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.report.highlight import segments, share

TEXT = "The sharer shall send the result to the Model Registry at least 45 days before sharing the model."


def marked(text: str, *quotes: str) -> list[str]:
    return [segment.text for segment in segments(text, quotes) if segment.shared]


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        pytest.param([], [], id="no-quote"),
        pytest.param([""], [], id="empty-quote"),
        pytest.param(["…!"], [], id="no-word"),
        pytest.param(["the result of the vote"], [], id="three-words-are-chance"),
        pytest.param(
            ["SEND THE RESULT\nto the “Model” registry"],
            ["send the result to the Model Registry"],
            id="forms",
        ),
        pytest.param(["45 days"], ["45 days"], id="a-short-quote-as-a-whole"),
        pytest.param(
            ["The sharer shall send it", "before sharing the model."],
            ["The sharer shall send", "before sharing the model"],
            id="two-quotes",
        ),
        pytest.param([f"Before that. {TEXT} And after."], [TEXT[:-1]], id="the-quote-is-longer"),
    ],
)
def test_marked(quotes: list[str], expected: list[str]) -> None:
    assert marked(TEXT, *quotes) == expected


def test_a_short_text_is_shared_as_a_whole_or_not_at_all() -> None:
    assert marked("96 percent", "found in 96 percent of them") == ["96 percent"]
    assert marked("96 percent", "96 in all") == []


def test_share() -> None:
    assert share("one two three four five six seven eight", ["one two three four"]) == 0.5
    assert share("", ["one"]) is None
    assert share("…", ["one"]) is None
    assert share(TEXT, []) == 0.0


@given(st.text(max_size=300), st.lists(st.text(max_size=100), max_size=3))
def test_segments_joined_are_the_text(text: str, quotes: list[str]) -> None:
    found = segments(text, [*quotes, text[10:60]])
    assert "".join(segment.text for segment in found) == text
    assert all(segment.text for segment in found)


def test_a_flood_takes_no_time() -> None:
    flood = "a b c d " * 50_000
    before = time.perf_counter()
    assert len(segments(flood, [flood, flood])) == 2
    assert time.perf_counter() - before < 5
