"""Which stretches of a text a quote covers: the words of the gold evidence that a system quoted, and back.

Compared by words, not by offsets, because a gold quote may be typed with other apostrophes or line breaks
than the document has, and a system that is not ours has no offsets at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_RUN = 4
"""Words in a row that count as shared: fewer turn up by chance ("of the", "in order to")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a text; `shared` where a quote has the same words. Segments joined are the text."""

    text: str
    shared: bool


def segments(text: str, quotes: Iterable[str]) -> tuple[Segment, ...]:
    """`text` cut where it begins or ceases to say the same as one of `quotes`.

    Shared is every run of four words that stands in a quote too, and a whole shorter quote. A text of fewer
    than four words is shared as a whole or not at all.
    """
    words = list(_WORD.finditer(text))
    keys = [_key(word[0]) for word in words]
    covered = _covered(keys, quotes)
    found: list[Segment] = []
    start = position = 0
    while position < len(words):
        if not covered[position]:
            position += 1
            continue
        last = position
        while last + 1 < len(words) and covered[last + 1]:
            last += 1
        begin, end = words[position].start(), words[last].end()
        found += [Segment(text=text[start:begin], shared=False), Segment(text=text[begin:end], shared=True)]
        start, position = end, last + 1
    found.append(Segment(text=text[start:], shared=False))
    return tuple(segment for segment in found if segment.text)


def share(text: str, quotes: Iterable[str]) -> float | None:
    """The share of `text`'s words that `quotes` cover, as `segments` marks them; None for no words."""
    keys = [_key(word[0]) for word in _WORD.finditer(text)]
    return sum(_covered(keys, quotes)) / len(keys) if keys else None


def _covered(keys: Sequence[str], quotes: Iterable[str]) -> list[bool]:
    covered = [False] * len(keys)
    runs: dict[int, set[tuple[str, ...]]] = {}
    for quote in quotes:
        said = [_key(word[0]) for word in _WORD.finditer(quote)]
        length = min(_RUN, len(said), len(keys))
        known = runs.setdefault(length, set())
        known.update(tuple(said[at : at + length]) for at in range(len(said) - length + 1))
    for length, known in runs.items():
        for at in range(len(keys) - length + 1 if length else 0):
            if tuple(keys[at : at + length]) in known:
                covered[at : at + length] = [True] * length
    return covered


def _key(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()
