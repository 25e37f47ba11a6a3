"""Unanswerable questions whose words stand together in one place of the documents: look there first.

Word overlap cannot tell whether a question is answered. Over the gold set of the starter library it is the
wrong way round: the unanswerable ones were written with the documents' own words (docs/log.md). So this is a
list for a reader to begin with, never an error, and a question that is not on it is not thereby unanswerable.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

from eval.checking.documents import Documents
from eval.checking.finding import Finding, shown, warning
from eval.checking.lines import PlacedCase
from rag.answering.words import content_words
from rag.types import Document

WINDOW = 1_000
"""Characters that count as one place: about a passage."""
_ALL = 0.9
"""Share of the question's words, the rare ones counting more, that a place must hold."""
_FEWEST = 3
"""Content words below which a question says too little: "And how old was he?"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """A place that holds the words of a question."""

    document: Document
    start: int
    end: int


class Places:
    """Every place of the documents by the words in it, its headings and its document's title."""

    def __init__(self, documents: Documents) -> None:
        self._places: list[Lookalike] = []
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        for document in documents:
            title = content_words(document.title)
            for start, end in _windows(document):
                headings = " ".join(document.heading_path(start))
                words = {*title, *content_words(headings), *content_words(document.text[start:end])}
                for word in words:
                    self._by_word[word].append(len(self._places))
                self._places.append(Lookalike(document=document, start=start, end=end))

    def holding(self, question: str) -> Lookalike | None:
        """The first place that holds nearly all words of the question, each weighed by its rarity."""
        words = frozenset(content_words(question))
        if len(words) < _FEWEST:
            return None
        held: Counter[int] = Counter()
        for word in words:
            for at in self._by_word.get(word, ()):
                held[at] += self._weight(word)  # type: ignore[assignment]
        needed = _ALL * sum(map(self._weight, words))
        return next((self._places[at] for at in sorted(held) if held[at] >= needed), None)

    def _weight(self, word: str) -> float:
        """As in BM25: a word that stands nowhere weighs most."""
        return log(1 + len(self._places) / (0.5 + len(self._by_word.get(word, ()))))


def answerable_findings(cases: Sequence[PlacedCase], documents: Documents) -> Iterator[Finding]:
    """A warning for each unanswerable case without a premise whose words stand in one place.

    A false premise is about something that the documents do say, so its words stand somewhere by design.
    """
    asked = [placed for placed in cases if not placed.case.answerable and not placed.case.premise]
    places = Places(documents) if asked else None
    for placed in asked:
        assert places is not None
        found = places.holding(placed.case.question)
        if found:
            run = found.document.page_at(found.start)
            page = f", page {run.number}" if run else ""
            text = _telling(placed.case.question, found)
            what = (
                f"The case is not answerable, but one place holds the words of the question: "
                f"{shown(found.document.name)}{page}: {shown(text, 160)}"
            )
            todo = "Read it; if it answers the question, add it as evidence and set answerable to true."
            yield warning("looks-answerable", placed.place, "answerable", what, todo)


def _telling(question: str, place: Lookalike) -> str:
    """The block of the place that shares most words with the question."""
    words = frozenset(content_words(question))
    text = place.document.text
    blocks = (block for block in place.document.blocks if place.start <= block.start < place.end)
    texts = [text[block.start : block.end] for block in blocks]
    return max(texts, key=lambda block: len(words & frozenset(content_words(block))))


def _windows(document: Document) -> Iterator[tuple[int, int]]:
    """Runs of whole blocks of up to WINDOW characters, one beginning with each block."""
    blocks = document.blocks
    last = 0
    for first, block in enumerate(blocks):
        last = max(last, first)
        while last + 1 < len(blocks) and blocks[last + 1].end - block.start <= WINDOW:
            last += 1
        yield block.start, blocks[last].end
        if last + 1 == len(blocks):
            return
