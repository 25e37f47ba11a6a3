"""Deterministic normalisation of block text, the same for every format.

What a reader cannot see is removed, line-end hyphenation is joined, and white space is single spaces.
The result is Unicode NFC: superscripts and other compatibility characters keep their meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

PAGE_BREAK = "\x00"
"""Stands between two pieces while a block is normalised; never part of a document's text."""

_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
_REPLACED = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
    "\uf0b7": "•",
    "\uf0a7": "•",
    "\uf06e": "■",
    "\uf06f": "☐",
    "\uf0a8": "☐",
    "\uf071": "☐",
    "\uf0fc": "✓",
    "\uf0fe": "☑",
    "\uf0d8": "➢",
    "\uf0e0": "→",
    "\uf0f0": "⇨",
    "\uf076": "❖",
    "\uf02d": "-",
    "\u2028": "\n",
    "\u2029": "\n",
    "\x0b": "\n",
    "\x0c": "\n",
    "\x85": "\n",
}
_SUPERSCRIPTS = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
PLAIN_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
"""Takes superscript digits down to the line."""
# Behind the look-behind a long run without spaces is tried once, not from each of its characters.
_LINE_END_HYPHEN = re.compile(r"(?<!\w)(\w+)([-\u2010\u00ad])[ \t]*(\n[\s\x00]*)(\w+)")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LEADERS = re.compile(r"(?:[ \t]?[.…·_]){5,}")
_SPACE = re.compile(r"[\s\x00]+")
_SUSPENDED = frozenset({"and", "or", "to", "und", "oder", "et", "ou", "y", "o", "e"})


def superscript(text: str) -> str:
    """A raised note mark or exponent as superscript characters ("[12]" as "¹²"); other text as it is.

    Without this "in 2022" with note 5 would read "in 20225", which is a wrong number.
    """
    bare = text.strip().strip("[]()").strip()
    if bare and re.fullmatch(r"[-+]?\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*", bare):
        return bare.translate(_SUPERSCRIPTS)
    return text


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """How often each word, and each hyphenated compound, stands whole inside a line of the document."""
    counts: Counter[str] = Counter()
    for text in texts:
        broken = False
        for line in text.split("\n"):
            words = [match.group().lower().replace("\u2010", "-") for match in _WORD.finditer(line)]
            if broken and words:
                del words[0]
            broken = line.rstrip().endswith(("-", "\u2010", "\u00ad"))
            if broken and words:
                words.pop()
            counts.update(words)
    return counts


def clean(text: str) -> str:
    """NFC without control, format (zero-width, tag, bidi) and variation characters; keeps newlines."""
    if text.isascii():
        return "".join(char if " " <= char < "\x7f" else _control(char) for char in text)
    return unicodedata.normalize("NFC", "".join(_cleaned(char) for char in text))


def normalise(text: str, words: Counter[str]) -> str:
    """One line of text; `PAGE_BREAK`s survive, each before the first character of its page.

    `words` is the document's `vocabulary`, which decides whether a hyphen at a line's end belongs to
    the word.
    """
    joined = _LINE_END_HYPHEN.sub(lambda match: _join(match, words), text)
    parts = [clean(part) for part in joined.split(PAGE_BREAK)]
    one_line = _LEADERS.sub(" … ", PAGE_BREAK.join(parts))
    return _SPACE.sub(_gap, one_line).strip(" ")


def _gap(match: re.Match[str]) -> str:
    gap = match.group()
    breaks = gap.count(PAGE_BREAK)
    return PAGE_BREAK * breaks if breaks == len(gap) else " " + PAGE_BREAK * breaks


def _control(char: str) -> str:
    return char if char in "\n\t" else _REPLACED.get(char, " " if char == "\r" else "")


def _cleaned(char: str) -> str:
    if char in _REPLACED:
        return _REPLACED[char]
    code = ord(char)
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or char == "\u034f":
        return ""
    category = unicodedata.category(char)
    if category == "Cc":
        return _control(char)
    if category == "Cf":
        return char if char in _VISIBLE_FORMAT else ""
    if category == "Cs" or code & 0xFFFE == 0xFFFE:
        return ""
    return " " if category in ("Zs", "Zl", "Zp") else char


def _join(match: re.Match[str], words: Counter[str]) -> str:
    """Whether "risk-<newline>based" is "risk-based" or "riskbased", by the rest of the document."""
    left, hyphen, gap, right = match.groups()
    breaks = PAGE_BREAK * gap.count(PAGE_BREAK)
    if right.lower() in _SUSPENDED and hyphen != "\u00ad":
        return f"{left}- {breaks}{right}"
    if hyphen == "\u00ad":
        return left + breaks + right
    whole, compound = words[(left + right).lower()], words[f"{left}-{right}".lower()]
    if whole != compound:
        keep = compound > whole
    elif not right[0].islower() or not left[-1].isalpha():
        keep = True
    else:
        keep = words[left.lower()] > 0 and words[right.lower()] > 0
    return left + ("-" if keep else "") + breaks + right
