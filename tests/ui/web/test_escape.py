from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.web.payloads import PAYLOADS
from ui.web.escape import plain, rich, visible

_ALLOWED = {
    *("p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "hr", "pre", "code"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {("p", "class"), ("ol", "start"), ("th", "style"), ("td", "style")}


class _Reader(HTMLParser):
    """What a browser would see: elements, attributes and text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.styles: set[str | None] = set()
        self.text = ""
        self.other = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update((tag, name) for name, _ in attrs)
        self.styles.update(value for name, value in attrs if name == "style")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.other += 1

    handle_decl = handle_pi = unknown_decl = handle_comment


def _assert_harmless(markup: str) -> None:
    seen = _Reader(markup)
    assert seen.tags <= _ALLOWED
    assert seen.attributes <= _ATTRIBUTES
    assert all(style in ("text-align:left", "text-align:right", "text-align:center") for style in seen.styles)
    assert not seen.other
    for character in "`$@{}":
        assert character not in markup


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_a_payload_in_an_answer_is_text(text: str) -> None:
    _assert_harmless(rich(text, markers={}))


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_a_payload_anywhere_else_shows_exactly_its_characters(text: str) -> None:
    seen = _Reader(f"<i title='{plain(text)}'>{plain(text)}</i>")
    assert seen.tags == {"i"}
    assert seen.attributes == {("i", "title")}
    assert seen.text == visible(text)


def test_control_the_reader_sees_what_escaping_would_have_stopped() -> None:
    seen = _Reader(PAYLOADS["image tag"])
    assert ("img", "onerror") in seen.attributes


@given(st.text(alphabet=st.sampled_from("<>[]()!*_`~#|-:\n &;$@{}\\\"'/ax1\ue000\ue001"), max_size=60))
def test_no_text_makes_an_element_of_its_own(text: str) -> None:
    _assert_harmless(rich(text, markers={}))


@given(st.text(max_size=80))
def test_plain_text_comes_back_as_it_was(text: str) -> None:
    assert _Reader(plain(text)).text == visible(text)


def test_characters_that_reorder_or_hide_are_shown() -> None:
    assert visible("a\u202eb\x00c\r\nd\te") == "a\ufffdb\ufffdc\nd\te"


MARKERS = {1: "<a>1</a>", 2: "<a>2</a>"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes [1].", "<p>Yes <a>1</a>.</p>\n"),
        ("Yes [1][2].", "<p>Yes <a>1</a><a>2</a>.</p>\n"),
        ("Yes [1, 2] and [1;2]", "<p>Yes <a>1</a><a>2</a> and <a>1</a><a>2</a></p>\n"),
        ("No [3], [1, 3], [0], [99999].", "<p>No [3], [1, 3], [0], [99999].</p>\n"),
        ("**Bold [1]**", "<p><strong>Bold <a>1</a></strong></p>\n"),
        ("[1](http://x)", "<p><a>1</a>(http://x)</p>\n"),
        ("![1](x)", "<p>!<a>1</a>(x)</p>\n"),
        ("[1]: x", "<p><a>1</a>: x</p>\n"),
        (r"\[1\] and &#91;1&#93;", "<p><a>1</a> and <a>1</a></p>\n"),
        ("`[1]`", "<p><code>[1]</code></p>\n"),
        ("# Title [1]", '<p class="gp-heading">Title <a>1</a></p>'),
        ("- a [1]\n- b", "<ul>\n<li>a <a>1</a></li>\n<li>b</li>\n</ul>\n"),
    ],
)
def test_known_markers_become_our_markup_and_others_stay_text(text: str, expected: str) -> None:
    assert rich(text, markers=MARKERS) == expected


def test_notes_stand_at_their_offsets() -> None:
    markup = rich("One. Two. Three.", markers={}, notes=[(4, "<b>a</b>"), (9, "<b>b</b>")])
    assert markup == "<p>One.<b>a</b> Two.<b>b</b> Three.</p>\n"


def test_text_cannot_forge_a_note() -> None:
    assert "<b>" not in rich("x \ue0000\ue001 y", markers={}, notes=[]) + rich(
        "x \ue0000\ue001", markers={}, notes=[(0, "<b>a</b>")]
    ).replace("<b>a</b>", "", 1)
