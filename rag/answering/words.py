"""Content words, lightly stemmed: what a question and a sentence have in common."""

from __future__ import annotations

import re
from functools import cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ENDINGS = ("ations", "ation", "ingly", "ments", "ment", "ities", "ity", "ings", "ing", "ies", "ied", "ers")
_SHORT_ENDINGS = ("er", "ed", "es", "ly", "s", "e", "y")
_STOP_WORDS = """
a about after all also an and any are as at be because been before being between both but by can could
did do does doing during each for from further had has have having he her here hers him his how i if in
into is it its itself let me more most my no nor not of off on once only or other our out over own same
say says said she should so some such tell than that the their them then there these they this those
through to too under until up us very was we were what when where which while who whom whose why will
with would you your according document documents passage passages please give explain describe mean
exactly there's it's what's much many
"""
_STOP = frozenset(_STOP_WORDS.split())


@cache
def stem(word: str) -> str:
    """A word without its commonest English endings: enough to match "regulates" with "regulation"."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    for ending in (*_ENDINGS, *_SHORT_ENDINGS):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def content_words(text: str) -> tuple[str, ...]:
    """The stems of a text's words in order, without function words."""
    return tuple(stem(word) for word in _WORD.findall(text) if word.lower() not in _STOP)
