"""Questions for all of something: the rest of a list that was only partly told, and how far was looked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.evidence import passage_sentences
from rag.answering.words import content_words
from rag.types import BlockKind, Document, Span

_ASKS_FOR_ALL = re.compile(
    r"^(?:please\s+)?(?:list|enumerate|name)\b|\b(?:list|name)\s+(?:all|every|the)\b|\bhow\s+many\s+(?!(?:days?|weeks?|months?|years?|hours?|minutes?|times)\b)"
    r"|\bwhat\s+are\s+(?:all\s+)?(?:the\s+)?(?:[\w’'-]+\s+){0,4}\w+s\b"
    r"|\b(?:which|what)\s+(?!(?:is|was|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would)\b)"
    r"(?:[\w’'-]+\s+){0,3}"
    r"(?!(?:is|was|does|has|its|this)\b)\w+[^s\W]s\b",
    re.IGNORECASE,
)
_MOST = 12
"""Points of one list that are shown at most."""
_NEW = 0.5
"""Share of a point's content words that nothing shown so far holds, from which on it is new."""


def asks_for_all(question: str) -> bool:
    """Whether the question wants all of something, or their number, rather than one thing."""
    return bool(_ASKS_FOR_ALL.search(question))


def points_beside(document: Document, span: Span) -> tuple[Span, ...]:
    """The points of the list that a quote belongs to or introduces, in order; () where there is none.

    A list is a run of list items that nothing interrupts; a quote introduces the one that begins right behind
    the block it stands in.
    """
    blocks = document.blocks
    at = next((i for i, block in enumerate(blocks) if block.start <= span.start < block.end), None)
    if at is None:
        return ()
    if blocks[at].kind is not BlockKind.LIST_ITEM:
        if not document.text[span.start : span.end].rstrip().endswith(":"):
            return ()
        at += 1
    first = last = at
    while first > 0 and blocks[first - 1].kind is BlockKind.LIST_ITEM:
        first -= 1
    while last < len(blocks) and blocks[last].kind is BlockKind.LIST_ITEM:
        last += 1
    points = []
    for block in blocks[first:last][:_MOST]:
        sentences = passage_sentences(document, block.start, block.end)
        if sentences:
            points.append(Span(doc_id=document.doc_id, start=sentences[0][0], end=sentences[-1][1]))
    return tuple(points)


def new_points(document: Document, points: Sequence[Span], shown: Sequence[str]) -> tuple[Span, ...]:
    """Those of `points` that say something which no text of `shown` says."""
    held = set(content_words(" ".join(shown)))
    found = []
    for point in points:
        words = set(content_words(document.text[point.start : point.end]))
        if words and len(words - held) / len(words) >= _NEW:
            found.append(point)
    return tuple(found)


def coverage(cited: int, searched: int) -> str:
    """How far was looked, as a sentence."""
    return f"Found in {cited} of {searched} document{'s' * (searched != 1)} searched."
