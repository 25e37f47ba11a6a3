"""Notes as they stand in a file now, whatever was done to it since it was written."""

from __future__ import annotations

from dataclasses import dataclass

from ui.records.record import Record
from ui.records.words import CLOSE, LOCATOR, OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A note with a locator: its number in the file, its quote, and what it says about its source."""

    number: int
    quote: str
    said: str
    doc_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a file holds: its notes, and the data it was written with, None where that is lost."""

    found: tuple[Found, ...]
    record: Record | None


def note_from(number: int, text: str) -> Found | None:
    """The note that `text` is; None for a note without a locator, which is not one of ours.

    The quote is what stands between the first “ and the last ” before the locator; where one of them was
    taken away, it is the first paragraph.
    """
    located = list(LOCATOR.finditer(text))
    if not located:
        return None
    last = located[-1]
    before = text[: last.start()]
    start, end = before.find(OPEN), before.rfind(CLOSE)
    if 0 <= start < end:
        quote, said = before[start + 1 : end], before[end + 1 :]
    else:
        quote, _, said = before.strip().partition("\n")
        quote = quote.strip(OPEN + CLOSE)
    span = last.groupdict()
    return Found(
        number=number,
        quote=quote,
        said=said.strip(),
        doc_id=span["doc_id"],
        start=int(span["start"]),
        end=int(span["end"]),
    )
