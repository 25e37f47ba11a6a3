"""What of a text a printed paper can show: the paper's font has the letters of Latin alphabets."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from reportlab.pdfbase import pdfmetrics

from eval.corpus.pdf_pieces import FACES, register_fonts

MISSING = "¤"
"""Stands for a character that the font lacks."""

_ALIKE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2043", "-"),
    "\u2015": "—",
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    **dict.fromkeys(
        "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
    **dict(zip("ȘșȚț", "ŞşŢţ", strict=True)),
    "\u03a9": "\u2126",
    "\u0394": "\u2206",
    "\u03bc": "µ",
}
"""Characters for which another looks the same; invisible ones are left out."""
_SQUEEZED = re.compile(r"\s+")
_LINE_END_HYPHEN = re.compile("[\x02\ufffe]")


def printable(text: str) -> str:
    """`text` in characters of the font, and in raised and lowered ones drawn with it; newlines stay."""
    return "".join(map(_shown, unicodedata.normalize("NFC", text)))


def drawn(letter: str) -> tuple[str, str]:
    """How a printable letter is drawn: as "super" or "sub" of a sign of the font, or ("", itself)."""
    if letter.isascii() or ord(letter) in _known():
        return "", letter
    kind, _, base = unicodedata.decomposition(letter).partition(" ")
    sign = chr(int(base, 16)) if kind in ("<super>", "<sub>") and " " not in base else ""
    return (kind.strip("<>"), sign) if sign and ord(sign) in _known() else ("", letter)


def _shown(letter: str) -> str:
    if letter.isspace() and letter != "\n":
        return " "
    alike = _ALIKE.get(letter, letter)
    if not alike or alike == "\n" or ord(alike) in _known() or drawn(alike)[0]:
        return alike
    return MISSING


@cache
def _known() -> frozenset[int]:
    register_fonts()
    return frozenset(pdfmetrics.getFont(FACES[0]).face.charToGlyph)


def squeezed(text: str) -> str:
    """`text` without what a line break adds or takes away: compared so, print and text can be told equal."""
    folded = unicodedata.normalize("NFKC", _LINE_END_HYPHEN.sub("-", text))
    return _SQUEEZED.sub("", folded)
