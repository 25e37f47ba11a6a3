"""The sentences that may be quoted, and how well each fits the question before the model is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from rag.answering.words import content_words
from rag.sentences import sentence_spans
from rag.types import Block, BlockKind, Document, Hit, Span

_SHORTEST = 12
_RANK_DISCOUNT = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a passage in the prompt: `text == document.text[span.start:span.end]`.

    `fit` is the share of the question's words, weighted by their rarity among the sentences, that the
    sentence or the headings above it hold, discounted by the passage's rank; 0 to 1.
    """

    hit: int
    span: Span
    text: str
    fit: float


def passage_sentences(document: Document, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The sentences of `document.text[start:end]`, as offsets into the document.

    Headings and captions are left out: they name things and claim nothing.
    """
    blocks = [
        Block(start=max(b.start, start) - start, end=min(b.end, end) - start, kind=b.kind, level=b.level)
        for b in document.blocks
        if b.start < end and b.end > start
    ]
    titles = [block for block in blocks if block.kind in (BlockKind.HEADING, BlockKind.CAPTION)]
    return tuple(
        (a + start, b + start)
        for a, b in sentence_spans(document.text[start:end], blocks)
        if not any(title.start <= a and b <= title.end for title in titles)
    )


def find_sentences(
    question: str, hits: Sequence[Hit], document: Callable[[str], Document]
) -> tuple[Sentence, ...]:
    """Every sentence of the hits, in prompt order, each text once; headings and captions are left out."""
    found: dict[str, tuple[int, Span, tuple[str, ...]]] = {}
    for index, hit in enumerate(hits):
        span = hit.passage.span
        source = document(span.doc_id)
        for start, end in passage_sentences(source, span.start, span.end):
            text = source.text[start:end]
            if len(text) >= _SHORTEST and text not in hit.passage.heading_path:
                place = Span(doc_id=span.doc_id, start=start, end=end)
                found.setdefault(text, (index, place, hit.passage.heading_path))
    weights = _rarity([content_words(text) for text in found])
    return tuple(
        Sentence(
            hit=index, span=place, text=text, fit=_fit(question, text, path, weights) * _RANK_DISCOUNT**index
        )
        for text, (index, place, path) in found.items()
    )


def _rarity(sentences: Sequence[Sequence[str]]) -> Callable[[str], float]:
    """The inverse document frequency of a word over the sentences in the prompt."""
    counts = Counter(word for words in sentences for word in set(words))
    total = len(sentences)
    return lambda word: log(1 + (total - counts[word] + 0.5) / (counts[word] + 0.5))


def _fit(question: str, text: str, path: Sequence[str], rarity: Callable[[str], float]) -> float:
    asked = set(content_words(question))
    own, above = set(content_words(text)), set(content_words(" ".join(path)))
    everything = sum(rarity(word) for word in asked) or 1.0
    # A heading says what its section is about; a word only there counts half.
    shared = sum(rarity(word) for word in asked & own) + 0.5 * sum(
        rarity(word) for word in (asked & above) - own
    )
    return shared / everything
