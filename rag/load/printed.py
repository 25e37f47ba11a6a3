"""From the characters of a page to the offsets of the text that was made of them.

The layout pass only puts characters in order; what it and normalising do besides is small and known: spaces
and cell bars are put in, hyphens at line ends, dot leaders and what cannot be seen are taken out, ligatures
are spelled out, and raised digits become superscript. So the text and the characters it was made of can be
walked through side by side, and every letter finds its own.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from rag.load.normalise import clean
from rag.places import Places

_DASHES = str.maketrans("\u2010\u2011\u2212", "---")
_PUT_IN = "|"
"""What stands between the cells of a row; it is printed nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """Characters of one page in the order of a text, blanks left out; `at[n]` is PDFium's number of
    `chars[n]`."""

    chars: str = ""
    at: array[int] = field(default_factory=lambda: array("I"))


def joined(parts: Iterable[Printed]) -> Printed:
    """The characters of all parts, one after the other."""
    chars, at = [], array("I")
    for part in parts:
        chars.append(part.chars)
        at += part.at
    return Printed(chars="".join(chars), at=at)


def aligned(text: str, printed: Printed) -> Iterator[tuple[int, int]]:
    """(offset in `text`, PDFium's number) of each character of `text` that is among those `printed`."""
    source = [
        (symbol, number)
        for char, number in zip(printed.chars, printed.at, strict=True)
        for symbol in symbols(char)
    ]
    next_up = 0
    for offset, char in enumerate(text):
        place = None
        for symbol in symbols(char):
            if symbol != _PUT_IN:
                while next_up < len(source) and source[next_up][0] != symbol and _may_go(source[next_up][0]):
                    next_up += 1
            if next_up < len(source) and source[next_up][0] == symbol:
                place = source[next_up][1] if place is None else place
                next_up += 1
        if place is not None:
            yield offset, place


@lru_cache(maxsize=4096)
def symbols(char: str) -> str:
    """The bare letters, digits and signs of a character, however it is written; "" for blanks."""
    bare = unicodedata.normalize("NFKD", clean(char)).translate(_DASHES)
    return "".join(part for part in bare if not part.isspace() and unicodedata.category(part) != "Mn")


def _may_go(symbol: str) -> bool:
    """Whether a printed character may be missing from the text: a letter or digit never is."""
    return not symbol.isalnum()


class PlacesBuilder:
    """Puts characters together to runs; a blank of the text goes along where the page has one, too."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, int, int]] = []

    def add(self, start: int, text: str, printed: Printed) -> None:
        """`text` stands at offset `start`, whole on one page; `printed` is what it was made of."""
        fresh = True
        for offset, number in aligned(text, printed):
            if not fresh and self._goes_on(text, start, offset, number):
                begin, first, _ = self._runs[-1]
                self._runs[-1] = (begin, first, start + offset + 1 - begin)
            else:
                self._runs.append((start + offset, number, 1))
            fresh = False

    def _goes_on(self, text: str, start: int, offset: int, number: int) -> bool:
        begin, first, count = self._runs[-1]
        between = text[begin + count - start : offset]
        return number - first == start + offset - begin and (not between or between.isspace())

    def places(self) -> Places:
        """All that was added."""
        starts, firsts, counts = zip(*self._runs, strict=True) if self._runs else ((), (), ())
        return Places(starts=starts, firsts=firsts, counts=counts)
