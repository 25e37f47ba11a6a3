"""Questions of how many: is there a number in the quotes that could be the answer?

Small models answer such a question with any number that a passage holds. It does stand in the quote, so that
no check of the claim alone sees it. What a number counts cannot be told for certain ("nations" are
countries), so only those numbers are set aside that visibly are something else: shares, amounts of money,
times, numbers of articles and orders.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.checks.dates import find_dates
from rag.checks.numbers import Quantity, find_quantities

_ASKS = re.compile(r"\bhow\s+many\s+(?!of\b)(?P<thing>[^?.;]*)", re.IGNORECASE)
_TIMES = frozenset(["minute", "hour", "day", "week", "month", "year", "decade"])
_IN_WORDS = re.compile(
    r"\b(?:no|none|nobody|neither|all|every|single|sole|couple|pair|handful|several|majority|tens|dozens|hundreds|"
    r"thousands|millions|billions|once|twice|doubl\w+|tripl\w+)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\b[A-Z]\w+(?:, (?:the )?[A-Z][\w ]*)+,? (?:and|or) (?:the )?[A-Z]|:\s*$|[^|]\|[^|]")
"""Names in a row, what introduces a list, or the cells of a table: they can be counted."""
_YEAR_OF_SOMETHING = re.compile(
    r"(?<!\bin )(?<!\bof )(?<!\bby )(?<!since )(?<!from )(?<!until )(?<!\d )\b(?:1\d|20)\d\d (?=[a-z])"
)
"""Looks like a year and counts something: "2000 comments came in"."""
_ORDINAL = re.compile(
    r"\d(?:st|nd|rd|th)$|^(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)$", re.I
)
_OF = re.compile(r"\s+of\b")
_JOINED_BEFORE = re.compile(r"(?:[-^/(#§]|\b[A-Z]{2,}|[^.!?:]\s[A-Z][\w.]*)\s?$")
"""What makes a number part of a name: "M-13-13", "Executive Order 14110"."""
_JOINED_BEHIND = re.compile(r"[\^)]|\.\s+[A-Z]")


def lacks_number(question: str, quotes: Sequence[str]) -> bool:
    """Whether the question wants something counted, and nothing in the quotes can be the number.

    "How many of them" is left alone: the one who asks knows the number of all, and a document may name them.
    """
    asked = _ASKS.search(question)
    if not asked:
        return False
    wanted = next((quantity.unit for quantity in find_quantities(f"2 {asked['thing']}")), "")
    return not any(_may_count(quote, wanted) for quote in quotes)


def _may_count(quote: str, wanted: str) -> bool:
    if _IN_WORDS.search(quote) or _LISTED.search(quote) or _YEAR_OF_SOMETHING.search(quote):
        return True
    if wanted in _TIMES and find_dates(quote):
        return True
    return any(_may_be(number, quote, wanted) for number in find_quantities(quote))


def _may_be(number: Quantity, quote: str, wanted: str) -> bool:
    before, behind = quote[: number.start], quote[number.end :]
    if number.ref or _ORDINAL.search(number.text) or (number.text.lower() == "one" and _OF.match(behind)):
        return False
    if _JOINED_BEFORE.search(before) or _JOINED_BEHIND.match(behind):
        return False
    return number.unit in ("", "part", "times", wanted) or {number.unit, wanted} <= _TIMES
