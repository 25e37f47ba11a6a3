"""Reciprocal rank fusion by hand, and retrieval over a small index."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.index import Index
from rag.retrieval import Retriever, fuse, query_vector
from rag.types import Hit, Origin, Passage, Span
from tests.rag.index_fakes import LengthEmbedder, run, write


def hits(*ids: str) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            passage=Passage(passage_id=one, span=Span(doc_id="d", start=0, end=1), text="x", heading_path=()),
            score=1.0,
            rank=rank,
            origin=Origin.DENSE,
        )
        for rank, one in enumerate(ids, start=1)
    )


def test_scores_are_sums_of_reciprocal_ranks():
    fused = fuse(hits("a", "b"), hits("b", "c"))
    assert [(hit.passage.passage_id, hit.rank) for hit in fused] == [("b", 1), ("a", 2), ("c", 3)]
    assert [hit.score for hit in fused] == pytest.approx([1 / 7 + 1 / 6, 1 / 6, 1 / 7])
    assert {hit.origin for hit in fused} == {Origin.FUSED}


def test_a_ranking_can_weigh_more_than_another():
    fused = fuse(hits("a"), hits("b"), weights=(1.0, 2.0))
    assert [(hit.passage.passage_id, hit.score) for hit in fused] == [("b", 2 / 6), ("a", 1 / 6)]


def test_ties_go_to_the_first_ranking_then_to_the_id():
    assert [hit.passage.passage_id for hit in fuse(hits("b"), hits("a"))] == ["b", "a"]
    assert [hit.passage.passage_id for hit in fuse(hits("b", "a"), hits("a", "b"))] == ["b", "a"]
    assert fuse() == fuse((), ()) == ()


@pytest.fixture
def retriever(tmp_path: Path):
    docs = write(
        tmp_path / "docs",
        cats="# Cats\nAgencies count cats.\n",
        dogs="# Dogs\nAgencies shall not count dogs.\n",
        law="# Law\nThis is about something else entirely.\n",
    )
    run(tmp_path / "index", docs)
    with Index.open(tmp_path / "index", "lengths-1") as index:
        yield Retriever(index, LengthEmbedder())


def test_what_both_rankings_like_comes_first(retriever: Retriever):
    found = retriever.search("Who shall count dogs?", k=2)
    assert [hit.passage.heading_path for hit in found.hits] == [("Dogs",), ("Cats",)]
    assert found.best_dense is not None
    assert 0 < found.best_dense <= 1
    assert retriever.retrieve("Who shall count dogs?", k=2) == found.hits


def test_scope_holds_for_the_fused_hits_too(retriever: Retriever):
    scope = frozenset({hit.passage.span.doc_id for hit in retriever.retrieve("cats", k=1)})
    assert {hit.passage.heading_path for hit in retriever.retrieve("count dogs", k=9, scope=scope)} == {
        ("Cats",)
    }
    assert retriever.search("count", k=9, scope=frozenset()).hits == ()


def test_a_question_without_words_finds_nothing(retriever: Retriever):
    found = retriever.search(" \n ", k=5)
    assert (found.hits, found.best_dense) == ((), None)


def test_a_question_of_stop_words_still_has_a_vector(retriever: Retriever):
    found = retriever.search("what is it", k=5)
    assert found.best_dense is not None
    assert len(found.hits) == 3


def test_a_question_longer_than_the_embedder_is_read_whole():
    embedder = LengthEmbedder()
    short = query_vector("a " * 20 + "bb " * 20, embedder)
    assert short is not None
    assert np.allclose(short[:3], [0, 0.5**0.5, 0.5**0.5])
    assert all(len(text.split()) + 2 <= embedder.max_tokens for text in embedder.seen)
    assert sum(len(text.split()) for text in embedder.seen) == 40
