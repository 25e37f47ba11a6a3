"""Every fault that can be planted into a suite is found, at its line and field; a sound suite has none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import eval.check_suite
from eval.check_suite import check, counts
from eval.checking.documents import documents_of_texts
from eval.checking.files import read_files
from eval.checking.finding import Level
from eval.checking.lines import read_cases
from eval.suite import SuiteError, read_suite
from tests.eval.checking.planted import CASES, Change, checked, documents, write_suite

ERROR, WARNING = Level.ERROR, Level.WARNING


def put(number: int, **values: Any) -> Change:
    """Sets keys of one case."""
    return lambda cases: cases[number].update(values)


def span(number: int, at: int = 0, **values: Any) -> Change:
    """Sets keys of one case's evidence."""
    return lambda cases: cases[number]["evidence"][at].update(values)


def drop(number: int, key: str) -> Change:
    """Takes a key out of one case."""
    return lambda cases: cases[number].pop(key)


def also(**values: Any) -> Change:
    """Adds a case."""
    return lambda cases: cases.append({"id": "p-6", "split": "test", **values})


QUAY = CASES[1]["question"]
HARBOUR_SPAN = {"document": "harbour.txt", "quote": "The harbour master may refuse a vessel.", "page": 4}

PLANTED: list[tuple[str, Change, Level, int, str]] = [
    ("unknown-key", put(0, tag=["number"]), ERROR, 1, ""),
    ("unknown-key", put(0, hints=[]), ERROR, 1, ""),
    ("unknown-key", span(1, 1, offset=4), ERROR, 2, "evidence[1]"),
    ("wrong-value", drop(0, "id"), ERROR, 1, "id"),
    ("wrong-value", put(0, question=None), ERROR, 1, "question"),
    ("wrong-value", put(0, answerable="no"), ERROR, 1, "answerable"),
    ("wrong-value", put(0, answers="12 hours"), ERROR, 1, "answers"),
    ("wrong-value", put(0, answers=["12 hours", ""]), ERROR, 1, "answers[1]"),
    ("wrong-value", put(0, answers=["12 hours", "\udc00"]), ERROR, 1, "answers[1]"),
    ("wrong-value", span(1, 1, page=True), ERROR, 2, "evidence[1].page"),
    ("wrong-value", span(0, page=0), ERROR, 1, "evidence[0].page"),
    ("wrong-value", span(0, page="2"), ERROR, 1, "evidence[0].page"),
    ("id-twice", put(3, id="p-2"), ERROR, 4, "id"),
    ("question-twice", also(question=f" {QUAY.upper()} ", answerable=False), ERROR, 6, "question"),
    (
        "question-near",
        also(question="What does one night at the quay now cost?", answerable=False),
        WARNING,
        6,
        "question",
    ),
    ("no-words", put(3, question="???"), ERROR, 4, "question"),
    ("no-words", put(0, answers=["12 hours", "..."]), ERROR, 1, "answers[1]"),
    ("odd-split", put(0, split="train"), WARNING, 1, "split"),
    ("no-split", drop(0, "split"), WARNING, 1, "split"),
    ("no-answer", drop(0, "answers"), ERROR, 1, "answers"),
    (
        "no-answer",
        put(1, nuggets=[{"text": "45 euros", "accept": ["45 euros"], "vital": False}]),
        ERROR,
        2,
        "answers",
    ),
    ("no-evidence", drop(0, "evidence"), WARNING, 1, "evidence"),
    ("premise-answerable", put(0, premise="It is not."), WARNING, 1, "premise"),
    ("answers-and-nuggets", put(1, answers=["45 euros"]), WARNING, 2, "nuggets"),
    ("answer-in-question", put(0, question="Is it 12 hours or 45?"), WARNING, 1, "answers"),
    ("unanswerable-answer", put(3, answers=["Nobody"]), ERROR, 4, "answers"),
    ("unanswerable-evidence", put(3, evidence=[CASES[4]["evidence"][0]]), ERROR, 4, "evidence"),
    ("premise-alone", drop(4, "evidence"), WARNING, 5, "premise"),
    (
        "evidence-twice",
        lambda cases: cases[0]["evidence"].extend(cases[0]["evidence"]),
        WARNING,
        1,
        "evidence[1]",
    ),
    ("answer-not-quoted", put(0, answers=["13 hours"]), WARNING, 1, "answers"),
    ("answer-not-quoted", put(0, answers=["2 hours"]), WARNING, 1, "answers"),
    ("unknown-document", span(0, document="harbor.txt"), ERROR, 1, "evidence[0].document"),
    (
        "quote-not-found",
        span(0, quote="must report its arrival within 24 hours"),
        ERROR,
        1,
        "evidence[0].quote",
    ),
    ("quote-not-found", span(0, quote="..."), ERROR, 1, "evidence[0].quote"),
    ("wrong-page", span(0, page=3), ERROR, 1, "evidence[0].page"),
    ("no-page", span(0, page=None), WARNING, 1, "evidence[0].page"),
    ("short-quote", span(0, quote="12 hours to"), WARNING, 1, "evidence[0].quote"),
    (
        "looks-answerable",
        put(3, question="May the harbour master refuse a vessel?"),
        WARNING,
        4,
        "answerable",
    ),
    ("split-leak", put(1, split="test"), WARNING, 2, "split"),
]


def found(checked_suite: eval.check_suite.Checked) -> list[tuple[str, Level, int, str]]:
    return [(one.code, one.level, one.place.line, one.field) for one in checked_suite.findings]


def test_a_sound_suite_has_no_finding_and_can_be_run(tmp_path: Path):
    suite = write_suite(tmp_path)
    outcome = checked(tmp_path, suite)
    assert outcome.findings == ()
    assert (outcome.cases, outcome.answerable, outcome.documents, outcome.errors) == (5, 3, 2, 0)
    assert len(read_suite(suite).cases) == 5


@pytest.mark.parametrize(
    ("code", "change", "level", "line", "field"),
    PLANTED,
    ids=[f"{number}-{row[0]}" for number, row in enumerate(PLANTED)],
)
def test_a_planted_fault_is_found_and_nothing_else(
    tmp_path: Path, code: str, change: Change, level: Level, line: int, field: str
):
    outcome = checked(tmp_path, write_suite(tmp_path, change))
    assert found(outcome) == [(code, level, line, field)]
    assert outcome.errors == (level is ERROR)
    assert all(one.what.endswith((".", '"')) and one.todo for one in outcome.findings)


def test_two_cases_of_a_quote_that_stands_twice_are_told(tmp_path: Path):
    twice = {"id": "p-6", "question": "May a ship be turned away?", "answers": ["refuse"], "split": "dev"}
    repeated = {"document": "harbour.txt", "quote": "The harbour master may refuse a vessel."}
    suite = write_suite(tmp_path, lambda cases: cases.append({**twice, "evidence": [repeated]}))
    outcome = checked(tmp_path, suite)
    assert found(outcome) == [
        ("no-page", WARNING, 6, "evidence[0].page"),
        ("quote-repeated", WARNING, 6, "evidence[0].quote"),
    ]
    assert "2 times" in outcome.findings[1].what
    assert "page 4-5" in outcome.findings[1].what


def test_on_its_page_the_repeated_quote_stands_once(tmp_path: Path):
    case = {"id": "p-6", "question": "May a ship be turned away?", "answers": ["refuse"], "split": "dev"}
    suite = write_suite(tmp_path, lambda cases: cases.append({**case, "evidence": [HARBOUR_SPAN]}))
    assert checked(tmp_path, suite).findings == ()


def test_a_page_in_a_document_without_pages_is_wrong(tmp_path: Path):
    texts = {"harbour.txt": "The harbour master may refuse a vessel.\n"}
    case = {
        "id": "p-6",
        "question": "May a ship be turned away?",
        "answers": ["refuse"],
        "evidence": [HARBOUR_SPAN],
    }
    suite = write_suite(tmp_path, lambda cases: cases.__setitem__(slice(None), [case]))
    outcome = check(read_files(suite), documents_of_texts(texts))
    assert ("wrong-page", ERROR, 1, "evidence[0].page") in found(outcome)
    assert "has no pages" in next(one.what for one in outcome.findings if one.code == "wrong-page")


def test_the_nearest_sentence_and_the_nearest_name_are_offered(tmp_path: Path):
    suite = write_suite(
        tmp_path,
        span(0, quote="A vessel must report its arrival within 24 hours to the harbour master"),
        span(2, document="FISCH.txt"),
    )
    quote, name = checked(tmp_path, suite).findings
    assert '"A vessel must report its arrival within 12 hours to the harbour master."' in quote.todo
    assert name.todo == 'Is it "fish.txt"?'


def test_a_repeated_question_says_what_makes_it_worse(tmp_path: Path):
    suite = write_suite(tmp_path, also(question=QUAY, answerable=False))
    assert "one answerable and one not" in checked(tmp_path, suite).findings[0].what
    (tmp_path / "other").mkdir()
    same = write_suite(
        tmp_path / "other", lambda cases: cases.append({**cases[2], "id": "p-6", "split": "dev"})
    )
    outcome = checked(tmp_path, same)
    assert "in the other split" in next(one.what for one in outcome.findings if one.code == "question-twice")


def test_questions_that_differ_in_a_number_or_in_what_came_before_are_not_alike(tmp_path: Path):
    def years(cases: list[dict[str, Any]]) -> None:
        for year in (2024, 2025):
            question = f"How many boats did the harbour master count in {year}?"
            cases.append({"id": f"y-{year}", "question": question, "answerable": False, "split": "test"})
        for number, before in enumerate(("What is a stall?", "What is a quay?")):
            turns = [{"question": before, "answer": "Something."}]
            cases.append({"id": f"t-{number}", "question": "And who pays for it?", "turns": turns})
            cases[-1].update(answerable=False, split="test")

    assert checked(tmp_path, write_suite(tmp_path, years)).findings == ()


def test_a_question_to_be_asked_back_about_may_have_evidence(tmp_path: Path):
    suite = write_suite(tmp_path, put(3, evidence=[CASES[4]["evidence"][0]], tags=["clarify"]))
    assert checked(tmp_path, suite).findings == ()


def test_a_follow_up_after_nearly_the_same_question_is_nearly_the_same(tmp_path: Path):
    def follow(cases: list[dict[str, Any]]) -> None:
        for number, before in enumerate(
            ("What does a berth at the long pier cost?", "What does a berth at the long pier now cost?")
        ):
            turns = [{"question": before, "answer": "Something."}]
            question = "And which of the crews would have to pay for repairs afterwards?"
            cases.append({"id": f"t-{number}", "question": question, "turns": turns})
            cases[-1].update(answerable=False, split="test")

    assert found(checked(tmp_path, write_suite(tmp_path, follow))) == [
        ("question-near", WARNING, 7, "question")
    ]


def test_a_case_of_test_that_also_needs_a_document_of_its_own_is_no_leak(tmp_path: Path):
    compare = {
        "id": "p-6",
        "question": "Which costs more, a night at the quay or a day's stall?",
        "evidence": [
            {"document": "harbour.txt", "quote": "a night at the quay is 45 euros", "page": 3},
            {"document": "fish.txt", "quote": "costs 30 euros a day", "page": 3},
        ],
        "answers": ["45 euros"],
        "split": "test",
    }
    assert checked(tmp_path, write_suite(tmp_path, lambda cases: cases.append(compare))).findings == ()


def test_without_an_unanswerable_case_abstaining_is_not_measured(tmp_path: Path):
    suite = write_suite(tmp_path, lambda cases: cases.__delitem__(slice(3, None)))
    assert found(checked(tmp_path, suite)) == [("no-unanswerable", WARNING, 0, "")]


def test_without_documents_the_evidence_is_said_to_be_unchecked(tmp_path: Path):
    outcome = check(read_files(write_suite(tmp_path, span(0, document="gone.txt"))), None)
    assert found(outcome) == [("unchecked", WARNING, 0, "corpus")]
    assert outcome.documents is None


HEADS = [
    ("name = 3\n", "wrong-value", "name"),
    ('nam = "x"\n', "unknown-key", "nam"),
    ('primary = "accuracy"\n', "no-metric", "primary"),
    ('corpus = "../nowhere"\n', "no-corpus", "corpus"),
    ("name = \n", "head", ""),
]


@pytest.mark.parametrize(("head", "code", "field"), HEADS, ids=[row[1] for row in HEADS])
def test_a_fault_of_the_head_is_found(tmp_path: Path, head: str, code: str, field: str):
    outcome = checked(tmp_path, write_suite(tmp_path, head=head))
    assert found(outcome) == [(code, ERROR, 0, field)]


def test_files_that_are_no_cases_do_not_hide_the_others(tmp_path: Path):
    suite = write_suite(tmp_path)
    (suite / "suite.toml").unlink()
    (suite / "a.jsonl").write_bytes(b'{"id": "a"}\n\n{"id": "b", "question": "\xff"}\n')
    (suite / "b.jsonl").write_text("\n")
    (suite / "c.jsonl").write_text(
        '[1]\n{"id": "c"\n{"id": "c", "id": "d", "question": "Who is it?", "answerable": false}\n'
        + f'{{"id": {"[" * 5000}\n'
        + '{"id": 1, "answers": [2, "x", 3], "evidence": [{"document": "x"}], "nuggets": {"text": "x"}}\n'
    )
    outcome = checked(tmp_path, suite)
    assert [(one.place.file, *row) for one, row in zip(outcome.findings, found(outcome), strict=True)] == [
        ("a.jsonl", "not-utf-8", ERROR, 3, ""),
        ("b.jsonl", "empty-file", WARNING, 0, ""),
        ("c.jsonl", "not-a-case", ERROR, 1, ""),
        ("c.jsonl", "not-json", ERROR, 2, ""),
        ("c.jsonl", "key-twice", ERROR, 3, "id"),
        ("c.jsonl", "not-json", ERROR, 4, ""),
        ("c.jsonl", "wrong-value", ERROR, 5, "question"),
        ("c.jsonl", "wrong-value", ERROR, 5, "id"),
        ("c.jsonl", "wrong-value", ERROR, 5, "answers[0]"),
        ("c.jsonl", "wrong-value", ERROR, 5, "answers[2]"),
        ("c.jsonl", "wrong-value", ERROR, 5, "evidence[0].quote"),
        ("c.jsonl", "wrong-value", ERROR, 5, "nuggets"),
        ("suite.toml", "no-head", ERROR, 0, ""),
    ]
    assert outcome.cases == 5
    assert counts(outcome.findings)[0] == ("wrong-value", 6)


def test_a_folder_without_cases_and_no_folder_at_all(tmp_path: Path):
    suite = write_suite(tmp_path)
    (suite / "cases.jsonl").unlink()
    assert found(checked(tmp_path, suite)) == [("no-cases", ERROR, 0, "")]
    (tmp_path / "empty").mkdir()
    with pytest.raises(SuiteError, match="greenpaper eval new"):
        read_files(tmp_path / "empty")
    with pytest.raises(SuiteError, match="not a folder"):
        read_files(suite / "suite.toml")


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path):
    (tmp_path / "x.jsonl").mkdir()
    cases, findings = read_cases(tmp_path / "x.jsonl")
    assert cases == ()
    assert [one.code for one in findings] == ["unreadable"]


def test_every_kind_of_finding_is_planted_here():
    sources = [*Path(eval.check_suite.__file__).parent.glob("checking/*.py"), Path(eval.check_suite.__file__)]
    codes = {
        code
        for path in sources
        for code in re.findall(r'\b(?:error|warning)\(\s*"([a-z0-9-]+)"', path.read_text("utf-8"))
    }
    here = Path(__file__).read_text("utf-8")
    assert len(codes) > 25
    assert {code for code in codes if f'"{code}"' not in here} == set()


def test_a_beir_suite_is_checked_against_its_own_texts(tmp_path: Path):
    suite = tmp_path / "beir"
    suite.mkdir()
    entries = [{"_id": "d1", "title": "Quay", "text": "A night at the quay is 45 euros."}]
    queries = [
        {"_id": "q1", "text": "What is a night at the quay?"},
        {"_id": "q2", "text": "What is a crane?"},
    ]
    answers = [
        {"_id": "q1", "answers": ["45 euros"], "evidence": [{"corpus_id": "d1"}]},
        {
            "_id": "q2",
            "answers": ["a lift"],
            "evidence": [{"corpus_id": "d1", "quote": "A crane is a lift."}],
        },
    ]
    for name, rows in (("corpus", entries), ("queries", queries), ("answers", answers)):
        (suite / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    files = read_files(suite)
    outcome = check(files, documents_of_texts(files.texts))
    assert [(str(one.place), one.code) for one in outcome.findings] == [
        ("answers.jsonl, line 2", "quote-not-found"),
        ("suite.toml", "no-unanswerable"),
    ]
    (suite / "queries.jsonl").write_text("[]\n")
    assert [one.code for one in check(read_files(suite), None).findings] == ["unreadable"]


def test_control_characters_of_a_suite_do_not_reach_the_terminal(tmp_path: Path):
    suite = write_suite(tmp_path, span(0, document="\x1b]0;owned\x07.txt"), put(3, id="p-\x1b[2J"))
    shown = "\n".join(str(one) for one in checked(tmp_path, suite).findings)
    assert "\\x1b]0;owned\\x07.txt" in shown
    assert "\x1b" not in shown


def test_a_thousand_cases_are_compared_with_each_other_in_a_blink(tmp_path: Path):
    from time import perf_counter

    def many(cases: list[dict[str, Any]]) -> None:
        for number in range(1_000):
            question = f"How does office {number} count the boats of its harbour in the year {number + 1000}?"
            cases.append({"id": f"m-{number}", "question": question, "answerable": False, "split": "test"})

    suite = write_suite(tmp_path, many)
    read, files = documents(tmp_path), read_files(suite)
    begun = perf_counter()
    assert check(files, read).findings == ()
    assert perf_counter() - begun < 5
