"""Every gold case rests on the documents as they are loaded, and the set is what its README says it is."""

import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from eval.corpus.build import CORPUS
from eval.text_match import contains, find_quote
from rag.answering.words import content_words
from rag.load import load
from rag.types import Document

GOLD = Path(__file__).parents[2] / "eval" / "gold"
FILES = sorted(GOLD.glob("library-*.jsonl"))
KINDS = {"near-miss", "false-premise", "outside", "opinion", "missing-page"}
WORKED_OUT = {"b-004", "b-094"}
"""The answer follows from the quotes and is written in none: twice as many, earlier than."""
OFFERED = {"b-009", "b-039", "b-068"}
"""The question offers a choice, or names the wrong view: repeating all of it says something else."""

Case = dict[str, Any]


def cases_of(path: Path) -> list[Case]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


CASES = [case for path in FILES for case in cases_of(path)]
ANSWERABLE = [case for case in CASES if case["answerable"]]
UNANSWERABLE = [case for case in CASES if not case["answerable"]]


def tagged(tag: str) -> list[Case]:
    return [case for case in CASES if tag in case["tags"]]


def wrong(cases: list[Case], is_right: Callable[[Case], bool]) -> set[str]:
    return {case["id"] for case in cases if not is_right(case)}


@cache
def document(name: str) -> Document:
    return load(CORPUS / "library" / name, name=name).document


def spans(case: Case) -> list[dict[str, Any]]:
    evidence: list[dict[str, Any]] = case.get("evidence", [])
    return evidence


def names(case: Case) -> set[str]:
    return {span["document"] for span in spans(case)}


def quoted(case: Case) -> str:
    return " ".join(span["quote"] for span in spans(case))


def accepted(case: Case) -> list[list[str]]:
    """The sets of strings of which a right answer contains one each: the answers, or each nugget's."""
    answers = [case["answers"]] if case.get("answers") else []
    return answers + [nugget["accept"] for nugget in case.get("nuggets", ())]


def pages_of(span: dict[str, Any]) -> set[int | None]:
    """The pages on which the quote begins: {None} where the document has none, empty without a find."""
    source = document(span["document"])
    runs = [source.page_at(start) for start, _ in find_quote(source.text, span["quote"])]
    return {run.number if run else None for run in runs}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_quote_is_in_its_document_at_its_page(path: Path) -> None:
    faults = [
        f"{case['id']}: {span['quote'][:60]!r} is on {pages_of(span) or 'no'} page, not on {span.get('page')}"
        for case in cases_of(path)
        for span in spans(case)
        if span.get("page") not in pages_of(span)
    ]
    assert faults == []


def test_ids_are_unique_and_a_file_holds_one_split() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    for path in FILES:
        assert {case["split"] for case in cases_of(path)} == {path.stem.rpartition("-")[2]}


def test_no_question_is_asked_twice() -> None:
    asked: Counter[tuple[str, ...]] = Counter()
    for case in CASES:
        said = [text for turn in case.get("turns", ()) for text in (turn["question"], turn["answer"])]
        asked[tuple(" ".join(sorted(set(content_words(text)))) for text in (*said, case["question"]))] += 1
    assert [question for question, times in asked.items() if times > 1] == []


def test_tags_are_those_that_the_readme_explains() -> None:
    tags = (GOLD / "README.md").read_text(encoding="utf-8").split("\n## Tags\n")[1].split("\n## ")[0]
    explained = re.findall(r"^\| `([a-z-]+)` \| ", tags, re.MULTILINE)
    assert sorted({tag for case in CASES for tag in case["tags"]}) == sorted(explained)
    assert wrong(CASES, lambda case: len(set(case["tags"])) == len(case["tags"])) == set()


def test_an_answerable_case_has_evidence_and_one_way_to_be_right() -> None:
    assert wrong(ANSWERABLE, lambda case: bool(spans(case))) == set()
    assert wrong(ANSWERABLE, lambda case: bool(case.get("answers")) != bool(case.get("nuggets"))) == set()
    assert wrong(ANSWERABLE, lambda case: all(accepted(case))) == set()
    assert wrong(ANSWERABLE, lambda case: not KINDS & set(case["tags"])) == set()
    listed = [case for case in ANSWERABLE if case.get("nuggets")]
    assert wrong(listed, lambda case: any(nugget["vital"] for nugget in case["nuggets"])) == set()


def test_an_unanswerable_case_has_one_kind_and_nothing_to_be_right_by() -> None:
    assert wrong(UNANSWERABLE, lambda case: len(KINDS & set(case["tags"])) == 1) == set()
    assert wrong(UNANSWERABLE, lambda case: not accepted(case)) == set()


def test_a_false_premise_is_contradicted_by_a_quote_and_no_other_case_has_a_premise() -> None:
    assert wrong(tagged("false-premise"), lambda case: bool(spans(case))) == set()
    assert wrong(CASES, lambda case: bool(case.get("premise")) == ("false-premise" in case["tags"])) == set()


def test_the_evidence_itself_would_be_counted_as_right() -> None:
    """A sum need not be written anywhere, everything else is."""
    written = [case for case in ANSWERABLE if "count" not in case["tags"]]

    def holds(case: Case) -> bool:
        return all(any(contains(quoted(case), string) for string in strings) for strings in accepted(case))

    assert wrong(written, holds) == WORKED_OUT


def test_repeating_the_question_is_no_answer() -> None:
    def holds(case: Case) -> bool:
        return not any(contains(case["question"], string) for string in case.get("answers", ()))

    assert wrong(ANSWERABLE, holds) <= OFFERED


def test_a_paraphrase_shares_no_content_word_with_its_evidence() -> None:
    def shared(case: Case) -> set[str]:
        return set(content_words(case["question"])) & set(content_words(quoted(case)))

    assert wrong(tagged("paraphrase"), lambda case: not shared(case)) == set()


def test_a_comparison_needs_two_documents_and_a_follow_up_has_one_to_three_turns() -> None:
    assert wrong(tagged("comparison"), lambda case: len(names(case)) > 1) == set()
    for case in CASES:
        turns = case.get("turns", [])
        assert ("multi-turn" in case["tags"]) == (1 <= len(turns) <= 3), case["id"]
        assert all(turn["question"] and turn["answer"] for turn in turns), case["id"]


def test_a_document_belongs_to_one_half_and_tuning_never_sees_the_other() -> None:
    tuned = set().union(*(names(case) for case in CASES if case["split"] == "dev"))
    alone = set().union(*(names(case) for case in CASES if case["split"] == "test" and len(names(case)) == 1))
    assert tuned & alone == set()


def test_the_readme_says_in_which_half_each_document_is() -> None:
    text = (GOLD / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(dev|test)` \| (`.*`) \|$", text, re.MULTILINE))
    halves = {half: re.findall(r"`([^`]+)`", row) for half, row in rows.items()}
    assert sorted(halves["dev"] + halves["test"]) == sorted(p.name for p in (CORPUS / "library").iterdir())
    tuned = [case for case in CASES if case["split"] == "dev"]
    assert wrong(tuned, lambda case: names(case) <= set(halves["dev"])) == set()
    reported = [case for case in CASES if case["split"] == "test" and spans(case)]
    assert wrong(reported, lambda case: bool(names(case) & set(halves["test"]))) == set()


def test_the_set_is_as_large_as_it_claims_and_its_halves_are_equal() -> None:
    halves = Counter(case["split"] for case in CASES)
    assert set(halves) == {"dev", "test"}
    assert abs(halves["dev"] - halves["test"]) <= len(CASES) / 20
    assert len(CASES) >= 240
    assert len(UNANSWERABLE) >= 70
    times = Counter(tag for case in CASES for tag in case["tags"])
    assert times["multi-turn"] >= 30
    assert {tag: number for tag, number in times.items() if number < 8} == {}
