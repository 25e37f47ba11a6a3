"""The hard set rests on the documents as the gold set does, and repeats none of its questions."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from eval.corpus.build import CORPUS
from eval.text_match import find_quote
from rag.answering.words import content_words
from rag.load import load
from rag.types import Document

EVAL = Path(__file__).parents[2] / "eval"
KINDS = {"near-miss", "false-premise", "outside", "opinion", "missing-page"}


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


CASES = read(EVAL / "hard" / "hard.jsonl")
GOLD = [case for path in sorted((EVAL / "gold").glob("*.jsonl")) for case in read(path)]


@cache
def document(name: str) -> Document:
    return load(CORPUS / "library" / name, name=name).document


def asked(case: dict[str, Any]) -> frozenset[str]:
    turns = [turn["question"] for turn in case.get("turns", ())]
    return frozenset(content_words(" ".join([*turns, case["question"]])))


def test_there_are_at_least_sixty_and_none_is_for_tuning() -> None:
    assert len(CASES) >= 60
    assert {case["split"] for case in CASES} == {"test"}
    assert len({case["id"] for case in CASES}) == len(CASES)


def test_no_question_is_one_of_the_gold_set() -> None:
    known = {asked(case) for case in GOLD}
    assert [case["id"] for case in CASES if asked(case) in known] == []


def test_every_quote_is_in_its_document_on_its_page() -> None:
    for case in CASES:
        for span in case.get("evidence", ()):
            held = document(span["document"])
            places = find_quote(held.text, span["quote"])
            assert places, (case["id"], span["quote"])
            pages = {run.number for start, _ in places if (run := held.page_at(start))}
            assert span.get("page") in pages or not pages, (case["id"], span["page"], pages)


def test_cases_are_whole() -> None:
    tags = {tag for case in GOLD for tag in case["tags"]}
    for case in CASES:
        assert set(case["tags"]) <= tags, case["id"]
        if case["answerable"]:
            assert case["evidence"], case["id"]
            assert bool(case.get("answers")) != bool(case.get("nuggets")), case["id"]
            assert not KINDS & set(case["tags"]), case["id"]
        else:
            assert len(KINDS & set(case["tags"])) == 1, case["id"]
            assert ("false-premise" in case["tags"]) == bool(case.get("premise")), case["id"]
