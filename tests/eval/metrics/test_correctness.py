"""Correctness against SQuAD's own definition, written independently here, and by hand."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cases import Nugget
from eval.metrics.correctness import correctness_scores, exact_match, token_f1
from eval.metrics.observed import observe
from tests.eval.made import case, nugget, result

NAMES = ("correct", "exact", "f1", "nuggets_vital", "nuggets_all")


def scores(
    seen: dict[str, Any], answers: Sequence[str] = (), nuggets: Sequence[Nugget] = ()
) -> list[float | None]:
    found = correctness_scores(case(answers=answers, nuggets=nuggets), observe(seen))
    return [found[name] for name in NAMES]


@pytest.mark.parametrize(
    "seen",
    [
        result(error="late"),
        result(""),
        result("Six years.", status="abstained"),
        result("Six years?", status="clarify"),
        result("The documents do not say.", status="abstained"),
    ],
)
def test_no_answer_is_worth_nothing_even_with_the_right_words_in_it(seen: dict[str, Any]) -> None:
    assert scores(seen, ["six years"], [nugget("six years")]) == [0, 0, 0, 0, 0]


def test_unanswerable_cases_have_no_right_answer() -> None:
    found = correctness_scores(case(answerable=False, answers=["six"]), observe(result("Six years.")))
    assert set(found.values()) == {None}


def test_a_case_without_gold_is_unscored() -> None:
    assert scores(result("Six years.")) == [None] * 5


@pytest.mark.parametrize(
    ("text", "answers", "correct"),
    [
        ("It lasts 16 years [6].", ["6"], 0),
        ("It lasts six years [1].", ["6 years"], 1),
        ("It lasts 6 years [1].", ["ten", "six years"], 1),
        ("No permit is needed.", ["yes"], 0),
        ("It applies no later than May.", ["no"], 0),
        ("No, it does not.", ["no"], 1),
        ("Yes.", ["no"], 0),
        ("It does. Yes indeed.", ["yes"], 0),
        ("Anything", [""], 0),
    ],
)
def test_correct(text: str, answers: list[str], correct: float) -> None:
    assert scores(result(text), answers)[0] == correct


def test_yes_may_open_any_claim() -> None:
    seen = result("It is known. Yes, it is.", claims=[("It is known.", []), ("Yes, it is.", [])])
    assert scores(seen, ["yes"])[0] == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nothing here.", [0, None, None, 0, 0]),
        ("Apples.", [0, None, None, 1 / 2, 1 / 3]),
        ("Apples and cherries.", [0, None, None, 1 / 2, 2 / 3]),
        ("Apples, pears.", [1, None, None, 1, 2 / 3]),
        ("An apple, a pear and cherries.", [1, None, None, 1, 1]),
    ],
)
def test_nuggets_stand_in_for_answers(text: str, expected: list[float | None]) -> None:
    nuggets = [nugget("apples", "an apple"), nugget("pears", "pear"), nugget("cherries", vital=False)]
    found = scores(result(text), (), nuggets)
    assert found == [value if value is None else pytest.approx(value) for value in expected]


def test_nuggets_without_a_vital_one_decide_nothing() -> None:
    assert scores(result("Cherries."), (), [nugget("cherries", vital=False)]) == [None, None, None, None, 1]


def test_gold_answers_decide_where_there_are_both() -> None:
    assert scores(result("Six years."), ["six years"], [nugget("apples")])[:1] == [1]


@pytest.mark.parametrize(
    ("text", "gold", "exact", "f1"),
    [
        ("", "six years", 0, 0),
        ("...", "...", 0, 0),
        ("the", "the", 0, 0),
        ("Six years.", "six years", 1, 1),
        ("The six years", "six  years", 1, 1),
        ("It lasts six years", "six years", 0, 2 * (2 / 4) * 1 / (2 / 4 + 1)),
        ("six six years", "six years", 0, 2 * (2 / 3) * 1 / (2 / 3 + 1)),
        ("the agency’s rule", "agency's rule", 1, 1),
        ("ten months", "six years", 0, 0),
    ],
)
def test_exact_and_f1(text: str, gold: str, exact: float, f1: float) -> None:
    assert exact_match(text, gold) == exact
    assert token_f1(text, gold) == pytest.approx(f1)


def _squad_f1(text: str, gold: str) -> float:
    """From the definition: precision and recall over the multisets of words."""

    def words(value: str) -> list[str]:
        value = "".join(character for character in value.lower() if character not in string.punctuation)
        return [word for word in re.split(r"\s+", value) if word and word not in ("a", "an", "the")]

    mine, theirs = words(text), words(gold)
    same = sum(min(mine.count(word), theirs.count(word)) for word in set(mine))
    if not same:
        return 0.0
    precision, recall = same / len(mine), same / len(theirs)
    return 2 * precision * recall / (precision + recall)


_WORDS = st.lists(st.sampled_from(["the", "a", "Six", "six", "years,", "permit", "fee.", "An"]), max_size=8)


@given(_WORDS, _WORDS)
def test_f1_against_the_definition(text: list[str], gold: list[str]) -> None:
    one, other = " ".join(text), " ".join(gold)
    assert token_f1(one, other) == pytest.approx(_squad_f1(one, other))
    assert token_f1(one, other) == token_f1(other, one)


def test_the_best_gold_answer_counts() -> None:
    assert scores(result("Six years."), ["ten months", "six years"]) == [1, 1, 1, None, None]
