"""Text that others wrote becomes text on the page, whatever it holds.

Two ways: `plain` for everything taken from documents, file names, questions and errors, and `rich` for the
model's answer, which may use emphasis, lists, tables and code, and nothing that can load, link or run. The
whole accumulated answer passes through `rich` each time, so that no construct can be put together from parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ue000\ue001]"
)
"""Control characters, those that reorder what is read, and the two that mark our own notes below."""

_TEMPLATE = {ord(character): f"&#{ord(character)};" for character in "`$@{}"}
"""Characters with a meaning in the page's own templates; HTML escaping leaves them alone."""

_MARKER = re.compile(r"\[(\d{1,4}(?:\s?[,;]\s?\d{1,4})*)\]|\ue000(\d+)\ue001")

_NOT_FOR_MODELS = (
    "autolink",
    "code",
    "html_block",
    "html_inline",
    "image",
    "lheading",
    "link",
    "reference",
)


def visible(text: str) -> str:
    """`text` with every character that cannot be seen, or that turns the reading order, made visible."""
    return _UNSEEN.sub("\ufffd", text.replace("\r\n", "\n"))


def plain(text: str) -> str:
    """`text` as HTML that shows exactly its characters, for element content and quoted attributes."""
    return escape(visible(text), quote=True).translate(_TEMPLATE)


def rich(text: str, *, markers: Mapping[int, str], notes: Sequence[tuple[int, str]] = ()) -> str:
    """The model's answer as HTML.

    `[n]` becomes `markers[n]`, our own markup, where n is a key, and stays text elsewhere; each note is
    markup to be put in at an offset of `visible(text)`.
    """
    source = visible(text)
    for number, (offset, _) in sorted(enumerate(notes), key=lambda item: item[1][0], reverse=True):
        source = f"{source[:offset]}\ue000{number}\ue001{source[offset:]}"
    return str(_MARKDOWN.render(source, {"markers": markers, "notes": [markup for _, markup in notes]}))


def _text(_renderer: Any, tokens: Sequence[Any], index: int, _options: Any, env: Mapping[str, Any]) -> str:
    """Render one run of text: escaped, with our markup in place of known markers and notes."""
    content, done, parts = tokens[index].content, 0, []
    for match in _MARKER.finditer(content):
        parts.append(_escaped(content[done : match.start()]))
        parts.append(_ours(match, env))
        done = match.end()
    return "".join([*parts, _escaped(content[done:])])


def _ours(match: re.Match[str], env: Mapping[str, Any]) -> str:
    if match[2] is not None:
        number = int(match[2])
        return str(env["notes"][number]) if number < len(env["notes"]) else ""
    numbers = [int(digits) for digits in re.findall(r"\d+", match[1])]
    if all(number in env["markers"] for number in numbers):
        return "".join(env["markers"][number] for number in numbers)
    return _escaped(match[0])


def _escaped(text: str) -> str:
    return escape(text, quote=True).translate(_TEMPLATE)


def _code(_renderer: Any, tokens: Sequence[Any], index: int, _options: Any, _env: Any) -> str:
    """Code is shown as it is; the notes' characters inside it are dropped."""
    token = tokens[index]
    shown = _escaped(re.sub("\ue000\\d+\ue001", "", token.content))
    return f"<pre><code>{shown}</code></pre>" if token.type == "fence" else f"<code>{shown}</code>"


def _heading(_renderer: Any, tokens: Sequence[Any], index: int, _options: Any, _env: Any) -> str:
    """A heading inside an answer is no heading of the page."""
    return '<p class="gp-heading">' if tokens[index].nesting == 1 else "</p>"


def _markdown() -> MarkdownIt:
    markdown = (
        MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable(_NOT_FOR_MODELS)
    )
    markdown.add_render_rule("text", _text)
    markdown.add_render_rule("code_inline", _code)
    markdown.add_render_rule("fence", _code)
    markdown.add_render_rule("heading_open", _heading)
    markdown.add_render_rule("heading_close", _heading)
    return markdown


_MARKDOWN = _markdown()
