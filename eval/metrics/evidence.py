"""Where a case's evidence stands in the documents: gold quotes become ranges of text, once per case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.cases import Case, GoldSpan
from eval.metrics.observed import Place, last_part
from eval.text_match import find_quote


class Corpus(Protocol):
    """The documents that were asked, by name (the last part of it decides)."""

    def text(self, name: str) -> str | None:
        """The text of a document as it was ingested; None for a name that it does not know."""

    def page_of(self, name: str, offset: int) -> int | None:
        """The 1-based page on which a character of the text stands; None where there are no pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """One gold span: every place where its quote stands, on its page if it names one."""

    places: tuple[Place, ...]
    page: int | None


def resolve_evidence(case: Case, corpus: Corpus) -> tuple[Gold, ...] | None:
    """The gold spans of a case in its order; None without evidence, or where a quote of it is not found.

    Not found means that the suite and the documents do not belong together, so nothing about this case's
    evidence can be scored; `greenpaper eval check` names such cases.
    """
    found = [_resolve(span, corpus) for span in case.evidence]
    golds = tuple(gold for gold in found if gold is not None)
    return golds if golds and len(golds) == len(found) else None


def _resolve(span: GoldSpan, corpus: Corpus) -> Gold | None:
    text = corpus.text(span.document)
    if text is None:
        return None
    name = last_part(span.document)
    places = [Place(document=name, start=start, end=end) for start, end in find_quote(text, span.quote)]
    on_page = [place for place in places if span.page in _pages(place, corpus)]
    return Gold(places=tuple(on_page or places), page=span.page) if places else None


def _pages(place: Place, corpus: Corpus) -> frozenset[int | None]:
    return frozenset(corpus.page_of(place.document, at) for at in (place.start, place.end - 1))


def overlaps(place: Place, gold: Gold, corpus: Corpus) -> bool:
    """Whether a range has a letter or digit in common with a gold span."""
    text = corpus.text(place.document) or ""
    return any(
        place.document == other.document
        and any(map(str.isalnum, text[max(place.start, other.start) : min(place.end, other.end)]))
        for other in gold.places
    )


def covers(places: Sequence[Place], gold: Gold, corpus: Corpus) -> bool:
    """Whether the ranges together hold every letter and digit of a gold span, at one of its places."""
    return any(_covered(other, places, corpus) for other in gold.places)


def _covered(gold: Place, places: Sequence[Place], corpus: Corpus) -> bool:
    text = corpus.text(gold.document) or ""
    missing = {at for at in range(gold.start, gold.end) if text[at].isalnum()}
    for place in places:
        if place.document == gold.document:
            missing.difference_update(range(max(place.start, gold.start), min(place.end, gold.end)))
    return not missing
