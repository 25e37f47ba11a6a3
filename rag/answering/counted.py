"""What a question wants counted: "How many comments came in?" asks for a number of comments.

Small models answer such a question with any number that a passage holds. It does stand in the quote, so that
no check of the claim alone sees it; here a quote must count what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.checks.numbers import find_quantities
from rag.checks.words import listed, stem, words

_THING = re.compile(r"\bhow\s+many\s+(?:[\w’'-]+\s+){0,3}?(?P<thing>[\w’'-]*[^\Ws]s)\b", re.IGNORECASE)
"""The first plural behind "how many", few words on: "potentially deadly molecules"."""
_OUT_OF = re.compile(r"\bhow\s+many\s+of\b", re.IGNORECASE)
_BETWEEN = 5
"""The most words from a number to what it counts: "19 of the public comments"."""
_BROKEN = re.compile(r"[.;!?](?:\s|$)")
_CELLS = " | "
_VAGUE = re.compile(r"\b(?:tens|dozens|hundreds|thousands|millions|billions)\b", re.IGNORECASE)
_ANY_WORD = frozenset(listed("categories classes forms kinds persons points reasons sorts things types ways"))
"""Things that a document is likely to call something else."""


def counted_in(question: str) -> str:
    """What the question wants counted, as a stem; "" where nothing can be said of it.

    That is where it asks for no number, for a number out of several ("how many of them"), or in such general
    words that a document will have others.
    """
    asked = _THING.search(question)
    if not asked or _OUT_OF.search(question) or asked["thing"].lower() in _ANY_WORD:
        return ""
    return stem(asked["thing"])


def gives_number(thing: str, quotes: Sequence[str]) -> bool:
    """Whether a quote counts the thing, or is a row of a table, which does not say what its numbers count."""
    return any(_CELLS in quote or _counts(thing, quote) for quote in quotes)


def _counts(thing: str, quote: str) -> bool:
    numbers = [(number.start, number.end) for number in find_quantities(quote) if not number.ref]
    numbers += [match.span() for match in _VAGUE.finditer(quote)]
    return any(
        _near(quote[end : word.start]) if end <= word.start else _near(quote[word.end : start])
        for start, end in numbers
        for word in words(quote)
        if word.stem == thing
    )


def _near(between: str) -> bool:
    return len(words(between)) < _BETWEEN and not _BROKEN.search(between)
