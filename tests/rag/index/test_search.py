"""What an open index answers: by vector, by word, within a scope; hostile questions first."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import DocumentError
from rag.index import Index
from rag.index.generations import DATABASE, GENERATIONS, current_name
from rag.index.lexical import MAX_TERMS, match_query
from rag.index.vectors import VectorIndex
from rag.types import Origin
from tests.rag.index_fakes import LengthEmbedder, run, write

EMBED = LengthEmbedder()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("search")
    docs = write(
        folder / "docs",
        cats="# Cats\nAgencies count cats.\n# Reports\nThe reports go to Congress.\n",
        dogs="# Dogs\nAgencies count dogs twice.\n",
        cités="# Élan\nNaïve café policy in the U.S. costs 3.5 million.\n",
    )
    run(folder / "index", docs)
    with Index.open(folder / "index", "lengths-1") as opened:
        yield opened


def ids(index: Index, *names: str) -> frozenset[str]:
    return frozenset(index.document(name).doc_id for name in names)


def test_dense_hits_are_cosines_best_first(index: Index):
    query = EMBED.embed(["Dogs # Dogs Agencies count dogs twice."])[0]
    hits = index.dense(query, 10)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert hits[0].passage.text == "# Dogs\nAgencies count dogs twice."
    assert hits[0].score == pytest.approx(1.0, abs=0.02)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.origin for hit in hits} == {Origin.DENSE}


@pytest.mark.parametrize(
    ("vector", "reason"),
    [
        pytest.param(np.ones(15, np.float32), "vectors of 16 numbers, got 15", id="dimension"),
        pytest.param(np.ones((1, 16), np.float32), r"shape \(1, 16\)", id="matrix"),
        pytest.param(np.full(16, np.nan, np.float32), "not finite", id="NaN"),
        pytest.param(np.full(16, np.inf, np.float32), "not finite", id="infinite"),
    ],
)
def test_vectors_that_are_none_are_refused(index: Index, vector: np.ndarray, reason: str):
    with pytest.raises(ValueError, match=reason):
        index.dense(vector, 3)


@pytest.mark.parametrize("k", [0, -1])
def test_nothing_asked_nothing_found(index: Index, k: int):
    assert index.dense(EMBED.embed(["count"])[0], k) == ()
    assert index.lexical("count", k) == ()


def test_scope_limits_both_rankings_and_pads_nothing(index: Index):
    vector = EMBED.embed(["Agencies count"])[0]
    scope = ids(index, "cats.txt")
    assert {hit.passage.span.doc_id for hit in index.dense(vector, 10, scope)} == scope
    assert len(index.dense(vector, 10, scope)) == 2
    assert [hit.passage.heading_path for hit in index.lexical("agencies count", 10, scope)] == [("Cats",)]
    for nothing in (frozenset[str](), frozenset({"unknown"})):
        assert index.dense(vector, 10, nothing) == ()
        assert index.lexical("agencies", 10, nothing) == ()


def test_lexical_stems_folds_and_counts_headings(index: Index):
    (hit,) = index.lexical("reporting?", 5)
    assert hit.passage.heading_path == ("Reports",)
    assert hit.origin is Origin.LEXICAL
    assert hit.score > 0
    (hit,) = index.lexical("NAIVE CAFE", 5)
    assert hit.passage.heading_path == ("Élan",)
    assert index.lexical("élan", 5) == index.lexical("elan", 5) != ()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "the of and",
        '"',
        "''",
        "()",
        "*",
        "NEAR(",
        "-",
        "^",
        ":",
        "text:",
        "?!",
        "\x00",
        "\ud800",
        "🙂",
    ],
)
def test_questions_without_words_find_nothing(index: Index, query: str):
    assert index.lexical(query, 5) == ()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('cats" OR "dogs', "cats dogs"),
        ("cats AND NOT dogs", "cats dogs"),
        ("Congress*", "congress"),
        ("cong*", "cong"),
        ("headings:cats", "headings cats"),
        ("NEAR(cats dogs)", "near cats dogs"),
        ("'; DROP TABLE passages; -- cats", "drop table passages cats"),
    ],
)
def test_the_language_of_queries_is_not_spoken(index: Index, query: str, words: str):
    assert index.lexical(query, 9) == index.lexical(words, 9)
    assert match_query(query) == " OR ".join(f'"{word}"' for word in words.split())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
def test_no_question_breaks_the_word_index(index: Index, query: str):
    index.lexical(query, 3)


def test_a_pasted_page_is_a_query_of_its_first_words(index: Index):
    page = " ".join(f"word{n}" for n in range(100_000)) + " cats"
    assert match_query(page).count(" OR ") == MAX_TERMS - 1
    assert index.lexical(page, 3) == ()
    assert match_query("Cats, cats and CATS") == '"cats"'


def test_passages_come_in_the_order_asked_for(index: Index):
    hits = index.dense(EMBED.embed(["count"])[0], 10)
    wanted = [hit.passage.passage_id for hit in reversed(hits)]
    assert [passage.passage_id for passage in index.passages(wanted)] == wanted
    with pytest.raises(KeyError):
        index.passages(["nothing:0-1"])


def test_every_passage_is_the_documents_own_text(index: Index):
    for hit in index.dense(EMBED.embed(["count"])[0], 10):
        span = hit.passage.span
        assert index.document(span.doc_id).text[span.start : span.end] == hit.passage.text


def test_a_document_by_id_beginning_or_name(index: Index):
    document = index.document("cats.txt")
    assert index.document(document.doc_id) == document
    assert index.document(document.doc_id[:6]) == document
    assert [run.number for run in document.pages] == [1, 2, 3, 4]
    for unknown in ("", "nothing", "%", "_", "cats"):
        with pytest.raises(DocumentError, match="greenpaper documents list"):
            index.document(unknown)


def test_an_id_that_fits_several_lists_them(tmp_path: Path):
    docs = write(tmp_path / "docs", **{f"n{n}": f"Number {n}.\n" for n in range(17)})
    run(tmp_path / "index", docs)
    with Index.open(tmp_path / "index") as opened:
        firsts = [info.doc_id[0] for info in opened.documents()]
        twice = next(first for first in firsts if firsts.count(first) > 1)
        with pytest.raises(DocumentError, match=r"fits \d documents"):
            opened.document(twice)


def test_an_embedder_that_lies_about_itself_is_found_out(index: Index):
    class Reversed(LengthEmbedder):
        def embed(self, texts):
            return super().embed(texts)[:, ::-1].copy()

    assert index.least_agreement(EMBED) > 0.999
    assert index.least_agreement(Reversed()) < 0.9


def test_the_word_index_is_consistent_after_changes(tmp_path: Path):
    docs = write(tmp_path / "docs", a="# One\nTo remove.\n", b="# Zwei\nÄndern, 🙂 später.\n", c="Stay.\n")
    run(tmp_path / "index", docs)
    write(docs, b="# Zwei\nGeändert.\n")
    (docs / "a.txt").unlink()
    run(tmp_path / "index", docs, prune=True)
    name = current_name(tmp_path / "index")
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes((tmp_path / "index" / GENERATIONS / str(name) / DATABASE).read_bytes())
    connection = sqlite3.connect(copy)
    connection.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    with Index.open(tmp_path / "index") as opened:
        assert opened.lexical("remove ändern", 5) == ()
        assert len(opened.lexical("geändert stay", 5)) == 2


def test_equal_cosines_come_by_row():
    vectors = VectorIndex.empty(2)
    vectors.add([5, 3, 9], np.array([[1, 0], [1, 0], [0, 1]], np.float32))
    near = vectors.search(np.array([1, 0], np.float32), 5)
    assert [(one.row, one.cosine) for one in near] == [(3, 1.0), (5, 1.0), (9, 0.0)]
    assert vectors.search(np.array([1, 0], np.float32), 5, among=[9, 77]) == near[2:]


def test_vectors_of_another_length_or_number_are_refused():
    vectors = VectorIndex.empty(2)
    with pytest.raises(ValueError, match="not of length 1"):
        vectors.add([1], np.array([[1, 1]], np.float32))
    with pytest.raises(ValueError, match="2 row ids for 1 vectors"):
        vectors.add([1, 2], np.array([[1, 0]], np.float32))


@pytest.mark.parametrize("data", [b"", b"IxM2", b"garbage" * 99])
def test_bytes_that_are_no_vectors_are_refused(data: bytes):
    with pytest.raises(ValueError, match="no FAISS index"):
        VectorIndex.parse(data)
