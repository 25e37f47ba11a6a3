"""Text against text: what counts as the same words, and where a quote stands in a document.

Two strengths. *Finding* a quote keeps every word and its case and forgives only what typesetting changes:
white space, typographic quotes and dashes, ligatures, soft hyphens. *Matching* an answer also forgives case,
articles, thousands separators and number words up to twelve, and compares whole words: "6" is not in "16".

What matching cannot see is meaning: "not binding" contains "binding". Write gold answers that nobody who is
wrong would say.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_SIGNS = {
    **dict.fromkeys("‘’‚‛′ʼ´`", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys(_INVISIBLE, ""),
}
_TABLE = str.maketrans(_SIGNS)
_SPELLED = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {word: str(value) for value, word in enumerate(_SPELLED.split())}
# All that folding changes: anything but ASCII, and any white space but a single blank.
_ODD = re.compile(rf"[\s{_INVISIBLE}]{{2,}}|[^\S ]|[^\x00-\x7f]|`")
_MARKER = re.compile(r"\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\](?!\()")
# Before NFKC, which turns the narrow spaces that part thousands into plain ones.
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:([,' \u00a0\u2009\u202f])\d{3})(?:\1\d{3})*(?!\d)")
_ARTICLE = re.compile(r"(?<!\S)(?:an?(?=\s)|(?:[Tt]he|THE)(?=\s|$))|(?:^|(?<=[.!?:]\s))An?(?=\s)")
_PER_CENT = re.compile(r"\bper\s?cent\b")
_TOKEN = re.compile(r"\d+(?:\.\d+)*(?:st|nd|rd|th)?\b|[^\W_]+(?:'[^\W_]+)*|[%$€£§]")


def plain_signs(text: str) -> str:
    """`text` with typewriter quotes, apostrophes and dashes, and without invisible characters."""
    return text.translate(_TABLE)


def without_markers(text: str) -> str:
    """`text` without citation markers ("[1]", "[2, 3]"); links in Markdown stay."""
    return _MARKER.sub(" ", text)


@lru_cache(maxsize=8192)
def match_tokens(text: str) -> tuple[str, ...]:
    """The words of `text` as they are matched: folded, without articles and possessive endings."""
    text = _THOUSANDS.sub(lambda match: match[0].replace(match[1], ""), plain_signs(text))
    text = _ARTICLE.sub(" ", unicodedata.normalize("NFKC", text).strip())
    text = _PER_CENT.sub("%", text.casefold())
    return tuple(_NUMBER_WORDS.get(word, word) for word in map(_bare, _TOKEN.findall(text)))


def _bare(word: str) -> str:
    return word.removesuffix("'s")


def contains(text: str, wanted: str) -> bool:
    """Whether the words of `wanted` stand in `text` in one piece; never for a `wanted` without words."""
    needle, hay = match_tokens(wanted), match_tokens(text)
    if not needle:
        return False
    size = len(needle)
    return any(hay[at] == needle[0] and hay[at : at + size] == needle for at in range(len(hay) - size + 1))


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text as quotes are looked for in it; `origin[i]` is where character `i` stood before."""

    text: str
    origin: NDArray[np.int32]


@lru_cache(maxsize=256)
def _fold(text: str) -> _Folded:
    pieces: list[str] = []
    origins: list[NDArray[np.int32]] = []
    at = 0
    for odd in _ODD.finditer(text):
        folded = _folded(odd[0])
        pieces += (text[at : odd.start()], folded)
        origins += (np.arange(at, odd.start(), dtype=np.int32), np.full(len(folded), odd.start(), np.int32))
        at = odd.end()
    origins.append(np.arange(at, len(text), dtype=np.int32))
    return _Folded("".join((*pieces, text[at:])), np.concatenate(origins))


def _folded(odd: str) -> str:
    """What stands for a sign, or for a run of white space and invisible characters."""
    if any(character.isspace() for character in odd):
        return " "
    return "".join(_SIGNS.get(character, unicodedata.normalize("NFKC", character)) for character in odd)


def find_quote(text: str, quote: str) -> tuple[tuple[int, int], ...]:
    """Every place of `quote` in `text`, as half-open ranges of `text`; none for a quote without words.

    Character for character where it stands so, else with white space and typographic signs forgiven.
    """
    quote = quote.strip()
    if not any(character.isalnum() for character in quote):
        return ()
    exact = _places(text, quote)
    if exact:
        return tuple((at, at + len(quote)) for at in exact)
    folded, needle = _fold(text), _fold(quote).text.strip()
    return tuple(
        (int(folded.origin[at]), int(folded.origin[at + len(needle) - 1]) + 1)
        for at in _places(folded.text, needle)
    )


def _places(text: str, needle: str) -> list[int]:
    places = []
    at = text.find(needle)
    while at >= 0:
        places.append(at)
        at = text.find(needle, at + len(needle))
    return places
