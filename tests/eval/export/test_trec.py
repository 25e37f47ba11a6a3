"""TREC files as ir-measures reads them: the same passages in the same order, and what is relevant."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, R, nDCG

from eval.cases import Case, GoldSpan
from eval.export.trec import open_index, qrels_lines, run_lines
from eval.provenance import fingerprint
from eval.store import RunError, StoredRun
from rag.index import Index
from tests.eval import made
from tests.rag.index_fakes import run, write
from tests.ui.commands.eval_folders import ALL_RIGHT, run_folder

PAPER = "# Rules\n" + "".join(f"Rule {n} says that {n} boats may come in. " * 3 + "\n" for n in range(1, 9))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "papers", rules=PAPER)
    (tmp_path / "papers" / "rules.txt").rename(tmp_path / "papers" / "the rules.txt")
    run(tmp_path / "index", tmp_path / "papers")
    return tmp_path / "index"


def case(case_id: str, *quotes: str) -> Case:
    spans = [GoldSpan(document="papers/the rules.txt", quote=quote) for quote in quotes]
    return made.case(case_id, evidence=spans, answers=["boats"])


def hits(index: Index, *picked: tuple[int, float]) -> list[dict[str, Any]]:
    """Passages of the index as they were retrieved, best first, with these scores."""
    (info,) = index.documents()
    passages = index.passages_of(info.doc_id)
    return [
        {
            "document": info.name,
            "start": passages[at].span.start,
            "end": passages[at].span.end,
            "score": score,
            "rank": rank,
        }
        for rank, (at, score) in enumerate(picked, start=1)
    ]


def read(tmp_path: Path, qrels: str, ranked: str) -> tuple[list[Any], list[Any]]:
    (tmp_path / "qrels.txt").write_text(qrels)
    (tmp_path / "x.run").write_text(ranked)
    return (
        list(ir_measures.read_trec_qrels(str(tmp_path / "qrels.txt"))),
        list(ir_measures.read_trec_run(str(tmp_path / "x.run"))),
    )


def test_what_is_written_is_what_was_retrieved_and_what_is_relevant(folder: Path, tmp_path: Path):
    with Index.open(folder) as index:
        (info,) = index.documents()
        passages = index.passages_of(info.doc_id)
        assert len(passages) > 4
        wanted = "Rule 5 says that 5 boats may come in."
        holding = [at for at, one in enumerate(passages) if "Rule 5 says" in one.text]
        other = next(at for at in range(len(passages)) if at not in holding)
        lines = [
            made.result(case_id="a b", retrieved=hits(index, (other, 0.03), (holding[0], 0.02))),
            made.result(case_id="none", retrieved=[]),
        ]
        qrels, ranked = read(
            tmp_path,
            "".join(qrels_lines([case("a b", wanted), case("unjudged")], lines, index)),
            "".join(run_lines(lines, "my model")),
        )
    assert {one.doc_id for one in qrels} == {
        f"the%20rules.txt#{passages[at].span.start}-{passages[at].span.end}" for at in holding
    }
    assert {(one.query_id, one.relevance) for one in qrels} == {("a%20b", 1)}
    assert [one.query_id for one in ranked] == ["a%20b", "a%20b"]
    measured = ir_measures.calc_aggregate([RR, R @ 10, nDCG @ 10], qrels, ranked)
    assert measured[RR] == 0.5
    assert measured[R @ 10] == 1 / len(holding)


def test_equal_scores_keep_their_order_in_32_bits(folder: Path, tmp_path: Path):
    with Index.open(folder) as index:
        found = hits(index, (3, 1 / 61), (2, 1 / 61), (1, 1 / 61 - 1e-12), (0, 1 / 61 + 1e-12), (4, 1e-12))
        text = "".join(run_lines([made.result(retrieved=list(reversed(found)))], "m"))
        _, ranked = read(tmp_path, "q 0 d 1\n", text)
    starts = [int(one.doc_id.split("#")[1].split("-")[0]) for one in ranked]
    assert starts == [hit["start"] for hit in found]
    scores = [np.float32(one.score) for one in ranked]
    assert all(above > below for above, below in pairwise(scores))
    assert abs(float(scores[0]) - 1 / 61) < 1e-8
    assert [line.split()[3] for line in text.splitlines()] == ["1", "2", "3", "4", "5"]


def test_a_place_that_is_no_passage_is_judged_too(folder: Path):
    quote = "Rule 5 says that 5 boats may come in."
    at = PAPER.index(quote)
    odd = {"document": "the rules.txt", "start": at - 1, "end": at + 9, "score": 1.0, "rank": 1}
    with Index.open(folder) as index:
        lines = list(qrels_lines([case("a", quote)], [made.result(case_id="a", retrieved=[odd])], index))
    assert f"a 0 the%20rules.txt#{at - 1}-{at + 9} 1\n" in lines


def test_a_quote_that_is_gone_has_no_judgement(folder: Path):
    with Index.open(folder) as index:
        assert list(qrels_lines([case("a", "Rule 5 says that nobody may come in.")], [], index)) == []


def test_an_index_that_has_changed_is_refused(folder: Path, tmp_path: Path):
    from eval.store import read_run

    stored = read_run(run_folder(tmp_path / "run", {"model": ALL_RIGHT}))
    with Index.open(folder) as index:
        digest = fingerprint(stored.cases, index)["index"]
    info = replace(stored.info, index=str(folder), fingerprint={"index": digest})
    same: StoredRun = replace(stored, info=info)
    open_index(same).close()
    run(folder, write(tmp_path / "papers", more="# More\nAnother rule.\n"))
    with pytest.raises(RunError, match="has changed since the run"):
        open_index(same)
