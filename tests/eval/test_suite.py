"""Suites are read whole or refused with every fault; a draw can be repeated; quotes have a place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.case_json import CaseError, case_to_json, parse_case
from eval.cases import Case, GoldSpan, Nugget
from eval.corpus_texts import CorpusTexts
from eval.suite import SuiteError, read_suite, select
from rag.errors import DocumentError
from rag.index import Index
from rag.types import Turn
from tests.eval.harbour import CASES, FEE, write_suite
from tests.rag.index_fakes import run, write

FULL: Mapping[str, Any] = {
    "id": "lib-1",
    "question": "What is it?",
    "turns": [{"question": "Is there a fee?", "answer": "Yes."}],
    "answerable": True,
    "evidence": [FEE],
    "answers": ["14"],
    "nuggets": [{"text": "a day", "accept": ["daily", "a day"], "vital": False}],
    "tags": ["number"],
    "split": "dev",
    "about": "fees.txt",
    "premise": "It is not 15.",
}


def lines(path: Path, rows: Sequence[Mapping[str, Any] | str]) -> None:
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    path.write_text(text, "utf-8")


def test_a_case_is_read_as_it_is_written() -> None:
    case = parse_case(json.dumps({**FULL, "note": "for people"}))
    assert case == Case(
        case_id="lib-1",
        question="What is it?",
        answerable=True,
        cluster="fees.txt",
        turns=(Turn(question="Is there a fee?", answer="Yes."),),
        evidence=(GoldSpan(document="fees.txt", quote="The harbour fee is 14 crowns a day.", page=2),),
        answers=("14",),
        nuggets=(Nugget(text="a day", accept=("daily", "a day"), vital=False),),
        tags=("number",),
        split="dev",
        premise="It is not 15.",
    )
    assert parse_case(json.dumps(case_to_json(case))) == case
    assert case_to_json(case, note="n") == {**FULL, "note": "n"}


@pytest.mark.parametrize(
    ("given", "cluster"),
    [
        ({}, "q1"),
        ({"evidence": [{**FEE, "document": "a/b/fees.txt"}]}, "fees.txt"),
        ({"evidence": [FEE], "about": "x.md"}, "x.md"),
        ({"answerable": False, "tags": ["opinion", "typo"]}, "opinion"),
        ({"tags": ["number"]}, "q1"),
    ],
)
def test_what_is_left_out_takes_its_default(given: dict[str, Any], cluster: str) -> None:
    case = parse_case(json.dumps({"id": "q1", "question": "Who?", **given}))
    assert case.cluster == cluster
    assert case.answerable is given.get("answerable", True)
    assert parse_case('{"id": "a", "question": "b", "nuggets": [{"text": "c"}]}').nuggets == (
        Nugget(text="c", accept=("c",), vital=True),
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"question": " \n"}, "question"),
        ({"question": "\ud800"}, "question"),
        ({"answerable": "yes"}, "answerable"),
        ({"answers": "14"}, "answers"),
        ({"answers": ["14", ""]}, "answers[1]"),
        ({"evidence": [FEE, {"document": "a"}]}, "evidence[1].quote"),
        ({"evidence": [{**FEE, "page": 0}]}, "evidence[0].page"),
        ({"evidence": [{**FEE, "page": True}]}, "evidence[0].page"),
        ({"evidence": [{**FEE, "pages": 1}]}, "evidence[0]"),
        ({"nuggets": [{"text": "a", "vital": 1}]}, "nuggets[0].vital"),
        ({"turns": [{"answer": "b"}]}, "turns[0].question"),
        ({"evidences": []}, "evidences"),
    ],
)
def test_a_fault_is_told_by_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(CaseError) as refused:
        parse_case(json.dumps({**FULL, **changed}))
    assert field in str(refused.value)


@pytest.mark.parametrize("line", ["", "[]", "null", "{", "[" * 100_000])
def test_a_line_that_is_no_object_is_a_fault(line: str) -> None:
    with pytest.raises(CaseError):
        parse_case(line)


def test_a_suite_is_read_with_its_head(tmp_path: Path) -> None:
    suite = read_suite(write_suite(tmp_path, description="Boats.", licence="CC0-1.0", primary="f1"))
    assert (suite.name, suite.description, suite.licence, suite.primary) == (
        "Harbour",
        "Boats.",
        "CC0-1.0",
        "f1",
    )
    assert suite.corpus == tmp_path / "documents"
    assert [case.case_id for case in suite.cases] == ["fee", "master", "wage"]
    assert suite.places["master"] == "cases.jsonl, line 2"


def test_every_fault_of_a_suite_is_told_at_once(tmp_path: Path) -> None:
    write_suite(tmp_path)
    lines(tmp_path / "more.jsonl", ["", "{", {**CASES[0]}, {"id": "x", "question": ""}])
    with pytest.raises(SuiteError) as refused:
        read_suite(tmp_path)
    said = str(refused.value)
    assert "more.jsonl, line 2: it is not JSON" in said
    assert "more.jsonl, line 3: id: 'fee' is taken by cases.jsonl, line 1" in said
    assert "more.jsonl, line 4: question: it is empty" in said


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("name = ", "is not TOML"),
        ('title = "a"', "unknown key 'title'"),
        ("name = 3", "name: it must be text"),
        ('corpus = "nowhere"', "corpus: there is no"),
    ],
)
def test_a_head_that_is_wrong_is_refused(tmp_path: Path, head: str, said: str) -> None:
    write_suite(tmp_path)
    (tmp_path / "suite.toml").write_text(head, "utf-8")
    with pytest.raises(SuiteError, match=said):
        read_suite(tmp_path)


def test_what_is_no_suite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="not a folder"):
        read_suite(tmp_path / "nowhere")
    with pytest.raises(SuiteError, match="neither suite"):
        read_suite(tmp_path)
    (tmp_path / "suite.toml").write_text("", "utf-8")
    with pytest.raises(SuiteError, match="has no case"):
        read_suite(tmp_path)
    (tmp_path / "cases.jsonl").write_bytes(b"\xff\xfe{}")
    with pytest.raises(SuiteError, match="not text in UTF-8"):
        read_suite(tmp_path)


def test_a_draw_can_be_repeated_and_grows(tmp_path: Path) -> None:
    cases = tuple(
        {"id": f"c{n}", "question": f"Q{n}?", "split": "dev" if n % 2 else "test"} for n in range(40)
    )
    suite = read_suite(write_suite(tmp_path, cases))
    few, more = select(suite, limit=5, seed=3), select(suite, limit=9, seed=3)
    assert few == select(suite, limit=5, seed=3)
    assert set(few) < set(more)
    assert list(few) == sorted(few, key=suite.cases.index)
    assert {select(suite, limit=5, seed=seed) for seed in range(9)} != {few}
    assert len(select(suite, split="dev")) == 20
    assert len(select(suite, limit=99)) == 40
    with pytest.raises(SuiteError, match="There are: dev, test"):
        select(suite, split="train")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[CorpusTexts]:
    folder = write(tmp_path / "docs", fees="# Fees\nA day costs 14 crowns.\nA day costs 14 crowns.\n")
    run(tmp_path / "index", folder)
    with Index.open(tmp_path / "index") as index:
        yield CorpusTexts(index)


def test_documents_are_known_by_the_last_part_of_their_name(corpus: CorpusTexts, tmp_path: Path) -> None:
    text = corpus.text("anywhere/fees.txt")
    assert text is not None
    assert corpus.page_of("fees.txt", text.index("A day")) == 2
    assert corpus.text("fees") is None
    assert corpus.page_of("fees", 0) is None
    twins = tmp_path / "twins"
    write(twins / "a", fees="# A\nOne thing.\n")
    write(twins / "b", fees="# B\nAnother thing.\n")
    run(tmp_path / "second", twins)
    with Index.open(tmp_path / "second") as index, pytest.raises(DocumentError, match="are called 'fees"):
        CorpusTexts(index)


def test_a_quote_is_on_the_page_it_names(corpus: CorpusTexts) -> None:
    quote = "A day costs 14 crowns."
    text = corpus.text("fees.txt") or ""
    second = text.rindex(quote)
    span = GoldSpan(document="fees.txt", quote=quote)
    assert corpus.place(span) == (text.index(quote), text.index(quote) + len(quote))
    assert corpus.place(GoldSpan(document="fees.txt", quote=quote, page=3)) == (second, second + len(quote))
    assert corpus.place(GoldSpan(document="fees.txt", quote="A week.")) is None
    assert [passage.text for passage in corpus.gold_passages([span, span])] == [text.strip()]
