"""Numbers, dates and names against the claims' own quotes, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from eval.metrics.grounding import grounding_scores
from eval.metrics.observed import observe
from tests.eval.made import APPEAL, FEE, REGISTER, cite, result

QUOTES = [cite(1, FEE), cite(2, APPEAL), cite(3, REGISTER)]


def scores(*claims: tuple[str, list[int]]) -> list[float | None]:
    found = grounding_scores(observe(result("Some text.", claims=claims, citations=QUOTES)))
    return [found[name] for name in ("numbers_in_quotes", "dates_in_quotes", "names_in_quotes")]


@pytest.mark.parametrize(
    "seen",
    [
        result(error="late"),
        result(""),
        result("It costs 1,700 euros since 1999, says Bob.", status="abstained"),
        result("It is so.", citations=QUOTES),
    ],
)
def test_nothing_said_is_unscored(seen: dict[str, Any]) -> None:
    assert set(grounding_scores(observe(seen)).values()) == {None}


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        # A claim without quotes, and one whose quote is another's.
        ([("It costs 1,600 euros.", [])], [0, None, None]),
        ([("It costs 1,600 euros.", [9])], [0, None, None]),
        ([("It costs 1,600 euros.", [2])], [0, None, None]),
        ([("It costs 1,700 euros.", [1])], [0, None, None]),
        ([("It costs 1600 euros.", [1])], [1, None, None]),
        ([("It costs 1,600 euros for 6 years.", [1])], [1, None, None]),
        ([("It costs 1,600 euros for 7 years.", [1])], [1 / 2, None, None]),
        ([("It costs 1,600 euros.", [1]), ("It costs 1,500 euros.", [1])], [1 / 2, None, None]),
        ([("It was on 5 May 2023.", [2])], [None, 0, None]),
        ([("It was on 2023-05-04.", [2])], [None, 1, None]),
        ([("A register is kept by the Harbour Agency.", [3])], [None, None, 1]),
        ([("A register is kept by the Airport Agency.", [3])], [None, None, 0]),
    ],
)
def test_by_hand(claims: list[tuple[str, list[int]]], expected: list[float | None]) -> None:
    assert scores(*claims) == expected


def test_what_the_question_says_is_taken_for_granted() -> None:
    seen = result("In 2031 it costs 1,600 euros.", citations=QUOTES[:1], question="What is the fee in 2031?")
    found = grounding_scores(observe(seen))
    assert found["numbers_in_quotes"] == 1
    assert found["dates_in_quotes"] is None
