"""Dates of a claim against dates of its quotes: any format, any part (day, month, year)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.checks.finding import Finding, Kind
from rag.checks.words import listed

_MONTHS = listed("""
    january february march april may june july august september october november december
""")
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December|"
    + (r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)")
)
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?P<year>(?:19|20)\d\d)-(?P<monthno>0[1-9]|1[0-2])-(?P<day>[0-2]\d|3[01])\b",
        r"\b(?P<day>0?[1-9]|[12]\d|3[01])\.\s?(?P<monthno>0?[1-9]|1[0-2])\.\s?(?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<monthno>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])/(?P<year>(?:19|20)\d\d)\b",
        rf"\b{_MONTH}\s+{_DAY}(?:\s*,)?\s+{_YEAR}\b",
        rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}(?:\s*,)?\s+{_YEAR}\b",
        rf"\b{_MONTH}(?:\s+of|,)?\s+{_YEAR}\b",
        rf"\b{_MONTH}\s+{_DAY}\b(?!,?\s*\d{{4}})",
        rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}",
        r"\b(?P<year>(?:19|20)\d\d)\s?[-–/]\s?(?P<until>(?:(?:19|20)\d)?\d|\d\d)\b(?![\d/-]|\.\d)",
        r"\bFY ?(?P<year>(?:19|20)\d\d)\b",
        r"\b(?P<year>(?:1[5-9]|20)\d0)(?P<decade>['’]?s)\b",
        r"(?<![\d.,$€£/:-])\b(?P<year>(?:1[5-9]|20)\d\d)\b(?!\s?[%/]|[,.]\d|\s(?:million|billion|dollars|euros|"
        r"percent|per cent|days|people|hours|datasets|files|records)\b)",
        rf"\b(?:in|by|since|from|until|before|after|during|of|to|and|last|this)\s+{_MONTH}(?=[\s,.;)]|$)(?!\s+\d)",
    )
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date or a part of one; `text` as written, between `start` and `end`."""

    year: int | None
    month: int | None
    day: int | None
    text: str
    start: int
    end: int

    def within(self, other: Date) -> bool:
        """Whether `other` says everything that this date says."""
        return all(
            mine is None or mine == theirs
            for mine, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        )


def find_dates(text: str) -> tuple[Date, ...]:
    """The dates in reading order; of overlapping readings the most specific."""
    found: list[Date] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not any(match.start() < date.end and date.start < match.end() for date in found):
                found.extend(_read(match))
    return tuple(sorted(found, key=lambda date: date.start))


def _read(match: re.Match[str]) -> Iterator[Date]:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    month = (
        int(parts["monthno"]) if parts.get("monthno") else _SHORT.get((parts.get("month") or "")[:3].lower())
    )
    day = int(parts["day"]) if parts.get("day") else None
    text = f"{year}s" if parts.get("decade") else match[0]
    if parts.get("decade") and year is not None:
        yield Date(-year, None, None, text, match.start(), match.end())
        return
    yield Date(year, month, day, text, match.start(), match.end())
    if parts.get("until") and year is not None:
        until = int(str(year)[: 4 - len(parts["until"])] + parts["until"])
        yield Date(until, None, None, text, match.start(), match.end())


def check_dates(claim: str, quotes: str, context: str) -> list[Finding]:
    """Dates in the claim that no date in quotes or context bears out."""
    known = find_dates(quotes) + find_dates(context)
    return [
        Finding(kind=Kind.DATE, message=f"The quotes do not give the date “{date.text}”.", text=date.text)
        for date in find_dates(claim)
        if not any(date.within(other) for other in known) and not _pieced_together(date, known)
    ]


def _pieced_together(date: Date, known: tuple[Date, ...]) -> bool:
    """Whether the parts of the date stand apart in the quotes: "in June 2018 and again in August"."""
    if date.day is not None:
        without_year = Date(None, date.month, date.day, "", 0, 0)
        years = {other.year for other in known}
        partial = [other for other in known if other.year is None and without_year.within(other)]
        return bool(partial) and (date.year is None or date.year in years)
    if date.month is not None and date.year is not None:
        return any(o.month == date.month and o.year is None for o in known) and any(
            o.year == date.year for o in known
        )
    return False
