"""Running headers and footers: found by repetition, removed from the text, read for page labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.load.pdf.glyphs import Fragment, PageGlyphs
from rag.load.pdf.lines import Line, to_lines

_MARGIN = 0.2
"""The share of a page's height, at top and bottom, in which headers and footers stand."""
_MAX_LINES = 4
_REPEATED = 3
_NUMBER = re.compile(r"\d+")
_ROMAN_ALONE = re.compile(r"([\W_]*(?:page|p\.)?[\W_]*)[ivxlc]{1,7}([\W_]*)", re.IGNORECASE)
_ROMAN = re.compile(r"\b[ivxlc]{1,7}\b|\b[IVXLC]{1,7}\b")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(slots=True, kw_only=True)
class _Margins:
    """The lines at the top and at the bottom of a page, each from the edge inwards."""

    top: list[Line]
    bottom: list[Line]


def remove_furniture(pages: Sequence[PageGlyphs]) -> list[list[str]]:
    """Takes headers and footers out of `pages`, in place; returns what each page lost.

    A line is furniture when its text, digits masked, stands in the same margin of at least 3 pages
    (2 of a file with 2 pages), and every line between it and the edge of the page is furniture too.
    Nothing is removed where that would leave most pages empty: then it is the text.
    """
    margins = [_margins(page) for page in pages]
    counts: Counter[tuple[str, str]] = Counter()
    for margin in margins:
        counts.update({("top", masked(line.text)) for line in margin.top})
        counts.update({("bottom", masked(line.text)) for line in margin.bottom})
    removed: list[list[str]] = []
    known: set[str] = set()
    rests: list[list[Fragment]] = []
    for page, margin in zip(pages, margins, strict=True):
        gone = _repeated(margin.top, "top", counts, pages) + _repeated(margin.bottom, "bottom", counts, pages)
        known.update(masked(cell) for line in gone for cell in line.cells)
        removed.append([line.text for line in gone])
        rests.append([item for item in page.fragments if not any(_on(item, line) for line in gone)])
    emptied = sum(bool(page.fragments) and not rest for page, rest in zip(pages, rests, strict=True))
    if emptied > 0.5 * len(pages):
        return [[] for _ in pages]
    for page, rest in zip(pages, rests, strict=True):
        page.fragments = rest
    for page, texts in zip(pages, removed, strict=True):
        texts += [piece.text for piece in page.stray if masked(piece.text) in known]
        page.stray = [piece for piece in page.stray if masked(piece.text) not in known]
    return removed


def masked(text: str) -> str:
    """`text` with every number as "#", so that page numbers do not hide a repetition."""
    roman = _ROMAN_ALONE.fullmatch(text)
    if roman:
        text = f"{roman.group(1)}#{roman.group(2)}"
    return " ".join(_NUMBER.sub("#", text).split())


def printed_labels(removed: Sequence[Sequence[str]]) -> tuple[str | None, ...]:
    """The page number printed on each page, where the numbers run on with the pages."""
    labels: list[str | None] = [None] * len(removed)
    votes: Counter[tuple[bool, int]] = Counter()
    candidates = [_numbers(texts) for texts in removed]
    for index, numbers in enumerate(candidates):
        votes.update({(roman, value - index) for roman, value in numbers})
    for (roman, shift), count in reversed(votes.most_common()):
        if count < max(2, 0.2 * len(removed)) and not (roman and count >= 2):
            continue
        for index, numbers in enumerate(candidates):
            if (roman, index + shift) in numbers:
                labels[index] = numbers[(roman, index + shift)]
    return tuple(labels)


def _margins(page: PageGlyphs) -> _Margins:
    low, high = _MARGIN * page.height, (1 - _MARGIN) * page.height
    outer: list[Fragment] = [item for item in page.fragments if item.y < low or item.y > high]
    lines = to_lines(outer)
    return _Margins(
        top=[line for line in lines if line.y > high][:_MAX_LINES],
        bottom=[line for line in reversed(lines) if line.y < low][:_MAX_LINES],
    )


def _repeated(
    lines: list[Line], zone: str, counts: Counter[tuple[str, str]], pages: Sequence[PageGlyphs]
) -> list[Line]:
    needed = _REPEATED if len(pages) > 2 else 2
    gone: list[Line] = []
    for line in lines:
        mask = masked(line.text)
        lone_number = mask.strip(" -–—|.") in ("#", "Page #", "page #") and len(pages) > 1
        if counts[(zone, mask)] < needed and not (lone_number and not gone):
            break
        gone.append(line)
    return gone


def _on(item: Fragment, line: Line) -> bool:
    return line.x0 - 1 <= item.x0 <= line.x1 + 1 and abs(item.y - line.y) < 0.7 * line.size


def _numbers(texts: Sequence[str]) -> dict[tuple[bool, int], str]:
    """(whether Roman, value) of every number in the lines removed from one page, with its spelling."""
    found: dict[tuple[bool, int], str] = {}
    for text in texts:
        for match in re.finditer(r"(?<![\d.,/-])\d{1,4}(?![\d,/]|\.\d)", text):
            found.setdefault((False, int(match.group())), match.group())
        for match in _ROMAN.finditer(text):
            found.setdefault((True, _roman_value(match.group().lower())), match.group())
    return found


def _roman_value(numeral: str) -> int:
    total = 0
    for char, following in zip(numeral, numeral[1:] + " ", strict=True):
        value = _ROMAN_VALUES[char]
        total += -value if value < _ROMAN_VALUES.get(following, 0) else value
    return total
