"""Questions typed in the chat become a suite: evidence proposed, confirmed, found again in the documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.check_suite import check
from eval.checking.documents import documents_of_index
from eval.checking.files import read_files
from eval.suite import read_suite
from eval.typed_suite import Settled, Typed, proposals, save, typed_rows
from rag.errors import DocumentError
from rag.index import Index
from rag.retrieval import Retriever
from tests.rag.index_fakes import LengthEmbedder, write
from tests.rag.index_fakes import run as ingest

HARBOUR = "# Rules\nA vessel must report its arrival within 12 hours.\nThe quay costs 45 euros a night.\n"
FISH = "# Market\nThe market opens at five in the morning.\nA stall costs 30 euros a day, drawn by lot.\n"
TYPED = (
    Typed(question="", answer="  "),
    Typed(question="How soon must a vessel\nreport?", answer="12 hours | half a day", document="harbour"),
    Typed(question="What does a stall cost?", answer="It costs a trader 30 euros a day to have a stall."),
    Typed(question="Who was the first harbour master?", answer="n/a", document="herring"),
)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Index]:
    ingest(tmp_path / "index", write(tmp_path / "papers", harbour=HARBOUR, fish=FISH))
    with Index.open(tmp_path / "index") as index:
        yield index


def test_what_is_no_question_is_noted_and_the_rest_keeps_its_line() -> None:
    rows, notes = typed_rows((*TYPED, Typed(question="", answer="14 crowns")))
    assert [(row.number, row.question, row.answers) for row in rows] == [
        (2, "How soon must a vessel report?", ("12 hours", "half a day")),
        (3, "What does a stall cost?", ("It costs a trader 30 euros a day to have a stall.",)),
        (4, "Who was the first harbour master?", ()),
    ]
    assert notes == (
        "row 4: 'n/a' was read as: the documents do not answer it",
        "row 5 has no question and was left out",
    )
    with pytest.raises(DocumentError, match="no question"):
        typed_rows((Typed(question=" "), Typed(question="", answer="14")))


def test_evidence_is_proposed_in_the_document_that_is_named(opened: Index) -> None:
    report, stall, master = proposals(typed_rows(TYPED)[0], opened, Retriever(opened, LengthEmbedder()))
    assert report.candidates[0].quote == "A vessel must report its arrival within 12 hours."
    assert {one.document for one in report.candidates} == {"harbour.txt"}
    assert stall.candidates[0].quote == "A stall costs 30 euros a day, drawn by lot."
    assert stall.accepted == ("30 euros",)
    assert master.candidates == ()
    assert master.scope.unknown == (("herring", ()),)


def test_what_is_confirmed_is_a_suite_that_the_check_passes(opened: Index, tmp_path: Path) -> None:
    retriever = Retriever(opened, LengthEmbedder())
    report, stall, master = proposals(typed_rows(TYPED)[0], opened, retriever)
    settled = [
        Settled(row=report.row, evidence=report.candidates[0]),
        Settled(row=stall.row, evidence=None, accepted="30 euros | thirty euros"),
        Settled(row=master.row, evidence=None),
    ]
    save('My "own" questions', settled, tmp_path / "suite", opened, retriever)
    suite = read_suite(tmp_path / "suite")
    assert suite.name == 'My "own" questions'
    assert suite.corpus == tmp_path / "papers"
    first, second, third = suite.cases
    assert (first.answers, first.evidence[0].page) == (("12 hours", "half a day"), 2)
    assert (second.evidence, second.answers) == ((), ())
    assert second.nuggets[0].accept == ("30 euros", "thirty euros")
    assert (third.answerable, third.evidence) == (False, ())
    found = check(read_files(tmp_path / "suite"), documents_of_index(tmp_path / "index"))
    assert found.errors == 0, found.findings
