"""Which passages a case is answered from: found ones, those with the evidence, or none.

Every context is a retriever that is handed to the system, so each system keeps its one way to an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from eval.cases import Case
from eval.corpus_texts import CorpusTexts
from rag.answering.followup import standalone
from rag.embedding import Embedder
from rag.index import Index
from rag.retrieval import Retrieval, Retriever, query_vector
from rag.types import Hit, Origin, Passage

DEPTH = 10
"""How many of the passages found are kept for the measures of retrieval."""


class ContextKind(StrEnum):
    """What `--context` can be."""

    RETRIEVED = "retrieved"
    GOLD = "gold"
    CLOSED_BOOK = "closed-book"


class Context:
    """Gives each case the retriever that its context means, over one open index."""

    def __init__(self, kind: ContextKind, index: Index, embedder: Embedder) -> None:
        self.kind = kind
        self.index = index
        self.corpus = CorpusTexts(index)
        self._embedder = embedder
        self._found = FoundRetriever(index, embedder)

    def retriever(self, case: Case) -> Retriever:
        """The retriever for one case.

        In the gold context a case without evidence keeps what is found: with an empty prompt, abstaining
        where the documents do not say would be for free.
        """
        if self.kind is ContextKind.CLOSED_BOOK:
            return GivenRetriever(self.index, self._embedder, ())
        gold = self.corpus.gold_passages(case.evidence) if self.kind is ContextKind.GOLD else ()
        return GivenRetriever(self.index, self._embedder, gold) if gold else self._found

    def forget(self) -> None:
        """Lets `searched` begin anew, before a case is asked."""
        self._found.last = ()

    def searched(self) -> tuple[Hit, ...] | None:
        """The ten best passages of the last search; None where the context is not what is found."""
        return self._found.last if self.kind is ContextKind.RETRIEVED else None


def queries(case: Case) -> tuple[str, ...]:
    """What is searched for, by systems that are not our own: the same as our own searches for."""
    alone = standalone(case.question, case.turns)
    return (alone, case.question) if case.turns else (alone,)


class FoundRetriever(Retriever):
    """Finds what the chat finds, and remembers the ten best of the last search, whoever asked."""

    last: tuple[Hit, ...] = ()

    def search(self, *queries: str, k: int, scope: frozenset[str] | None = None) -> Retrieval:
        """The k best hits; looking for ten does not change which they are."""
        found = super().search(*queries, k=max(k, DEPTH), scope=scope)
        self.last = found.hits[:DEPTH]
        return replace(found, hits=found.hits[:k])


class GivenRetriever(Retriever):
    """Finds what it was given, whatever is asked, in that order."""

    def __init__(self, index: Index, embedder: Embedder, passages: Sequence[Passage]) -> None:
        super().__init__(index, embedder)
        self._given = tuple(passages)

    def search(self, *queries: str, k: int, scope: frozenset[str] | None = None) -> Retrieval:  # noqa: ARG002
        """All that was given, also beyond `k`: what does not fit the prompt is left out there.

        `best_dense` is the best cosine among them, so that whoever goes by it is not misled.
        """
        hits = tuple(
            Hit(passage=passage, score=1.0, rank=rank, origin=Origin.FUSED)
            for rank, passage in enumerate(self._given, start=1)
        )
        near = [cosine for query in queries if (cosine := self._nearest(query)) is not None]
        return Retrieval(hits=hits, best_dense=max(near, default=None))

    def _nearest(self, query: str) -> float | None:
        vector = query_vector(query, self._embedder)
        if vector is None or not self._given:
            return None
        ids = {passage.passage_id for passage in self._given}
        scope = frozenset(passage.span.doc_id for passage in self._given)
        near = self._index.dense(vector, self._index.manifest.passages, scope)
        return max((hit.score for hit in near if hit.passage.passage_id in ids), default=None)
