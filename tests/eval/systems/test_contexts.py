"""Every context is a retriever: what it hands over, in which order, and how near it says that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.cases import Case, GoldSpan
from eval.systems.contexts import Context, ContextKind, GivenRetriever, queries
from eval.systems.trivial import AlwaysAbstain, FirstSentence
from rag.answering.answerer import Answerer
from rag.chunking import embedded_text
from rag.index import Index
from rag.retrieval import Retriever
from rag.types import Status, Turn
from tests.eval.harbour import FEES, MASTER, WASTE
from tests.rag.answering.scripted_generator import ScriptedGenerator
from tests.rag.index_fakes import LengthEmbedder, run, write

BOOKS = "".join(f"# Book {n}\nBook number {n} stands in the long hall.\n" for n in range(14))
FEE = GoldSpan(document="fees.txt", quote="Fishing boats pay nothing.")
ADA = GoldSpan(document="master.txt", quote="The harbour master is Ada Lund.")
CASE = Case(
    case_id="c", question="Who is the harbour master?", answerable=True, cluster="c", evidence=(FEE, ADA)
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    run(tmp_path / "index", write(tmp_path / "docs", fees=FEES, master=MASTER, waste=WASTE, books=BOOKS))
    with Index.open(tmp_path / "index") as opened:
        yield opened


def context(index: Index, kind: ContextKind) -> Context:
    return Context(kind, index, LengthEmbedder())


def names(index: Index, retriever: Retriever, k: int = 6) -> list[str]:
    hits = retriever.search(*queries(CASE), k=k).hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    return [index.document(hit.passage.span.doc_id).name for hit in hits]


def test_what_is_found_is_what_the_chat_finds_and_ten_are_remembered(index: Index) -> None:
    found = context(index, ContextKind.RETRIEVED)
    plain = Retriever(index, LengthEmbedder())
    for k in (1, 6, 12):
        mine = found.retriever(CASE).search(CASE.question, k=k)
        assert mine == plain.search(CASE.question, k=k)
        assert found.searched() == plain.search(CASE.question, k=10).hits
    assert len(found.searched() or ()) == 10
    found.forget()
    assert found.searched() == ()


def test_the_pipeline_leaves_its_own_search_behind(index: Index) -> None:
    found = context(index, ContextKind.RETRIEVED)
    answer = Answerer(index, found.retriever(CASE), ScriptedGenerator("Ada Lund.")).ask(CASE.question)
    assert answer.hits == (found.searched() or ())[: len(answer.hits)]
    assert len(answer.hits) == 6


def test_gold_is_the_passages_of_the_evidence_in_its_order_however_many(index: Index) -> None:
    gold = context(index, ContextKind.GOLD)
    assert names(index, gold.retriever(CASE)) == ["fees.txt", "master.txt"]
    assert names(index, gold.retriever(CASE), k=1) == ["fees.txt", "master.txt"]
    turned = replace(CASE, evidence=(ADA, FEE, ADA))
    assert names(index, gold.retriever(turned)) == ["master.txt", "fees.txt"]
    assert gold.searched() is None


def test_gold_says_how_near_its_own_nearest_is(index: Index) -> None:
    gold = context(index, ContextKind.GOLD)
    embedder = LengthEmbedder()
    given = [hit.passage for hit in gold.retriever(CASE).search(CASE.question, k=6).hits]
    texts = [
        embedded_text(
            passage,
            title=index.document(passage.span.doc_id).title,
            count_tokens=embedder.count_tokens,
            max_tokens=embedder.max_tokens,
        )
        for passage in given
    ]
    near = float(np.max(embedder.embed(texts) @ embedder.embed([CASE.question])[0]))
    said = gold.retriever(CASE).search(CASE.question, k=6).best_dense
    assert said == pytest.approx(near, abs=1e-5)
    best = Retriever(index, embedder).search(CASE.question, k=6).best_dense
    assert said is not None
    assert best is not None
    assert said <= best


def test_without_evidence_gold_keeps_what_is_found_and_the_closed_book_has_nothing(index: Index) -> None:
    bare = replace(CASE, evidence=())
    gold, closed = context(index, ContextKind.GOLD), context(index, ContextKind.CLOSED_BOOK)
    assert len(names(index, gold.retriever(bare))) == 6
    nothing = closed.retriever(CASE).search(CASE.question, k=6)
    assert (nothing.hits, nothing.best_dense) == ((), None)
    assert GivenRetriever(index, LengthEmbedder(), ()).retrieve("a", k=3) == ()
    assert FirstSentence(closed).answer(CASE).status is Status.ABSTAINED


def test_a_follow_up_is_searched_as_our_own_pipeline_does(index: Index) -> None:
    case = replace(CASE, question="Who is she?", turns=(Turn(question="Is there a master?", answer="Yes."),))
    asked: list[tuple[str, ...]] = []

    class Listening(Retriever):
        def search(self, *queries: str, k: int, scope: frozenset[str] | None = None):  # type: ignore[no-untyped-def]
            asked.append(queries)
            return super().search(*queries, k=k, scope=scope)

    retriever = Listening(index, LengthEmbedder())
    Answerer(index, retriever, ScriptedGenerator("Ada.")).ask(case.question, case.turns)
    Answerer(index, retriever, ScriptedGenerator("Ada.")).ask(CASE.question)
    assert asked == [queries(case), queries(CASE)]


def test_the_first_sentence_is_its_own_quote(index: Index) -> None:
    answer = FirstSentence(context(index, ContextKind.GOLD)).answer(replace(CASE, evidence=(ADA,)))
    (citation,) = answer.citations
    document = index.document(citation.span.doc_id)
    assert citation.quote == document.text[citation.span.start : citation.span.end]
    assert answer.text == "The harbour master is Ada Lund. [1]"
    assert (citation.document, citation.page) == ("master.txt", 2)
    assert answer.status is Status.ANSWERED


def test_always_abstaining_says_the_same_to_everything() -> None:
    first, second = AlwaysAbstain().answer(CASE), AlwaysAbstain().answer(replace(CASE, question="Why?"))
    assert (first.status, first.text, first.hits) == (second.status, second.text, second.hits)
    assert first.status is Status.ABSTAINED
