"""Headers in three languages, rows, names of documents, key words, and the folder that a suite grows in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.authoring.columns import Columns, guess_columns
from eval.authoring.grid import Grid, GridRow
from eval.authoring.key_words import is_short, key_words
from eval.authoring.named_documents import NamedDocuments
from eval.authoring.rows import question_rows
from eval.authoring.suite_folder import UNCONFIRMED, SuiteFolder
from eval.suite import SuiteError, read_suite
from rag.errors import DocumentError
from rag.types import DocumentInfo

HEADERS = [
    (("Question", "Expected answer", "Document"), (0, 1, 2)),
    (("DOCUMENT ", "question?", "Answer"), (1, 2, 0)),
    (("Frage", "Erwartete Antwort", "Dokument"), (0, 1, 2)),
    (("Nr.", "Frage", "Lösung", "Quelle"), (1, 2, 3)),
    (("Nr.", "Frage", "Lo\u0308sung", "Datei"), (1, 2, 3)),
    (("Question", "Réponse attendue", "Nom du fichier"), (0, 1, 2)),
    (("Question", "RÉPONSE", "Fichier"), (0, 1, 2)),
    (("Question no.", "Question", "Expected answer to the question"), (1, 2, None)),
    (("query", "gold", "source document"), (0, 1, 2)),
    (("x", "y", "z"), (None, None, None)),
    ((), (None, None, None)),
]


@pytest.mark.parametrize(("headers", "columns"), HEADERS, ids=[", ".join(row[0]) for row in HEADERS])
def test_columns_are_known_by_their_headers(headers: tuple[str, ...], columns: tuple[int | None, ...]):
    guessed, unclear = guess_columns(headers)
    assert (guessed.question, guessed.answer, guessed.document) == columns
    assert unclear == ()


def test_two_headers_that_fit_equally_well_are_unclear():
    guessed, unclear = guess_columns(("Question 1", "Question 2", "Answer"))
    assert (guessed.question, guessed.answer) == (None, 2)
    assert unclear == ("question",)


ALL = Columns(question=0, answer=1, document=2)


def grid(*rows: tuple[str, ...]) -> Grid:
    lines = [("q", "a", "d"), *rows]
    return Grid(rows=tuple(GridRow(number=at, cells=cells) for at, cells in enumerate(lines, start=1)))


def test_rows_become_questions_and_nothing_is_left_out_in_silence():
    rows, notes = question_rows(
        grid(
            ("", "an answer without a question", ""),
            ("???", "x"),
            ("How  long\nis it?", "270 days | nine months\n270 days", "a.pdf; b.pdf"),
            ("How long is it?", "270 days|nine months", "a.pdf;b.pdf"),
            ("Who?", "n/a", "-"),
            ("Who else?",),
        ),
        ALL,
    )
    assert [(row.number, row.question, row.answers, row.documents) for row in rows] == [
        (4, "How long is it?", ("270 days", "nine months"), ("a.pdf", "b.pdf")),
        (6, "Who?", (), ()),
        (7, "Who else?", (), ()),
    ]
    assert notes == (
        "row 2 has no question and was left out",
        "row 3 has no question and was left out",
        "row 5 says what row 4 says and was left out",
        "row 6: 'n/a' was read as: the documents do not answer it",
    )
    with pytest.raises(DocumentError, match="no question below"):
        question_rows(grid(), ALL)


def test_a_case_keeps_its_id_when_its_row_moves_and_only_then():
    (first,), _ = question_rows(grid(("Who?", "Jane", "a.pdf")), ALL)
    (_, moved), _ = question_rows(grid(("What?",), ("Who?", "Jane", "a.pdf")), ALL)
    assert first.case_id == moved.case_id
    for changed in (
        replace(first, question="Who"),
        replace(first, answers=("Jane", "a.pdf"), documents=()),
        replace(first, answers=(), documents=("Jane", "a.pdf")),
        replace(first, documents=("b.pdf",)),
    ):
        assert changed.case_id != first.case_id


def info(name: str, title: str) -> DocumentInfo:
    return DocumentInfo(
        doc_id=name,
        name=name,
        title=title,
        pages=0,
        passages=1,
        characters=1,
        sha256="",
        source="",
        media_type="text/plain",
        version=None,
        date=None,
    )


NAMED = NamedDocuments(
    [
        info("papers/AI-Act.pdf", "Regulation (EU) 2024/1689"),
        info("papers/ai-act-summary.pdf", "A summary"),
        info("papers/policy-v1.docx", "Port policy"),
        info("papers/policy-v2.docx", "Port policy"),
    ]
)
MEANT = [
    ("AI-Act.pdf", "papers/AI-Act.pdf"),
    ("ai-act", "papers/AI-Act.pdf"),
    ("C:\\Users\\me\\AI-Act.PDF", "papers/AI-Act.pdf"),
    ("elsewhere/ai_act.pdf", "papers/AI-Act.pdf"),
    ("Regulation (EU) 2024/1689", "papers/AI-Act.pdf"),
    ("summary", "papers/ai-act-summary.pdf"),
    ("Port policy", None),
    ("policy", None),
    ("v2", None),
    ("policy-v2", "papers/policy-v2.docx"),
    ("", None),
    ("unheard of", None),
]


@pytest.mark.parametrize(("said", "meant"), MEANT)
def test_documents_are_known_by_what_people_call_them(said: str, meant: str | None):
    found = NAMED.find(said)
    assert (found.name if found else None) == meant


def test_near_names_are_offered():
    assert NAMED.like("policy-v3.docx")[0].startswith("policy-v")
    assert NAMED.like("qqqqqqqq") == ()


def test_key_words_are_those_of_the_quote_that_the_question_lacks():
    quote = (
        "Section 4.6 of the order asked the Secretary of Commerce, within 270 days, for a report on weights."
    )
    answer = "The order gave the Secretary of Commerce a deadline, namely within 270 days, to report."
    question = "How long did the Secretary of Commerce have to report?"
    assert not is_short(answer)
    assert key_words(answer, question, [quote]) == "270 days"
    assert key_words(
        "Nobody knows it, which is why it is not written anywhere.", question, [quote]
    ).startswith("Nobody knows")
    assert is_short("the Secretary of Commerce")


CASE: dict[str, Any] = {"id": "q-1", "question": "Who?", "answerable": True, "answers": ["Jane"]}


def test_a_suite_grows_case_by_case_and_is_gone_on_with(tmp_path: Path):
    folder = SuiteFolder(tmp_path / "deep" / "suite")
    assert not (tmp_path / "deep").exists()
    folder.put({**CASE, "note": f"{UNCONFIRMED}: seen by nobody"})
    folder.put({**CASE, "id": "q-2"})
    folder.write_head('A "name"\x7f', "", tmp_path)
    again = SuiteFolder(tmp_path / "deep" / "suite")
    assert [case["id"] for case in again.cases] == ["q-1", "q-2"]
    assert again.unconfirmed("q-1")
    assert not again.unconfirmed("q-2")
    assert not again.unconfirmed("q-3")
    again.put(CASE)
    again.write_head("another", "", None)
    suite = read_suite(tmp_path / "deep" / "suite")
    assert [case.case_id for case in suite.cases] == ["q-1", "q-2"]
    assert suite.name == 'A "name"\x7f'
    assert suite.corpus is not None
    assert suite.corpus.resolve() == tmp_path.resolve()
    assert not SuiteFolder(suite.folder).unconfirmed("q-1")


def test_what_a_person_added_to_a_case_stays(tmp_path: Path):
    line = json.dumps({**CASE, "tags": ["mine"], "note": "read twice"})
    (tmp_path / "cases.jsonl").write_text(f"\n{line}\n\n")
    SuiteFolder(tmp_path).put({**CASE, "id": "q-2"})
    lines = (tmp_path / "cases.jsonl").read_text().splitlines()
    assert [json.loads(one).get("note") for one in lines] == ["read twice", None]


def test_a_damaged_suite_is_never_written_over(tmp_path: Path):
    for text, why in (("{}\n", "line 1: id"), (f"{json.dumps(CASE)}\n" * 2, "line 2: the id 'q-1'")):
        (tmp_path / "cases.jsonl").write_text(text)
        with pytest.raises(SuiteError, match=why):
            SuiteFolder(tmp_path)
        assert (tmp_path / "cases.jsonl").read_text() == text


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SuiteError, match="another folder with --out"):
        SuiteFolder(tmp_path / "file" / "suite").put(CASE)
