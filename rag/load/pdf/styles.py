"""The document's type: body size, and which lines are headings of which level."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rag.load.pdf.glyphs import PageGlyphs
from rag.load.pdf.lines import Line

_LARGER = 1.08
_LONGEST_HEADING = 160
_LONGEST_BOLD = 110
_MAX_LEVEL = 6


class Styles:
    """Body size and heading levels of one document.

    A heading is named by the file's outline, or is larger than the body, or is bold and short. Levels
    follow the outline where it names the line, else the rank of the size.
    """

    def __init__(self, body: float, sizes: Sequence[float], outline: Mapping[int, Mapping[str, int]]) -> None:
        self.body = body
        self._ranks = {size: rank for rank, size in enumerate(sizes, start=1)}
        self._outline = outline
        self._titles = {title: level for titles in outline.values() for title, level in titles.items()}

    def heading_level(self, line: Line, page: int) -> int:
        """1 to 6, or 0 for a line that is no heading."""
        text = line.text.strip()
        if len(line.cells) > 1 and line.cells[-1].isdecimal():
            return 0  # a line of a table of contents
        named = self._outline_level(text, page)
        if named and (line.bold or line.size > 1.02 * self.body):
            return named
        if not _may_head(line, text):
            return 0
        larger = line.size > _LARGER * self.body
        if not larger and not (line.bold and line.size > 0.95 * self.body and _stands_out(text)):
            return 0
        return self._rank(line.size)

    def _rank(self, size: float) -> int:
        if not self._ranks:
            return 1
        nearest = min(self._ranks, key=lambda known: abs(known - size))
        return min(_MAX_LEVEL, self._ranks[nearest])

    def _outline_level(self, text: str, page: int) -> int:
        key = letters(text)
        if len(key) < 4:
            return 0
        if key in self._titles:
            return self._titles[key]
        for title, level in self._outline.get(page, {}).items():
            numbered = key.endswith(title) and len(key) <= len(title) + 8
            if numbered or (title.startswith(key) and len(key) > 12):
                return level
        return 0


def document_styles(pages: Iterable[PageGlyphs], outline: Mapping[int, Mapping[str, int]]) -> Styles:
    """Measures `pages`, from which headers and footers are gone."""
    characters: Counter[float] = Counter()
    for page in pages:
        for item in page.fragments:
            characters[_rounded(item.size)] += len(item.text)
    if not characters:
        return Styles(10.0, (), outline)
    body = characters.most_common(1)[0][0]
    larger = sorted((size for size in characters if size > _LARGER * body), reverse=True)
    return Styles(body, (*_merged(larger), body), outline)


def letters(text: str) -> str:
    """Only the letters and digits, in lower case: what an outline's title and its heading share."""
    return "".join(char for char in text.lower() if char.isalnum())


def outline_levels(entries: Iterable[tuple[int, int, str]]) -> dict[int, dict[str, int]]:
    """(depth from 0, page number, title) of each outline entry as {page: {letters of the title: level}}."""
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for depth, page, title in entries:
        if len(letters(title)) >= 3:
            found[page][letters(title)] = min(_MAX_LEVEL, depth + 1)
    return dict(found)


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _merged(sizes: Sequence[float]) -> list[float]:
    """Sizes that differ by less than 4 % are one style; at most 5 are told apart."""
    out: list[float] = []
    for size in sizes:
        if not out or size < 0.96 * out[-1]:
            out.append(size)
    return out[-5:] if len(out) > 5 else out


def _may_head(line: Line, text: str) -> bool:
    if not text or len(text) > _LONGEST_HEADING or not any(char.isalpha() for char in text):
        return False
    if re.search(r"(?:\s?\.){5,}", text) or len(line.cells) > 2:
        return False
    return sum(char.isalnum() for char in text) >= 2


def _stands_out(text: str) -> bool:
    """A bold line of body size: short, and no sentence."""
    return len(text) <= _LONGEST_BOLD and not re.search(r"[.,;:](?:\s|$)", text[3:]) and not text[0].islower()
