"""Numbers of a claim against numbers of its quotes: values, units, spelled out or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.checks.dates import find_dates
from rag.checks.finding import Finding, Kind
from rag.checks.words import listed, stem

_ONES = dict(
    zip(
        listed("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
"""),
        range(20),
        strict=True,
    )
)
_TENS = dict(
    zip(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        range(20, 100, 10),
        strict=True,
    )
)
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12, "t": 1e12}
_ORDINALS = listed("""
    first second third fourth fifth sixth seventh eighth ninth tenth
""")
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fourths": 4,
    "fifth": 5,
    "fifths": 5,
    "tenth": 10,
    "tenths": 10,
}
_TIMES = {
    "twice": 2,
    "double": 2,
    "doubled": 2,
    "doubles": 2,
    "doubling": 2,
    "twofold": 2,
    "triple": 3,
    "tripled": 3,
    "tripling": 3,
    "threefold": 3,
    "thrice": 3,
    "quadrupled": 4,
    "tenfold": 10,
}
_TOKEN = re.compile(
    r"(?P<currency>US\$|[$€£]|EUR|USD|GBP)?[ \u00a0]?"
    r"(?P<digits>\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)"
    r"(?:(?P<short>bn|mn|tn|[kKmMbB])\b)?(?P<ordinal>st|nd|rd|th)?|(?P<word>[A-Za-z]+)|(?P<sign>%)"
)
_CURRENCY = {"$": "usd", "US$": "usd", "USD": "usd", "€": "eur", "EUR": "eur", "£": "gbp", "GBP": "gbp"}
_UNITS = {
    "dollar": "usd", "euro": "eur", "pound": "gbp", "cent": "cent", "percent": "%", "percentage": "%",
    "minute": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year",
    "decade": "decade",
}  # fmt: skip
_REFERENCES = {
    "article": "article", "articles": "article", "art": "article", "arts": "article", "section": "section",
    "sections": "section", "sec": "section", "secs": "section", "title": "title", "chapter": "chapter",
    "annex": "annex", "recital": "recital", "page": "page", "table": "table", "figure": "figure",
}  # fmt: skip
_DAYS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 365 / 12,
    "year": 365.0,
    "decade": 3650.0,
}
_ABOUT = re.compile(
    r"(?:about|around|roughly|nearly|almost|approximately|some|circa|close to|estimated)\W*$", re.I
)
_OVER = re.compile(r"(?:over|more than|above|at least|exceed\w*|upwards of)\W*$", re.I)
_UNDER = re.compile(r"(?:under|less than|fewer than|below|up to|nearly|almost|at most)\W*$", re.I)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit ("" for none known); `ref` names what it numbers ("article")."""

    value: float
    unit: str
    ref: str
    noun: str
    text: str
    start: int
    end: int


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text that are not (parts of) dates, in reading order."""
    dates = find_dates(text)
    return tuple(
        quantity
        for quantity in _read(text)
        if not any(quantity.start < date.end and date.start < quantity.end for date in dates)
    )


def _read(text: str) -> Iterator[Quantity]:
    tokens = list(_TOKEN.finditer(text))
    at = 0
    while at < len(tokens):
        parsed = _number(tokens, at)
        if parsed is None:
            at += 1
            continue
        value, after, unit = parsed
        unit, noun, end = _unit(tokens, after, unit)
        before = tokens[at - 1]["word"] if at else None
        ref = _REFERENCES.get(
            (before or "").lower(), "section" if text[: tokens[at].start()].rstrip()[-1:] == "§" else ""
        )
        start = tokens[at].start()
        stop = max(tokens[after - 1].end(), end)
        yield Quantity(value, unit, ref, noun, text[start:stop].strip(), start, stop)
        at = after


def _number(tokens: Sequence[re.Match[str]], at: int) -> tuple[float, int, str] | None:
    """Value, index after it and unit of the number that begins at token `at`."""
    token = tokens[at]
    word = (token["word"] or "").lower()
    if token["digits"]:
        value = float(re.sub(r"[,\s\u00a0\u202f]", "", token["digits"]))
        if token["short"]:
            value *= _SHORT_SCALES[token["short"].lower()]
        return *_scaled(tokens, at + 1, value), _CURRENCY.get(token["currency"] or "", "")
    if word in _ONES or word in _TENS:
        return _spelled(tokens, at)
    if word in ("a", "an") and at + 1 < len(tokens):
        following = (tokens[at + 1]["word"] or "").lower()
        if following in ("third", "quarter", "fifth", "tenth"):
            return 1 / _PARTS[following], at + 2, "part"
        if following in _SCALES:
            return *_scaled(tokens, at + 1, 1.0), ""
        if following in _UNITS and following not in ("percent", "percentage", "pound"):
            half = _and_a_half(tokens, at + 2)
            return 1 + half, at + (5 if half else 2), _UNITS[following]
        return None
    if word in _SCALES:
        return _SCALES[word], at + 1, ""
    if word in ("half", "halves"):
        if _follows(tokens, at, "a", "an") and _follows(tokens, at + 1, *_UNITS):
            return 0.5, at + 2, ""
        return 0.5, at + 1, "part"
    if word in ("dozen", "dozens"):
        return 12.0, at + 1, ""
    if word in _TIMES:
        return float(_TIMES[word]), at + 1, "times"
    if word in _ORDINALS and not _follows(tokens, at, "party", "parties", "country", "countries"):
        return float(_ORDINALS.index(word) + 1), at + 1, ""
    return None


def _spelled(tokens: Sequence[re.Match[str]], at: int) -> tuple[float, int, str]:
    value = 0.0
    first = at
    while at < len(tokens):
        word = (tokens[at]["word"] or "").lower()
        if word in _TENS and value % 100 == 0:
            value += _TENS[word]
        elif word in _ONES and (at == first or (value % 10 == 0 and value)):
            value += _ONES[word]
        elif word in _PARTS and word not in ("half", "halves") and value:
            return value / _PARTS[word], at + 1, "part"
        elif word == "hundred":
            value = (value or 1) * 100
        elif not (word == "and" and value >= 100 and _follows(tokens, at, *_ONES, *_TENS)):
            break
        at += 1
    if half := _and_a_half(tokens, at):
        return value + half, at + 3, ""
    return *_scaled(tokens, at, value), ""


def _and_a_half(tokens: Sequence[re.Match[str]], at: int) -> float:
    """0.5 where "and a half" stands at token `at`, else 0.0."""
    read = [(token["word"] or "").lower() for token in tokens[at : at + 3]]
    return 0.5 if read == ["and", "a", "half"] else 0.0


def _scaled(tokens: Sequence[re.Match[str]], at: int, value: float) -> tuple[float, int]:
    if at < len(tokens) and (scale := _SCALES.get((tokens[at]["word"] or "").lower())):
        return value * scale, at + 1
    return value, at


def _follows(tokens: Sequence[re.Match[str]], at: int, *wanted: str) -> bool:
    return at + 1 < len(tokens) and (tokens[at + 1]["word"] or "").lower() in wanted


def _unit(tokens: Sequence[re.Match[str]], at: int, unit: str) -> tuple[str, str, int]:
    """Unit, the noun that follows, and where the unit ends in the text (0 where there is none)."""
    if at >= len(tokens):
        return unit, "", 0
    if tokens[at]["sign"]:
        return "%", "", tokens[at].end()
    word = (tokens[at]["word"] or "").lower()
    if word == "per" and _follows(tokens, at, "cent"):
        return "%", "", tokens[at + 1].end()
    if word == "times" and not unit:
        return "times", "", tokens[at].end()
    known = _UNITS.get(word) or _UNITS.get(word.rstrip("s"))
    if known and not unit:
        return known, "", tokens[at].end()
    return unit, stem(word) if word else "", 0


def agree(claim: Quantity, quote: Quantity, before: str = "") -> bool:
    """Whether the quote's quantity bears the claim's out; `before` is what the claim says in front of it."""
    if claim.ref and quote.ref and claim.ref != quote.ref:
        return False
    one, other = (item.value * 100 if item.unit == "part" else item.value for item in (claim, quote))
    units = {"%" if item.unit == "part" else item.unit for item in (claim, quote)} - {""}
    if len(units) == 2:
        if not units <= _DAYS.keys():
            return False
        one, other = one * _DAYS[claim.unit], other * _DAYS[quote.unit]
        return abs(one - other) <= 0.02 * other
    return _close(one, other, before, "part" in (claim.unit, quote.unit), claim.text)


def _close(one: float, other: float, before: str, part: bool, written: str) -> bool:
    if one == other or (part and abs(one - other) < 0.6):
        return True
    if _ABOUT.search(before) and abs(one - other) <= 0.05 * other:
        return True
    if _OVER.search(before) and other > one >= 0.85 * other:
        return True
    if _UNDER.search(before) and one > other >= 0.85 * one:
        return True
    return _rounds_to(other, one, written)


def _rounds_to(exact: float, rounded: float, written: str) -> bool:
    """Whether `rounded`, written with at least two digits, is `exact` cut to as many digits."""
    digits = re.sub(r"\D", "", written).lstrip("0")
    if len(digits) < 2 or not exact:
        return False
    return float(f"{exact:.{len(digits) - 1}e}") == rounded


def check_numbers(claim: str, quotes: str, context: str) -> list[Finding]:
    """Numbers in the claim that no number in quotes or context bears out."""
    given = find_quantities(quotes) + find_quantities(context)
    found = []
    for quantity in find_quantities(claim):
        if (
            quantity.text.lower() in ("one", "first")
            or re.match(r"an? (?!half)\w+$", quantity.text)
            or re.match(r"second\b(?=,|$)", claim[quantity.start :], re.I)
        ):
            continue
        before = claim[max(0, quantity.start - 20) : quantity.start]
        if any(agree(quantity, other, before) for other in given) or _shared_scale(quantity, given):
            continue
        if re.search(r"\bby\W*$", before) and _is_difference(quantity, given):
            continue
        if quantity.unit == "times" and _is_ratio(quantity.value, given):
            continue
        if _counted(quantity, given, quotes):
            continue
        message = f"The quotes do not give the number “{quantity.text}”."
        found.append(Finding(kind=Kind.NUMBER, message=message, text=quantity.text))
    return found


def _is_ratio(value: float, given: Sequence[Quantity]) -> bool:
    """Whether two of the given numbers stand in this ratio: "from five to fifteen" is three times as many."""
    return any(
        one.value * value == other.value and one.unit == other.unit
        for one in given
        for other in given
        if one != other
    )


def _is_difference(quantity: Quantity, given: Sequence[Quantity]) -> bool:
    """Whether two of the given numbers of one unit differ by this much."""
    return any(
        one.unit == other.unit and one.value - other.value == quantity.value
        for one in given
        for other in given
    )


def _shared_scale(quantity: Quantity, given: Sequence[Quantity]) -> bool:
    """Whether a range gives the scale only once: "15 to 20 million" for "15 million"."""
    return any(
        quantity.value == first.value * scale or first.value == quantity.value * scale
        for first, second in pairwise(given)
        if 0 <= second.start - first.end <= 6
        for scale in _SCALES.values()
        if second.value >= scale
    )


def _counted(quantity: Quantity, given: Sequence[Quantity], quotes: str) -> bool:
    """Whether a small number counts the items of a list in the quotes that is not counted there."""
    if quantity.unit or quantity.ref or not 2 <= quantity.value <= 12:
        return False
    if any(other.noun and other.noun == quantity.noun for other in given):
        return False
    parts = [
        part for sentence in re.split(r"(?<=[.!?])\s", quotes) for part in (sentence, *sentence.split(":"))
    ]
    return any(
        len(
            [
                item
                for item in re.split(r",\s*(?:and\s|or\s)?|;\s*(?:and\s|or\s)?|\s(?:and|or)\s", part)
                if item.strip()
            ]
        )
        == quantity.value
        for part in parts
    )
