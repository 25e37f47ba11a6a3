"""BEIR's layout, with answers beside it, becomes cases and documents."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.cases import GoldSpan
from eval.corpus_texts import CorpusTexts
from eval.suite import SuiteError, complete, evidence_faults, read_suite
from rag.index import Index
from rag.types import Turn
from tests.rag.index_fakes import run


def lines(path: Path, rows: Sequence[Mapping[str, Any] | str]) -> None:
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    path.write_text(text, "utf-8")


CORPUS = [
    {"_id": "a/b#1", "title": "Fees", "text": "The fee is 14 crowns."},
    {"_id": "a/b#2", "title": "", "text": "Boats pay   nothing.\nThey come at dawn."},
    {"_id": "copy", "title": "Fees", "text": "The fee is 14 crowns."},
    {"_id": "A/B#1", "title": "Waste", "text": "Waste\nOil goes north."},
]
QUERIES: list[Mapping[str, Any]] = [
    {"_id": "q1", "text": "What is the fee?", "metadata": {"page": "fees", "split": "dev"}},
    {
        "_id": "talk::2",
        "text": " And boats? ",
        "metadata": {
            "history": [
                {"role": "user", "text": "Fee?"},
                {"role": "assistant", "text": "14."},
                {"role": "user", "text": "Hm."},
            ],
            "question_type": ["Factoid"],
            "multi_turn": ["N/A"],
        },
    },
    {"_id": "q3", "text": "Who?"},
    {"_id": "q4", "text": "Where?"},
]
ANSWERS = [
    {
        "_id": "q1",
        "answers": ["14 crowns"],
        "answerable": True,
        "evidence": [
            {"corpus_id": "copy", "quote": "14 crowns"},
            {"corpus_id": "a/b#1", "quote": "14 crowns"},
        ],
    },
    {"_id": "talk::2", "answers": ["nothing"], "expected_behaviour": "answer-with-caveat", "evidence": []},
    {"_id": "q3", "answers": ["I cannot say."], "answerable": True, "expected_behaviour": "clarify"},
]


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "beir"
    folder.mkdir()
    lines(folder / "corpus.jsonl", CORPUS)
    lines(folder / "queries.jsonl", QUERIES)
    lines(folder / "answers.jsonl", ANSWERS)
    qrels = ["query-id\tcorpus-id\tscore", "q3\ta/b#2\t1", "q3\tcopy\t0", "q4\tA/B#1\t2"]
    lines(folder / "qrels.tsv", qrels)
    return folder


def test_beir_becomes_cases_and_documents(beir: Path) -> None:
    suite = read_suite(beir)
    assert (suite.name, suite.primary, suite.corpus) == ("beir", "resolved", None)
    names = list(suite.documents)
    assert len(names) == 3, "the same entry twice is one document"
    assert all("/" not in name and name.endswith(".txt") for name in names)
    assert len({name.lower() for name in names}) == 3
    assert list(suite.documents.values()) == [
        "Fees\n\nThe fee is 14 crowns.\n",
        "Boats pay   nothing.\nThey come at dawn.\n",
        "Waste\nOil goes north.\n",
    ]
    fee, boats, who, where = suite.cases
    assert fee.evidence == (GoldSpan(document=names[0], quote="14 crowns"),)
    assert (fee.answers, fee.answerable, fee.cluster, fee.split) == (("14 crowns",), True, "fees", "dev")
    assert boats.turns == (Turn(question="Fee?", answer="14."), Turn(question="Hm.", answer=""))
    assert (boats.question, boats.answerable, boats.cluster) == ("And boats?", True, "talk")
    assert boats.tags == ("answer-with-caveat", "factoid")
    assert (who.answerable, who.answers, who.tags) == (False, (), ("clarify",))
    assert who.evidence == (GoldSpan(document=names[1], quote=""),), "from the qrels"
    assert (where.answerable, where.answers) == (True, ())
    assert suite.places["q1"] == "answers.jsonl, line 1"


def test_whole_entries_get_the_text_as_it_was_read(beir: Path, tmp_path: Path) -> None:
    suite = read_suite(beir)
    (tmp_path / "texts").mkdir()
    for name, text in suite.documents.items():
        (tmp_path / "texts" / name).write_text(text.replace("   ", " "), "utf-8")
    run(tmp_path / "index", tmp_path / "texts")
    with Index.open(tmp_path / "index") as index:
        corpus = CorpusTexts(index)
        cases = complete(suite, suite.cases, corpus)
        assert cases[0] == suite.cases[0]
        assert cases[2].evidence[0].quote == "Boats pay nothing.\nThey come at dawn."
        assert evidence_faults(suite, cases, corpus) == ()
        assert len(evidence_faults(suite, suite.cases, corpus)) == 2


@pytest.mark.parametrize(
    ("file", "row", "said"),
    [
        ("queries.jsonl", {"_id": "q1", "text": "Again?"}, "queries.jsonl, line 5: _id: 'q1' is taken"),
        ("queries.jsonl", {"_id": "q9", "text": " "}, "queries.jsonl, line 5: text: it is empty"),
        ("queries.jsonl", {"_id": "q9"}, "queries.jsonl, line 5: text: it is missing"),
        ("queries.jsonl", "{", "line 5: it is not JSON"),
        ("corpus.jsonl", {"text": "a"}, "corpus.jsonl, line 5: it is not an object with an _id"),
        ("corpus.jsonl", {"_id": "e", "text": ""}, "corpus.jsonl, line 5: text: it is missing or empty"),
        ("qrels.tsv", "q1 a 1", "qrels.tsv, line 5"),
        ("qrels.tsv", "q4\tgone\t1", "no entry of corpus.jsonl has the _id 'gone'"),
    ],
)
def test_faults_of_beir_are_told_by_file_and_line(beir: Path, file: str, row: Any, said: str) -> None:
    with (beir / file).open("a", encoding="utf-8") as opened:
        opened.write((row if isinstance(row, str) else json.dumps(row)) + "\n")
    with pytest.raises(SuiteError) as refused:
        read_suite(beir)
    assert said in str(refused.value)


def test_qrels_of_several_splits(beir: Path) -> None:
    (beir / "qrels").mkdir()
    (beir / "qrels.tsv").rename(beir / "qrels" / "test.tsv")
    suite = read_suite(beir)
    assert [case.split for case in suite.cases] == ["dev", "", "test", "test"]
