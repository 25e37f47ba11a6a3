"""The findings in words claim what the figures bear, and no more."""

from __future__ import annotations

import re

import pytest

from eval.report.aggregate import aggregate
from tests.eval.report import synthetic
from tests.eval.report.synthetic import BASELINES, MODELS, Skill


def said(cases: int, *systems: Skill, seed: int = 7) -> str:
    return "\n".join(aggregate(synthetic.run(cases, systems, seed)).verdict)


def twin(name: str, **changed: float) -> Skill:
    skill = {"right": 0.6, "wrong": 0.2, "false": 0.3} | changed
    return Skill(name=name, seconds=1.0, memory=1.0, **skill)  # type: ignore[arg-type]


def test_a_clear_lead() -> None:
    text = said(400, *MODELS, *BASELINES)
    assert text.startswith("Three models and two baselines got 400 cases: ")
    assert "the measure named before the run" in text
    assert "qwen2.5-coder-1.5b-instruct reaches" in text
    assert re.search(
        r"ahead of qwen2\.5-coder-0\.5b-instruct, the next: more than chance would do \(p ", text
    )
    assert "corrected for 3 comparisons" in text
    assert "The best baseline is always-abstain" in text
    assert "cannot be told" not in text


def test_twins_cannot_be_told_apart() -> None:
    text = said(60, twin("one"), twin("two"))
    assert "chance alone could do as much (p = " in text
    assert "cannot be told from" in text
    assert "they share the first rank" in text
    assert "more than chance" not in text
    assert re.search(r"A true difference of about \d+ points between the two best would be noticed", text)
    assert "corrected" not in text, "one comparison needs no correction"


def test_a_third_that_can_be_told_is_named() -> None:
    text = said(300, twin("one"), twin("two"), twin("poor", right=0.05, wrong=0.9, false=0.95))
    assert "they share the first rank. It can be told from poor." in text


def test_the_same_answers_are_no_lead() -> None:
    text = said(
        20, twin("one", right=1.0, wrong=0.0, false=0.0), twin("two", right=1.0, wrong=0.0, false=0.0)
    )
    assert "two, the next, reaches the same" in text
    assert "no difference between them, however great, could be relied on to show" in text


def test_no_skill_is_said() -> None:
    text = said(100, twin("hopeless", right=0.0, wrong=1.0, false=1.0), *BASELINES)
    assert "this suite shows no gain over it" in text


def test_a_lead_over_a_baseline_that_may_be_chance() -> None:
    text = said(20, twin("modest", right=0.5, wrong=0.4, false=0.5), BASELINES[0])
    assert "modest is 15 points" in text
    assert "chance alone could do as much" in text
    assert "this suite does not show that there is a gain over it" in text


def test_one_model_alone() -> None:
    assert "It was the only model" in said(30, MODELS[0], *BASELINES)


def test_few_documents_are_said() -> None:
    assert "The answers are in no more than" in said(8, *MODELS)
    assert "The answers are in no more than" not in said(400, *MODELS)


@pytest.mark.parametrize("seed", range(6))
def test_the_text_agrees_with_the_ranks(seed: int) -> None:
    report = aggregate(synthetic.run(80, (*MODELS, *BASELINES), seed))
    text = "\n".join(report.verdict)
    first = [system.name for system in report.systems if system.rank == 1]
    assert ("share the first rank" in text) == (len(first) > 1)
