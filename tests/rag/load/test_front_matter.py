"""Front matter: text fields only, and no language that a hostile file could use."""

from __future__ import annotations

import pytest

from rag.load.front_matter import split_front_matter


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        pytest.param("title: Plain words", "Plain words", id="plain"),
        pytest.param("title: 'It''s quoted: yes'", "It's quoted: yes", id="single-quotes"),
        pytest.param('title: "A \\"word\\" # no comment"', 'A "word" # no comment', id="double-quotes"),
        pytest.param("title: Words # a comment", "Words", id="comment"),
        pytest.param("title: It goes\n  on here", "It goes on here", id="goes-on"),
        pytest.param("title: |\n  one\n  two\n\n  three", "one\ntwo\n\nthree", id="literal"),
        pytest.param(
            "title: >-\n  one\n  two\n\n\n  three\n    kept", "one two\n\nthree\n  kept", id="folded"
        ),
    ],
)
def test_text_fields(lines: str, value: str) -> None:
    fields, body = split_front_matter(f"---\nother: x\n{lines}\nlast: y\n---\nBody\n")
    assert fields == {"other": "x", "title": value, "last": "y"}
    assert body == "Body\n"


@pytest.mark.parametrize(
    "value", ["[a, b]", "{a: b}", "*alias", "&anchor x", "!!python/name:os.system", "", '""']
)
def test_what_is_no_text_is_passed_over(value: str) -> None:
    assert split_front_matter(f"---\nfield: {value}\n---\nBody")[0] == {}


@pytest.mark.parametrize("text", ["", "---\nno end", "Text\n---\na: b\n---\n", "----\na: b\n----\n"])
def test_text_without_front_matter_is_untouched(text: str) -> None:
    assert split_front_matter(text) == ({}, text)
