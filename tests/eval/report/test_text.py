"""Hostile text: nothing unseen, nothing that turns the reading order, no flood, no markup."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from eval.report.text import cell, clip, one_line, visible
from tests.ui.web.payloads import PAYLOADS


@pytest.mark.parametrize(
    "hidden",
    [
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\x00",
        "\x1b",
        "\x85",
        "\ud800",
        "\U000e0041",
        "\uffff",
        "\u2028",
    ],
    ids=lambda letter: f"U+{ord(letter):04X}",
)
def test_what_cannot_be_seen_is_made_visible(hidden: str) -> None:
    assert visible(f"a{hidden}b") == "a\ufffdb"


@pytest.mark.parametrize("text", ["Straße 5\n\tça", "مرحبا", "क्‍ष", "👩‍🔬", ""], ids=ascii)
def test_what_can_be_read_stays(text: str) -> None:
    assert visible(text) == text


def test_clip_says_how_much_is_left_out() -> None:
    clipped = clip("word " * 1000, 100)
    assert len(clipped.text) + clipped.left_out == 5000
    assert clipped.text.endswith("word")
    assert clip("x" * 1000, 100).left_out == 900
    assert clip("short", 100).left_out == 0


def test_one_line() -> None:
    assert one_line(" a\n\n b\tc ") == "a b c"
    assert one_line("x" * 500, 20) == "x" * 20 + "…"


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_a_markdown_cell_stays_one_cell_of_text(payload: str) -> None:
    """Rendered by a parser that even allows HTML, and links what looks like an address."""
    markdown = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table")
    page = markdown.render(f"| a | b |\n| --- | --- |\n| {cell(payload, 10_000)} | end |\n")
    assert page.count("<td>") == 2
    assert page.count("<") == page.replace("&lt;", "").count("<")
    for tag in ("<a", "<img", "<script", "<svg", "<iframe", "<code", "<style", "<p"):
        assert tag not in page


def test_addresses_are_no_links_in_markdown() -> None:
    assert cell("http://evil.example www.evil.example a@b.example") == (
        "http\\://evil.example www\\.evil.example a\\@b.example"
    )
