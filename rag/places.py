"""Where on its page each character of a document's text was printed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Runs of text that stand in the page's own order: one for each printed line, or nearly so.

    From offset `starts[n]` on, `counts[n]` characters of the text are the characters `firsts[n]` and
    following of their page, as PDFium counts them. Runs are sorted and never overlap; which page it is, the
    document's own pages say. Blanks between words may or may not belong to a run.
    """

    starts: tuple[int, ...] = ()
    firsts: tuple[int, ...] = ()
    counts: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.starts)

    def at(self, offset: int) -> int | None:
        """PDFium's number of the character at `offset`; None for one that is not printed."""
        run = bisect_right(self.starts, offset) - 1
        if run < 0 or offset >= self.starts[run] + self.counts[run]:
            return None
        return self.firsts[run] + offset - self.starts[run]

    def between(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """(offset, PDFium's number) of every character of `[start, end)` that has a place."""
        for offset in range(start, end):
            number = self.at(offset)
            if number is not None:
                yield offset, number


NOWHERE = Places()
"""Of a text that was not printed on pages, or of which nobody knows where."""
