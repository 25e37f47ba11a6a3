"""Does the claim deny what its quotes affirm, or affirm what they deny?

Clauses are aligned by shared words and compared word by word; then words are looked for whose opposite
("allow", "prohibit") stands in the quotes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import shorten

from rag.checks.denial import WITH_ROW, Clause, read
from rag.checks.finding import Finding, Kind
from rag.checks.words import clauses, nearest

_STARTS_WHEN = re.compile(r"\b(?:when|once|after|only|if|as soon as)\b", re.I)
_WAITS = re.compile(r"\b(?:until|unless|before)\b", re.I)


def check_polarity(claim: str, sentences: Sequence[str]) -> list[Finding]:
    """Claim clauses whose best match in the quotes has the opposite polarity."""
    pairs = [
        (read(piece), read(sentence)) for sentence in sentences for piece in (*clauses(sentence), sentence)
    ]
    whole = read(claim)
    for piece in dict.fromkeys((*clauses(claim), claim)):
        clause = read(piece)
        match = _best(clause, [pair for pair in pairs if piece != claim or pair[0].text == pair[1].text])
        if match is None:
            continue
        quote, sentence = match
        if _denied(clause, quote) and not _explained(clause, whole, sentence):
            return [_finding(piece, quote.text)]
    opposite = _opposite(claim, sentences)
    return [opposite] if opposite else []


def _best(clause: Clause, pairs: Sequence[tuple[Clause, Clause]]) -> tuple[Clause, Clause] | None:
    """The clause (and its sentence) that shares most words; of equals the one that agrees best."""
    best = max((len(clause.signs.keys() & quote.signs.keys()) for quote, _ in pairs), default=0)
    if best < 2 or best / len(clause.signs) < 0.4:
        return None
    near = [pair for pair in pairs if len(clause.signs.keys() & pair[0].signs.keys()) >= max(1, best - 1)]
    return min(near, key=lambda pair: _balance(clause, pair[0]))


def _balance(one: Clause, other: Clause) -> int:
    """Words that the two clauses judge differently, less those that both deny."""
    common = one.signs.keys() & other.signs.keys()
    products = [one.signs[word] * other.signs[word] for word in common]
    both = sum(one.signs[word] == other.signs[word] == -1 for word in common)
    return products.count(-1) - both


def _denied(one: Clause, other: Clause) -> bool:
    if one.denials % 2 == other.denials % 2 or _balance(one, other) <= 0:
        return False
    return bool(one.heads & other.signs.keys() or other.heads & one.signs.keys())


def _explained(clause: Clause, whole: Clause, sentence: Clause) -> bool:
    """Whether the side without a negator denies in other words ("outside", "exempt", "only")."""
    if whole.denials and whole.denials == sentence.denials:
        return True
    if _WAITS.search(sentence.text) and _STARTS_WHEN.search(whole.text):
        return True  # "not until" is "when"
    return bool(sentence.soft - whole.soft if clause.denials else whole.soft - sentence.soft)


def _opposite(claim: str, sentences: Sequence[str]) -> Finding | None:
    """A word whose opposite, and never itself, stands in the quote sentences closest to the claim."""
    mine = read(claim)
    near = nearest(claim, sentences)
    for row, signs in mine.opposites.items():
        theirs = [(text, read(text)) for text in near if row in read(text).opposites]
        if any(mine.denials and quote.denials for _, quote in theirs):
            continue
        if row != WITH_ROW and any("only" in quote.soft ^ mine.soft for _, quote in theirs):
            continue
        if theirs and not any(signs & quote.opposites[row] for _, quote in theirs):
            text, quote = theirs[0]
            if len(mine.signs.keys() & quote.signs.keys()) >= 2:
                return _finding(mine.surface[row], text)
    return None


def _finding(text: str, quote: str) -> Finding:
    message = f"The quotes say the opposite of “{text}”: “{shorten(quote, 200)}”."
    return Finding(kind=Kind.NEGATION, message=message, text=text)
