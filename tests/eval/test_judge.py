"""A judge is asked in one way, read from two words, and believed only as far as it agrees with people."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from math import nan
from pathlib import Path
from typing import Any

import pytest

from eval.agreement import Rated, RatedSet, agreement, read_rated, sample
from eval.judge import LlamaJudge, judge_claim, question_about
from rag.errors import GreenpaperError
from rag.llm.catalogue import resolve_model
from rag.llm.llama import EngineSettings
from tests.eval.made import APPEAL, FEE


class Fake:
    """A judge whose reply is a function of the question."""

    name = "fake"

    def __init__(self, reply: Callable[[str], float | None]) -> None:
        self._reply = reply
        self.asked: list[str] = []

    def supports(self, claim: str, quotes: Sequence[str]) -> float | None:
        question = question_about(claim, quotes)
        self.asked.append(question)
        return self._reply(question)

    def close(self) -> None:
        """Nothing to free."""


@pytest.mark.parametrize("quotes", [[], [""], ["  ", "\n"]])
def test_without_a_quote_nothing_is_supported_and_nobody_is_asked(quotes: list[str]) -> None:
    judge = Fake(lambda _question: 1.0)
    assert judge_claim(judge, "Six years.", quotes) == 0.0
    assert judge.asked == []


@pytest.mark.parametrize("reply", [None, nan, -0.1, 1.1])
def test_a_reply_that_is_no_chance_is_unscored(reply: float | None) -> None:
    assert judge_claim(Fake(lambda _question: reply), "Six years.", [FEE]) is None


def test_the_question_holds_the_claim_and_all_quotes() -> None:
    judge = Fake(lambda _question: 0.5)
    judge_claim(judge, " Six years. ", [f" {FEE}\n", "", APPEAL])
    (asked,) = judge.asked
    assert asked.startswith(f"Quotes:\n{FEE}\n\n{APPEAL}\n\nClaim:\nSix years.\n\n")


RATED = RatedSet(
    name="rated.jsonl",
    rated=tuple(
        Rated(
            claim=f"The permit of kind {n} lasts{' not' if n % 4 == 2 else ''} {n + (n % 4 == 0)} years.",
            quotes=(f"A permit of kind {n} lasts {n} years.",),
            supported=bool(n % 2),
        )
        for n in range(40)
    ),
    left_out=3,
)


def test_a_judge_that_always_says_yes_is_called_what_it_is() -> None:
    found = agreement(Fake(lambda _question: 1.0), RATED)
    assert found.judge_area is not None
    assert (found.judge_area.mean, found.judge_area.low, found.judge_area.high) == (0.5, 0.5, 0.5)
    assert found.says_yes == 1
    assert found.remarks[:2] == (
        "It says yes to every text.",
        "It cannot be told from tossing a coin: do not use its figures.",
    )


def test_a_judge_that_is_right_stands_beside_word_overlap() -> None:
    supported = {question_about(item.claim, item.quotes): item.supported for item in RATED.rated}
    found = agreement(Fake(lambda question: 0.6 if supported[question] else 0.4), RATED)
    assert found.judge_area is not None
    assert found.overlap_area is not None
    assert found.difference is not None
    assert found.judge_area.mean == 1.0
    assert 0.5 < found.overlap_area.mean < 1
    assert found.difference.mean == pytest.approx(1 - found.overlap_area.mean)
    assert (found.scored, found.supported, found.unscored, found.left_out) == (40, 20, 0, 3)
    assert found.says_yes == 0.5


def test_a_judge_that_errs_elsewhere_as_often_is_not_called_better_or_worse() -> None:
    """It sees the denials that shared words do not show, and misses the numbers that they do."""
    found = agreement(Fake(lambda question: 0.4 if "lasts not" in question else 0.6), RATED)
    assert found.difference is not None
    assert found.difference.low < found.difference.mean == 0 < found.difference.high
    assert found.remarks == ("It is not shown to be better than counting shared words.",)


def test_a_judge_that_is_worse_than_counting_words_is_told_so() -> None:
    rated = RatedSet(
        name="plain",
        rated=tuple(
            Rated(
                claim="six years" if n % 2 else "no fees", quotes=(f"{n} six years",), supported=bool(n % 2)
            )
            for n in range(40)
        ),
        left_out=0,
    )
    found = agreement(Fake(lambda question: hash_of(question)), rated)
    assert "It is worse than counting shared words: use word overlap instead." in found.remarks


def hash_of(question: str) -> float:
    """A number from 0 to 1 that has nothing to do with support."""
    return sum(question.encode()) * 7919 % 1000 / 1000


def test_what_the_judge_cannot_be_asked_is_counted() -> None:
    found = agreement(Fake(lambda question: None if "kind 3 " in question else 0.5), RATED)
    assert (found.scored, found.unscored) == (39, 1)
    assert found.remarks[-1] == "1 of 40 texts is unscored: it could not be judged."
    none = agreement(Fake(lambda _question: None), RATED)
    assert (none.scored, none.judge_area, none.says_yes) == (0, None, None)
    assert len(none.remarks) == 1


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    agreement(Fake(lambda _question: 0.5), RATED, progress=lambda done, total: told.append((done, total)))
    assert told == [(n, 40) for n in range(1, 41)]


def test_a_sample_is_drawn_by_its_seed() -> None:
    assert sample(RATED, None, 0) is RATED
    assert sample(RATED, 40, 0) is RATED
    few = sample(RATED, 10, 1)
    assert few == sample(RATED, 10, 1) != sample(RATED, 10, 2)
    assert len(few.rated) == 10
    assert few.left_out == 3


def test_rated_texts_are_read(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"context": ["A", "B"], "sentence": "x", "supported": "yes"},
        {"context": ["A"], "response": "y", "supported": "no"},
        {"context": ["A"], "response": "z", "supported": "mostly"},
        {"context": [], "response": "", "supported": "generic"},
    ]
    path = tmp_path / "rated.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    assert read_rated(path) == RatedSet(
        name="rated.jsonl",
        rated=(
            Rated(claim="x", quotes=("A", "B"), supported=True),
            Rated(claim="y", quotes=("A",), supported=False),
            Rated(claim="z", quotes=("A",), supported=False),
        ),
        left_out=1,
    )


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '{"context": ["A"], "supported": "yes"}',
        '{"context": ["A"], "sentence": "x"}',
        '{"context": 3, "sentence": "x", "supported": "yes"}',
        '{"sentence": "x", "supported": "yes"}',
        '{"context": ["A"], "sentence": "x", "supported": ["yes"]}',
        '{"context": "A text", "sentence": "x", "supported": "yes"}',
    ],
)
def test_a_line_that_is_no_rated_text_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "rated.jsonl"
    path.write_text('{"context": ["A"], "sentence": "x", "supported": "yes"}\n' + line, encoding="utf-8")
    with pytest.raises(GreenpaperError, match=r"rated\.jsonl, line 2"):
        read_rated(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GreenpaperError, match="cannot be read"):
        read_rated(tmp_path / "none.jsonl")


def test_a_real_model_gives_the_same_chance_again(smollm2_path: Path) -> None:
    """The instructions stay in the context: another question in between changes nothing."""
    judge = LlamaJudge(resolve_model(str(smollm2_path)), EngineSettings(context=512, threads=1))
    one, other = "Six years.", "Thirty days."
    first, between, again = (judge.supports(claim, [FEE]) for claim in (one, other, one))
    too_long = judge.supports("word " * 600, [FEE])
    after = judge.supports(one, [FEE])
    judge.close()
    assert first is not None
    assert 0 < first < 1
    assert first == again == after
    assert between != first
    assert too_long is None
