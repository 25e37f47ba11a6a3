"""The sentences that may be quoted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.sentences import sentence_spans
from rag.types import Block, BlockKind, Document, Hit, Span

_SHORTEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a passage in the prompt: `text == document.text[span.start:span.end]`.

    `title`: it is a heading or a caption. Those name things and claim nothing, so they bear out names,
    numbers and dates that stand nowhere else, and no more.
    """

    hit: int
    span: Span
    text: str
    title: bool = False


def passage_sentences(document: Document, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The sentences of `document.text[start:end]`, as offsets into the document, without titles."""
    return tuple(span for span, title in _sentences(document, start, end) if not title)


def find_sentences(hits: Sequence[Hit], document: Callable[[str], Document]) -> tuple[Sentence, ...]:
    """Every sentence of the hits, in prompt order, each text once; a title only where it is nothing else."""
    found: dict[str, Sentence] = {}
    for index, hit in enumerate(hits):
        span = hit.passage.span
        source = document(span.doc_id)
        for (start, end), title in _sentences(source, span.start, span.end):
            text = source.text[start:end]
            if len(text) >= _SHORTEST and (title or text not in hit.passage.heading_path):
                place = Span(doc_id=span.doc_id, start=start, end=end)
                if text not in found or (found[text].title and not title):
                    found[text] = Sentence(hit=index, span=place, text=text, title=title)
    return tuple(found.values())


def _sentences(document: Document, start: int, end: int) -> Iterator[tuple[tuple[int, int], bool]]:
    """The sentences of `document.text[start:end]`, and whether each is a title."""
    blocks = [
        Block(start=max(b.start, start) - start, end=min(b.end, end) - start, kind=b.kind, level=b.level)
        for b in document.blocks
        if b.start < end and b.end > start
    ]
    titles = [block for block in blocks if block.kind in (BlockKind.HEADING, BlockKind.CAPTION)]
    for a, b in sentence_spans(document.text[start:end], blocks):
        yield (a + start, b + start), any(title.start <= a and b <= title.end for title in titles)
