"""`eval new` and `eval check` as they are typed: a table goes in, a sound suite comes out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.suite import read_suite
from tests.rag.index_fakes import LengthEmbedder, write
from tests.rag.index_fakes import run as ingest
from ui.cli import run

HARBOUR = """\
# The harbour's rules
A vessel must report its arrival within 12 hours to the harbour master.
The fee for a night at the quay is 45 euros, and it is paid in advance.
The harbour master may refuse a vessel that carries no papers at all.
"""
FISH = """\
# The fish market
The market opens at five in the morning from Monday to Saturday.
A stall of the fish market costs 30 euros a day, and is drawn by lot.
"""
TABLE = """\
Frage;Erwartete Antwort;Dokument
How soon must a vessel report its arrival?;12 hours;harbour
What does a stall cost?;It costs a trader 30 euros a day to have a stall.;fish.txt
Who was the first harbour master?;;harbour
When does the market open?;at five in the morning;herring.txt
"""


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.llm.catalogue.embedder_dir", lambda: Path("none"))
    monkeypatch.setattr("rag.question_embedding.question_embedder", lambda _: LengthEmbedder())


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the person will type; an empty list is the end of the input."""
    lines: list[str] = []

    def read(prompt: str = "") -> str:
        sys.stdout.write(prompt)
        if not lines:
            raise EOFError
        return lines.pop(0)

    monkeypatch.setattr("builtins.input", read)
    return lines


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    papers = write(tmp_path / "papers", harbour=HARBOUR, fish=FISH)
    ingest(tmp_path / "index", papers)
    (tmp_path / "table.csv").write_text(TABLE)
    return tmp_path


def give(*arguments: object) -> int:
    return run(["eval", *map(str, arguments)])


def make(place: Path, *more: str) -> int:
    return give("new", place / "table.csv", "--out", place / "suite", "--index", place / "index", *more)


def cases(place: Path) -> dict[str, dict[str, Any]]:
    lines = (place / "suite" / "cases.jsonl").read_text("utf-8").splitlines()
    return {case["question"].split()[-1].strip("?"): case for case in map(json.loads, lines)}


def test_a_table_becomes_a_suite_that_the_check_passes(
    place: Path, typed: list[str], capsys: pytest.CaptureFixture[str]
):
    typed += ["x", "y", "y", "", "y"]
    assert make(place) == 0
    out = capsys.readouterr().out
    made = cases(place)
    assert {key: value for key, value in made["arrival"].items() if key != "id"} == {
        "question": "How soon must a vessel report its arrival?",
        "answerable": True,
        "evidence": [
            {
                "document": "harbour.txt",
                "quote": "A vessel must report its arrival within 12 hours to the harbour master.",
                "page": 2,
            }
        ],
        "answers": ["12 hours"],
        "about": "harbour.txt",
    }
    assert made["cost"]["evidence"][0]["quote"].startswith("A stall of the fish market costs 30 euros a day")
    assert made["cost"]["nuggets"] == [
        {
            "text": "It costs a trader 30 euros a day to have a stall.",
            "accept": ["30 euros"],
            "vital": True,
        }
    ]
    assert made["master"]["answerable"] is False
    assert made["master"]["about"] == "harbour.txt"
    assert "note" not in made["arrival"]
    assert "Type one of the letters in brackets" in out
    assert 'No document is called "herring.txt": all documents are searched.' in out
    assert "4 cases, 0 unconfirmed, 0 rows open" in out
    suite = read_suite(place / "suite")
    assert suite.name == "table"
    assert suite.corpus is not None
    assert suite.corpus.resolve() == (place / "papers").resolve()
    assert give("check", place / "suite", "--index", place / "index") == 0
    assert "4 cases (3 answerable) checked against 2 documents: 0 errors" in capsys.readouterr().out


def test_stopped_at_any_question_it_goes_on_with_the_next(place: Path, typed: list[str]):
    typed += ["y", "q"]
    assert make(place) == 1
    assert list(cases(place)) == ["arrival"]
    before = (place / "suite" / "cases.jsonl").read_bytes()
    assert make(place) == 1  # the input ends at once
    assert (place / "suite" / "cases.jsonl").read_bytes() == before
    typed += ["s", "y"]
    assert make(place) == 1
    assert list(cases(place)) == ["arrival", "master", "open"]
    typed += ["y", "30 euros | thirty euros"]
    assert make(place) == 0
    assert list(cases(place)) == ["arrival", "master", "open", "cost"]
    nuggets = [case["nuggets"] for case in cases(place).values() if "nuggets" in case]
    assert nuggets[0][0]["accept"] == ["30 euros", "thirty euros"]
    assert make(place) == 0


def test_every_key_does_what_it_says(place: Path, typed: list[str], capsys: pytest.CaptureFixture[str]):
    (place / "table.csv").write_text(
        "question,answer\nWhat does it cost?,45 euros\nWhich day?,none of them\n"
    )
    typed += ["n", "b", "b", "n", "+", "w", "refuse a vessel that carries no papers", "y", "u"]
    assert make(place) == 0
    cost, day = cases(place).values()
    assert [span["quote"].split()[1] for span in cost["evidence"]] == ["fee", "harbour"]
    assert day["answerable"] is False
    assert "1 taken so far." in capsys.readouterr().out


def test_yes_takes_the_best_and_says_that_nobody_saw_it_and_a_person_can_later(
    place: Path, typed: list[str], capsys: pytest.CaptureFixture[str]
):
    assert make(place, "--yes") == 0
    out = capsys.readouterr().out
    assert 'names "herring.txt", which is no document' in out
    assert "4 cases, 3 unconfirmed, 0 rows open" in out
    marked = [name for name, case in cases(place).items() if case.get("note", "").startswith("unconfirmed")]
    assert marked == ["arrival", "cost", "open"]
    assert make(place, "--yes") == 0
    typed += ["y", "y", "", "y"]
    assert make(place) == 0
    assert "4 cases, 0 unconfirmed" in capsys.readouterr().out
    assert [case["id"] for case in cases(place).values() if "note" in case] == []


def test_an_answer_that_no_passage_is_like_is_left_out_and_said(
    place: Path, capsys: pytest.CaptureFixture[str]
):
    (place / "table.csv").write_text("question,answer\n!! 12 ??,€€€\nWhat is the fee?,45 euros\n")
    assert make(place, "--yes") == 1
    out = capsys.readouterr().out
    assert "left out: row 2" in out
    assert "1 cases, 1 unconfirmed, 1 rows open" in out


def test_a_changed_row_is_another_case_and_the_old_one_is_told(
    place: Path, capsys: pytest.CaptureFixture[str]
):
    assert make(place, "--yes") == 0
    (place / "table.csv").write_text(TABLE.replace("12 hours", "within 12 hours"))
    assert make(place, "--yes") == 1  # the same question is now there twice
    out = capsys.readouterr().out
    assert "is of no row of this table" in out
    assert "1 question-twice" in out


def test_unclear_columns_are_asked_for(place: Path, typed: list[str], capsys: pytest.CaptureFixture[str]):
    table = "What people ask;What is right;Where\nWhat is the fee?;45 euros;harbour\n"
    (place / "table.csv").write_text(table)
    typed += ["1", "what is right"]
    assert make(place, "--document", "3") == 1  # no more is typed
    assert 'question:  1 "What people ask"' in capsys.readouterr().out
    assert make(place, "--yes") == 1
    assert "Which column holds the question? Name it with --question." in capsys.readouterr().err
    assert make(place, "--yes", "--question", "1", "--answer", "What is right", "--document", "none") == 0
    assert list(cases(place)) == ["fee"]
    capsys.readouterr()
    for options, why in (
        (("--yes", "--question", "4"), '"4" is no column of the table'),
        (("--yes", "--question", "none", "--answer", "2"), "there is no suite"),
        ((), "Name the column that holds the question"),
    ):
        assert make(place, *options) == 1
        assert why in capsys.readouterr().err


def test_a_long_answer_that_the_quote_does_not_give_must_be_said_in_few_words(
    place: Path, typed: list[str], capsys: pytest.CaptureFixture[str]
):
    wordy = "Somebody who wishes to stay overnight has to hand over money."
    (place / "table.csv").write_text(f"question,answer\nWhat is the fee for a night?,{wordy}\n")
    typed += ["y", "paid in advance"]
    assert make(place) == 0
    assert cases(place)["night"]["nuggets"][0]["accept"] == ["paid in advance"]
    assert "give the words that matter" in capsys.readouterr().out


def test_without_a_column_of_answers_nothing_is_answered(place: Path):
    (place / "table.csv").write_text("question\nWho was the first harbour master of all?\n")
    assert make(place, "--yes", "--answer", "none") == 0
    assert [case["answerable"] for case in cases(place).values()] == [False]


def test_a_table_without_an_answer_taken_makes_no_suite(place: Path, typed: list[str]):
    typed += ["s"]
    (place / "table.csv").write_text("question,answer\nWhat is the fee?,45 euros\n")
    assert make(place) == 1
    assert not (place / "suite").exists()


def test_what_a_table_holds_cannot_write_to_the_terminal(
    place: Path, typed: list[str], capsys: pytest.CaptureFixture[str]
):
    evil = "What is the \x1b[31mfee\x1b]0;x\x07 [bold]?"
    (place / "table.csv").write_text(f"question,answer,document\n{evil},45 \x1b[2Jeuros,\x1b[1mx\n")
    typed += ["y"]
    make(place)
    out = capsys.readouterr().out
    assert "\x1b[31m" not in out.replace("\x1b[1m", "")
    assert "\\x1b[31mfee\\x1b]0;x\\x07 [bold]?" in out
    assert "\x1b[2J" not in out


def test_the_check_ends_with_1_for_an_error_and_with_0_for_a_warning(
    place: Path, capsys: pytest.CaptureFixture[str]
):
    suite = place / "own"
    suite.mkdir()
    (suite / "suite.toml").write_text('name = "Own"\ncorpus = "../papers"\n')
    case = {"id": "a", "question": "What is the fee?", "answers": ["45 euros"]}
    span = {"document": "harbour.txt", "quote": "The fee for a night at the quay is 45 euros"}
    (suite / "a.jsonl").write_text(json.dumps({**case, "evidence": [span]}) + "\n")
    assert give("check", suite) == 0
    out, err = capsys.readouterr()
    assert "reading fish.txt" in err
    assert out.splitlines()[:3] == [
        "suite.toml",
        "  warning: Every case is answerable, so whether a model knows when to say nothing is not measured.",
        "  Add questions that the documents do not answer.",
    ]
    (suite / "a.jsonl").write_text(
        json.dumps({**case, "evidence": [{**span, "quote": "The fee is 54"}]}) + "\n"
    )
    assert give("check", suite, "--corpus", place / "papers", "--json") == 1
    plain = json.loads(capsys.readouterr().out)
    assert plain["errors"] == 1
    assert plain["findings"][0]["code"] == "quote-not-found"
    assert plain["findings"][0]["place"] == {"file": "a.jsonl", "line": 1}
    assert give("check", suite, "--corpus", place / "papers", "--index", place / "index") == 1
    assert "one of the two" in capsys.readouterr().err
