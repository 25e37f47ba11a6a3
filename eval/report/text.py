"""Text that others wrote, made safe to read: nothing unseen, nothing that turns the reading order, no flood.

Escaping is the template's work (`autoescape`) or `cell`'s, for Markdown; this is about what escaping leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Controls, marks that reorder what is read, letters without a shape, halves of characters."""

_MARKDOWN = re.compile(r"([\\`*_\[\]|<~$&@]|(?<=[a-z]):(?=//)|(?<=www)\.)", re.IGNORECASE)
"""What Markdown and its usual extensions could read as markup, and what begins an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipped:
    """The first characters of a text, and how many were left out."""

    text: str
    left_out: int


def visible(text: str) -> str:
    """`text` with every character that cannot be seen, or that turns the reading order, made visible."""
    return _UNSEEN.sub("\ufffd", text.replace("\r\n", "\n"))


def clip(text: str, limit: int) -> Clipped:
    """At most `limit` characters of `text`, cut between words where there is a word's end near by."""
    if len(text) <= limit:
        return Clipped(text=text, left_out=0)
    end = text.rfind(" ", limit - 40, limit)
    end = end if end > 0 else limit
    return Clipped(text=text[:end], left_out=len(text) - end)


def one_line(text: str, limit: int = 120) -> str:
    """`text` on one line, at most `limit` characters and "…"."""
    clipped = clip(" ".join(visible(text).split()), limit)
    return f"{clipped.text}…" if clipped.left_out else clipped.text


def cell(text: str, limit: int = 120) -> str:
    """`text` for a cell of a Markdown table: one line, nothing in it read as markup."""
    return _MARKDOWN.sub(r"\\\1", one_line(text, limit))
