"""Puts back spaces that a word processor squeezed out between two text objects.

Some writers place runs of words as objects of their own, a hair apart or without any gap
("employeeson"). Where two objects meet inside what looks like one word, the rest of the document
decides which it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rag.load.pdf.glyphs import Fragment, PageGlyphs

_WORD = re.compile(r"[^\W\d_]+")
_LEFT = re.compile(r"[^\W\d_]+$")
_AFTER_STOP = re.compile(r"[a-z]{2}[.!?]$")
_AFTER_COMMA = re.compile(r"[a-z][,;:]$")


def restore_spaces(pages: Iterable[PageGlyphs]) -> None:
    """Corrects the fragments of all pages in place."""
    fragments = [item for page in pages for item in page.fragments]
    words = Counter(match.group().lower() for item in fragments for match in _sure_words(item))
    for item in fragments:
        if item.joints:
            item.text = _spaced(item, words)
            item.joints.clear()


def _sure_words(item: Fragment) -> list[re.Match[str]]:
    """The words of a fragment inside which no two objects meet."""
    return [
        match
        for match in _WORD.finditer(item.text)
        if not any(match.start() < joint.at < match.end() for joint in item.joints)
    ]


def _spaced(item: Fragment, words: Counter[str]) -> str:
    parts: list[str] = []
    start = 0
    for joint in item.joints:
        if _is_space(item.text[: joint.at], item.text[joint.at :], words, gap=joint.gap):
            parts.append(item.text[start : joint.at])
            start = joint.at
    return " ".join([*parts, item.text[start:]])


def _is_space(before: str, after: str, words: Counter[str], *, gap: bool) -> bool:
    """Without a gap both halves must be words of the document, and the whole none; with one, unless the
    whole is the commoner word or a half is a lone letter."""
    left, right = _LEFT.search(before[-40:]), _WORD.match(after[:40])
    if right is None:
        return gap and after[:1].isalnum()
    if left is None:
        stop = _AFTER_STOP.search(before) is not None and after[0].isupper()
        return gap or stop or _AFTER_COMMA.search(before) is not None
    one, other = left.group().lower(), right.group().lower()
    whole = words[one + other]
    if not gap:
        return whole == 0 and words[one] > 0 and words[other] > 0
    lone = min(len(one), len(other)) == 1 and "a" not in (one, other) and left.group() != "I"
    return not lone and whole <= min(words[one], words[other])
