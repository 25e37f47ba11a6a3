"""Every flag where it belongs, and none on a system that deserves none."""

from __future__ import annotations

from typing import Any

import pytest

from eval.flags import find_flags
from tests.eval.made import case

FINE: dict[str, float | None] = {
    **dict.fromkeys(("healthy", "answered", "correct", "resolved"), 1.0),
    **dict.fromkeys(("citation_valid", "citation_coverage", "citation_precision", "citation_recall"), 1.0),
    **dict.fromkeys(("quotes_normalised",), 1.0),
    **dict.fromkeys(("false_answer",)),
    "false_abstention": 0.0,
}
DECLINED: dict[str, float | None] = {
    **dict.fromkeys(FINE),
    **{"healthy": 1.0, "answered": 0.0, "resolved": 1.0, "false_answer": 0.0},
}
CASES = [case(f"a{n}", answers=["six years"]) for n in range(6)] + [
    case(f"u{n}", answerable=False) for n in range(4)
]


def titles(scored: dict[str, dict[str, float | None]]) -> list[str]:
    return [flag.title for flag in find_flags(CASES, {"s": scored}, "resolved") if flag.system == "s"]


def rows(answerable: dict[str, Any], unanswerable: dict[str, Any]) -> dict[str, dict[str, float | None]]:
    return {
        one.case_id: {**FINE, **answerable} if one.answerable else {**DECLINED, **unanswerable}
        for one in CASES
    }


def test_nothing_run_and_nothing_wrong_raise_no_flag() -> None:
    assert find_flags([], {}, "resolved") == ()
    assert titles({}) == []
    assert titles(rows({}, {})) == []


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "title"),
    [
        (
            {"answered": 0.0, "false_abstention": 1.0, "correct": 0.0, "citation_coverage": None},
            {},
            "Answers nothing",
        ),
        ({}, {"answered": 1.0, "false_answer": 1.0, "resolved": 0.0}, "Answers everything"),
        ({}, {"healthy": 0.0}, "Cases failed"),
        ({"resolved": None}, {}, "Unscored cases"),
        ({"citation_coverage": 0.0, "citation_precision": None}, {}, "Cites nothing"),
        ({"citation_precision": 0.05}, {}, "Cites the wrong places"),
        ({"citation_valid": 0.5}, {}, "Markers that lead nowhere"),
        ({"quotes_normalised": 0.9}, {}, "Quotes that are not there"),
        ({"citation_recall": 0.0}, {}, "Right without the evidence"),
    ],
)
def test_each_flag_by_itself(answerable: dict[str, Any], unanswerable: dict[str, Any], title: str) -> None:
    assert titles(rows(answerable, unanswerable)) == [title]


def test_one_question_declined_is_not_answering_everything() -> None:
    scored = rows({}, {"answered": 1.0, "false_answer": 1.0, "resolved": 0.0})
    scored["u0"] = DECLINED
    assert titles(scored) == []


def test_a_flag_gives_its_figures() -> None:
    scored = rows({}, {"answered": 1.0, "false_answer": 1.0, "resolved": 0.0})
    (flag,) = find_flags(CASES, {"s": scored}, "resolved")
    assert flag.detail == "Answers all 4 questions that the documents do not answer: false-answer rate 100 %."
    (flag,) = find_flags(CASES, {"s": rows({"citation_precision": 0.001}, {})}, "resolved")
    assert flag.detail.endswith("citation precision under 1 % over 6 answers.")


@pytest.mark.parametrize(
    ("cases", "title"),
    [
        ([case(answers=["six"])], "No unanswerable question"),
        (
            [case(answers=["six"]), *(case(f"u{n}", answerable=False) for n in range(2))],
            "Mostly unanswerable",
        ),
        (
            [case(answers=["word " * 13]), case("u", answerable=False)],
            "Gold answers too long to be contained",
        ),
    ],
)
def test_flags_of_the_suite(cases: list[Any], title: str) -> None:
    assert [(flag.system, flag.title) for flag in find_flags(cases, {}, "resolved")] == [("", title)]
