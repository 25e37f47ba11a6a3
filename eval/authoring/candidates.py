"""Where the documents bear out an expected answer: sentences, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.text_match import contains, match_tokens
from rag.answering.words import content_words
from rag.index import Index
from rag.retrieval import Retriever
from rag.sentences import sentence_spans
from rag.types import Document

PASSAGES = 20
"""Passages whose sentences are looked at."""
_FEWEST_WORDS = 4
_SAME_ANSWER = 0.5
_QUESTION = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may be the evidence: `quote` is the document's text, `page` None without pages.

    `before` and `after` are what stands around it, for the one who decides. `holds_answer` is whether the
    expected answer stands in it word for word, `likeness` the share of the answer's words in it.
    """

    document: str
    quote: str
    page: int | None
    before: str
    after: str
    holds_answer: bool
    likeness: float


class EvidenceFinder:
    """Looks for evidence in one open index."""

    def __init__(self, index: Index, retriever: Retriever) -> None:
        """`retriever` must be over `index`."""
        self._index = index
        self._retriever = retriever
        self._read: dict[str, tuple[Document, tuple[tuple[int, int], ...]]] = {}

    def candidates(
        self, question: str, answers: Sequence[str], scope: frozenset[str] | None = None, limit: int = 8
    ) -> tuple[Candidate, ...]:
        """Up to `limit` sentences, each quote once; `scope` are ids of documents, None for all.

        A sentence scores by the share of the answer's content words and of the question's that stand in it
        (the latter also around it), and by holding an answer whole; equal ones in the order of retrieval.
        """
        found: dict[str, tuple[float, Candidate]] = {}
        query = " ".join((question, *answers))
        for hit in self._retriever.retrieve(query, k=PASSAGES, scope=scope):
            span = hit.passage.span
            document, sentences = self._document(span.doc_id)
            around = frozenset(content_words(" ".join((*hit.passage.heading_path, hit.passage.text))))
            for start, end in sentences:
                if start < span.end and end > span.start:
                    candidate = _candidate(document, start, end, answers)
                    score = _score(candidate, question, around) + 0.1 / hit.rank
                    if score > found.get(candidate.quote, (0.0, None))[0]:
                        found[candidate.quote] = (score, candidate)
        ranked = sorted(found.values(), key=lambda pair: -pair[0])
        return tuple(candidate for _, candidate in ranked[:limit])

    def _document(self, doc_id: str) -> tuple[Document, tuple[tuple[int, int], ...]]:
        """A document with its sentences, cut once."""
        if doc_id not in self._read:
            document = self._index.document(doc_id)
            self._read[doc_id] = document, sentence_spans(document.text, document.blocks)
        return self._read[doc_id]


def _candidate(document: Document, start: int, end: int, answers: Sequence[str]) -> Candidate:
    page = document.page_at(start)
    quote = document.text[start:end]
    return Candidate(
        document=document.name,
        quote=quote,
        page=page.number if page else None,
        before=" ".join(document.text[max(0, start - 200) : start].split()),
        after=" ".join(document.text[end : end + 200].split()),
        holds_answer=any(contains(quote, answer) for answer in answers),
        likeness=max((_share(_words_of(answer), _words_of(quote)) for answer in answers), default=0.0),
    )


def _score(candidate: Candidate, question: str, around: frozenset[str]) -> float:
    words = frozenset(content_words(candidate.quote))
    if len(match_tokens(candidate.quote)) < _FEWEST_WORDS and not candidate.holds_answer:
        return 0.0  # a heading names the subject and says nothing
    asked = frozenset(content_words(question))
    of_question = _share(asked, words) + 0.3 * _share(asked, around)
    return candidate.likeness + _SAME_ANSWER * candidate.holds_answer + _QUESTION * of_question


def _words_of(answer: str) -> frozenset[str]:
    return frozenset(content_words(answer)) or frozenset(match_tokens(answer))


def _share(wanted: frozenset[str], there: frozenset[str]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 0.0
